"""A frame made of an array, for tests that need a picture and no video."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from skynet.domain import Box


@dataclass(frozen=True, slots=True)
class ArrayFrame:
    """`picture` uint8 (h, w, 3) BGR; implements `skynet.domain.Frame`."""

    picture: NDArray[np.uint8]
    captured_at: float = 0.0
    index: int = 0
    time_error_s: float = 0.0

    @property
    def width(self) -> int:
        return self.picture.shape[1]

    @property
    def height(self) -> int:
        return self.picture.shape[0]

    def luma(self) -> NDArray[np.uint8]:
        return np.asarray(cv2.cvtColor(self.picture, cv2.COLOR_BGR2GRAY), np.uint8)

    def bgr(self, width: int | None = None, height: int | None = None) -> NDArray[np.uint8]:
        size = (width or self.width, height or self.height)
        return np.asarray(cv2.resize(self.picture, size, interpolation=cv2.INTER_LINEAR), np.uint8)

    def crop(self, box: Box) -> NDArray[np.uint8]:
        left, top = max(0, round(box.x)), max(0, round(box.y))
        return self.picture[top : max(top, round(box.y + box.height)), left : max(left, round(box.x + box.width))]
