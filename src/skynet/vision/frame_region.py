"""A part of a picture as a picture of its own. Copies nothing until pixels are asked for, and then only its own."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from skynet.domain.frame import Frame
from skynet.domain.geometry import Box


class FrameRegion:
    """The part of `frame` within `box` (pixels, rounded outwards and cut at the edge); fulfils `domain.Frame`.

    Raises ValueError when nothing of the picture is within.
    """

    def __init__(self, frame: Frame, box: Box) -> None:
        self.x, self.y = max(0, int(box.x)), max(0, int(box.y))
        self.width = min(frame.width, int(np.ceil(box.x + box.width))) - self.x
        self.height = min(frame.height, int(np.ceil(box.y + box.height))) - self.y
        if self.width < 1 or self.height < 1:
            raise ValueError(f"{box} is outside the picture of {frame.width} × {frame.height} pixels")
        self._frame = frame

    @property
    def index(self) -> int:
        return self._frame.index

    @property
    def captured_at(self) -> float:
        return self._frame.captured_at

    @property
    def time_error_s(self) -> float:
        return self._frame.time_error_s

    def luma(self) -> NDArray[np.uint8]:
        return self._frame.luma()[self.y : self.y + self.height, self.x : self.x + self.width]

    def bgr(self, width: int | None = None, height: int | None = None) -> NDArray[np.uint8]:
        size = (width or self.width, height or self.height)
        picture = self._frame.crop(Box(self.x, self.y, self.width, self.height))
        if size == (self.width, self.height):
            return picture
        return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR), np.uint8)

    def crop(self, box: Box) -> NDArray[np.uint8]:
        x1, y1 = max(0.0, box.x), max(0.0, box.y)
        x2, y2 = min(float(self.width), box.x + box.width), min(float(self.height), box.y + box.height)
        return self._frame.crop(Box(self.x + x1, self.y + y1, max(0.0, x2 - x1), max(0.0, y2 - y1)))
