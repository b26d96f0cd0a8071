"""The one face of all plate readers."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from skynet.domain.plate_read import PlateRead


class PlateReader(Protocol):
    """Reads number plates. What cannot be read surely enough is left out, never made up."""

    @property
    def name(self) -> str: ...

    def read(self, image: NDArray[np.uint8], *, crop: bool = False) -> list[PlateRead]:
        """Plates in `image`, uint8 (H, W, 3) BGR, best first; corners in its pixels.

        `crop` says that the picture already is one plate, so nothing is looked for.
        """
        ...
