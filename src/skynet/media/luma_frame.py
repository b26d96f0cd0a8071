"""The brightness of a picture, made small and kept after the picture itself is gone."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from skynet.domain.frame import Frame
from skynet.domain.geometry import Box
from skynet.media.gate.options import GateOptions
from skynet.media.gate.small_picture import reduced_luma


@dataclass(frozen=True, slots=True, eq=False)
class LumaFrame:
    """A `Frame` without colour, small: 0.1 MB instead of the 3 MB of a 1080p picture."""

    index: int
    captured_at: float
    time_error_s: float
    picture: NDArray[np.uint8]

    @classmethod
    def of(cls, frame: Frame) -> LumaFrame:
        """As the gate sees `frame`, copied: the decoder may have its buffer back."""
        small = reduced_luma(frame, GateOptions().width)
        return cls(frame.index, frame.captured_at, frame.time_error_s, np.array(small, np.uint8))

    @property
    def width(self) -> int:
        return int(self.picture.shape[1])

    @property
    def height(self) -> int:
        return int(self.picture.shape[0])

    def luma(self) -> NDArray[np.uint8]:
        return self.picture

    def bgr(self, width: int | None = None, height: int | None = None) -> NDArray[np.uint8]:
        size = (width or self.width, height or self.height)
        grey = self.picture if size == (self.width, self.height) else cv2.resize(self.picture, size)
        return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), np.uint8)

    def crop(self, box: Box) -> NDArray[np.uint8]:
        x1, y1 = max(0, int(box.x)), max(0, int(box.y))
        x2, y2 = min(self.width, int(np.ceil(box.x + box.width))), min(self.height, int(np.ceil(box.y + box.height)))
        cut = self.picture[y1 : max(y1, y2), x1 : max(x1, x2)]
        return np.repeat(cut[..., None], 3, axis=2)
