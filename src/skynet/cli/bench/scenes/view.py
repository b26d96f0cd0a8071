"""A pinhole camera over a street: metres on the ground to pixels and back.

World: x to the right, y up, z away from the foot of the camera's pole, metres. Pictures are `width` × `height` pixels.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatImage = NDArray[np.float32]


@dataclass(frozen=True)
class View:
    """Where the camera hangs and how it looks: `pitch` radians down, `focal` as a multiple of the picture's height."""

    width: int
    height: int
    camera_height: float = 5.6
    pitch: float = 0.215
    focal: float = 1.3

    @property
    def focal_px(self) -> float:
        return self.focal * self.height

    def project(self, x: float, y: float, z: float) -> tuple[float, float]:
        """The pixel of a point in the world."""
        depth = self.depth(y, z)
        up = z * math.sin(self.pitch) + (y - self.camera_height) * math.cos(self.pitch)
        return self.width / 2 + self.focal_px * x / depth, self.height / 2 - self.focal_px * up / depth

    def depth(self, y: float, z: float) -> float:
        """Distance along the optical axis, metres."""
        return z * math.cos(self.pitch) - (y - self.camera_height) * math.sin(self.pitch)

    def scaled(self, factor: int) -> View:
        return View(self.width * factor, self.height * factor, self.camera_height, self.pitch, self.focal)

    def rays(self) -> tuple[FloatImage, FloatImage, FloatImage]:
        """Per pixel the direction (x, y, z) in the world with one unit along the optical axis; float32 (h, w)."""
        u = (np.arange(self.width, dtype=np.float32) + 0.5 - self.width / 2) / self.focal_px
        v = (self.height / 2 - np.arange(self.height, dtype=np.float32) - 0.5) / self.focal_px
        x, up = (np.asarray(part, np.float32) for part in np.meshgrid(u, v))
        sin, cos = np.float32(math.sin(self.pitch)), np.float32(math.cos(self.pitch))
        return x, up * cos - sin, up * sin + cos
