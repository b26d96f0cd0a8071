"""A frame scaled into a model's input with its shape kept, and the way back from model pixels to the picture's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skynet.domain.frame import Frame

GREY = 114
"""What the models of the YOLO family were trained to see beside the picture."""


@dataclass(frozen=True, slots=True, eq=False)
class Letterbox:
    """`canvas` uint8 (height, width, 3) BGR, the picture in its top left corner; `scale_x`, `scale_y` model pixels per
    picture pixel; `width`, `height` of the source picture."""

    canvas: NDArray[np.uint8]
    scale_x: float
    scale_y: float
    width: int
    height: int

    @classmethod
    def of(cls, frame: Frame, width: int, height: int) -> Letterbox:
        """`frame` scaled to fit `width` × `height`; the frame scales and converts, no full-size copy is made."""
        scale = min(width / frame.width, height / frame.height)
        scaled_width = min(width, max(1, round(frame.width * scale)))
        scaled_height = min(height, max(1, round(frame.height * scale)))
        canvas = np.full((height, width, 3), GREY, np.uint8)
        canvas[:scaled_height, :scaled_width] = frame.bgr(scaled_width, scaled_height)
        return cls(canvas, scaled_width / frame.width, scaled_height / frame.height, frame.width, frame.height)

    def to_picture(self, boxes: NDArray[np.float32]) -> NDArray[np.float32]:
        """Rows x1, y1, x2, y2 in model pixels as pixels of the source picture, cut at its edge."""
        scaled = boxes / np.array([self.scale_x, self.scale_y, self.scale_x, self.scale_y], np.float32)
        limits = np.array([self.width, self.height, self.width, self.height], np.float32)
        return np.clip(scaled, 0, limits).astype(np.float32)
