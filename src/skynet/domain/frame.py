"""The face of a picture that vision works on, whatever it was decoded from."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from skynet.domain.geometry import Box


class Frame(Protocol):
    """One picture of one source. Privacy masks are already burned into everything it hands out."""

    @property
    def index(self) -> int:
        """Number of the frame in its source, from 0; frames that were not decoded count too."""
        ...

    @property
    def captured_at(self) -> float:
        """Capture time, POSIX seconds UTC."""
        ...

    @property
    def time_error_s(self) -> float:
        """Bound on the error of `captured_at` by the box's clock, in seconds; 0 where the time is given."""
        ...

    @property
    def width(self) -> int: ...

    @property
    def height(self) -> int: ...

    def luma(self) -> NDArray[np.uint8]:
        """Brightness, uint8 (height, width); a view of the decoder's plane where the format allows. Read only."""
        ...

    def bgr(self, width: int | None = None, height: int | None = None) -> NDArray[np.uint8]:
        """Colour, uint8 (height, width, 3) in BGR order, scaled to the given size (default: the picture's own)."""
        ...

    def crop(self, box: Box) -> NDArray[np.uint8]:
        """Colour of `box` cut at the picture's edge, uint8 (h, w, 3) BGR at full resolution; h or w may be 0."""
        ...
