"""A decoded picture as vision sees it.

The planes are taken from the decoder's picture on first use, in one place, and privacy masks are burned in there:
nothing is ever handed out that has not passed it. Where masks exist the planes are copied first, because the decoder
predicts later pictures from its own. Used by one thread at a time.
"""

from __future__ import annotations

import math

import av
import numpy as np
from numpy.typing import NDArray

from skynet.domain.geometry import Box
from skynet.media.picture_planes import PicturePlanes
from skynet.media.privacy_stencil import PrivacyStencil


class VideoFrame:
    """One picture of one source; fulfils `domain.Frame`. Arrays it hands out are read only and shared."""

    def __init__(
        self,
        index: int,
        captured_at: float,
        picture: av.VideoFrame,
        stencil: PrivacyStencil | None,
        time_error_s: float = 0.0,
    ) -> None:
        self._index = index
        self._captured_at = captured_at
        self._time_error_s = time_error_s
        self._width, self._height = picture.width, picture.height
        self._picture: av.VideoFrame | None = picture
        self._stencil = stencil
        self._planes: PicturePlanes | None = None
        self._scaled: dict[tuple[int, int], NDArray[np.uint8]] = {}

    @property
    def index(self) -> int:
        return self._index

    @property
    def captured_at(self) -> float:
        return self._captured_at

    @property
    def time_error_s(self) -> float:
        return self._time_error_s

    @property
    def width(self) -> int:
        return self._width

    @property
    def height(self) -> int:
        return self._height

    def luma(self) -> NDArray[np.uint8]:
        """Brightness, uint8 (height, width), a view of the decoder's plane where the format allows."""
        return self._masked_planes().luma

    def bgr(self, width: int | None = None, height: int | None = None) -> NDArray[np.uint8]:
        """Colour, uint8 (height, width, 3) BGR, scaled to the given size; kept while the frame lives."""
        size = (self._width if width is None else width, self._height if height is None else height)
        if min(size) < 1:
            raise ValueError(f"a picture of {size[0]} × {size[1]} pixels has no pixels")
        if size not in self._scaled:
            picture = self._masked_planes().bgr(*size)
            picture.flags.writeable = False
            self._scaled[size] = picture
        return self._scaled[size]

    def crop(self, box: Box) -> NDArray[np.uint8]:
        """Colour of `box` (pixels) cut at the picture's edge, uint8 (h, w, 3) BGR; h or w may be 0."""
        x1, y1 = max(0, math.floor(box.x)), max(0, math.floor(box.y))
        x2 = min(self._width, math.ceil(box.x + box.width))
        y2 = min(self._height, math.ceil(box.y + box.height))
        if x1 >= x2 or y1 >= y2:
            return np.empty((max(0, y2 - y1), max(0, x2 - x1), 3), np.uint8)
        return self._masked_planes().crop_bgr(x1, y1, x2, y2)

    def _masked_planes(self) -> PicturePlanes:
        if self._planes is None:
            assert self._picture is not None  # noqa: S101 - given up only below, for the type checker
            planes = PicturePlanes.of(self._picture)
            if self._stencil:
                planes = self._stencil.burn(planes)
            self._planes, self._picture = planes, None
        return self._planes
