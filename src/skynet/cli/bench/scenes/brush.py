"""Drawing in metres on a small transparent patch, with soft edges and parts of a pixel kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Colour = tuple[float, float, float]
"""BGR, 0…255."""
_SHIFT = 4
_ONE = 1 << _SHIFT
SMOOTH_BELOW_PX_PER_M = 110.0


@dataclass(frozen=True)
class Patch:
    """`bgra`: uint8 (h, w, 4), colours already multiplied by alpha; its upper left corner belongs at (`x`, `y`)."""

    bgra: NDArray[np.uint8]
    x: int
    y: int


class Brush:
    """A patch around a foot point (`u`, `v`, pixels) at `px_per_m`; x runs right and y up from there, metres."""

    def __init__(self, u: float, v: float, px_per_m: float, half_width: float, top: float, mirrored: bool) -> None:
        self._fine = 2 if px_per_m < SMOOTH_BELOW_PX_PER_M else 1
        self._left, self._top = int(u - half_width * px_per_m) - 2, int(v - top * px_per_m) - 2
        self._left, self._top = self._left & ~1, self._top & ~1
        width = int(2 * half_width * px_per_m) + 6 & ~1
        height = int((top + 0.35) * px_per_m) + 8 & ~1
        self._canvas = np.zeros((height * self._fine, width * self._fine, 4), np.uint8)
        self._u, self._v = (u - self._left) * self._fine, (v - self._top) * self._fine
        self._scale = px_per_m * self._fine
        self._sign = -1 if mirrored else 1

    def line(self, points: Sequence[tuple[float, float]], thickness: float, colour: Colour) -> None:
        """A limb through `points` with round ends."""
        pixels = np.asarray([self._pixel(*point) for point in points], np.int32)
        width = max(1, round(thickness * self._scale))
        cv2.polylines(self._canvas, [pixels], False, (*colour, 255), width, cv2.LINE_AA, _SHIFT)

    def polygon(self, points: Sequence[tuple[float, float]], colour: Colour, alpha: float = 1.0) -> None:
        pixels = np.asarray([self._pixel(*point) for point in points], np.int32)
        cv2.fillPoly(self._canvas, [pixels], self._premultiplied(colour, alpha), cv2.LINE_AA, _SHIFT)

    def ellipse(
        self, centre: tuple[float, float], axes: tuple[float, float], colour: Colour, alpha: float = 1.0, rim: float = 0
    ) -> None:
        """Filled, or with a `rim` of so many metres only the rim."""
        sizes = (max(1, int(axes[0] * self._scale * _ONE)), max(1, int(axes[1] * self._scale * _ONE)))
        width = max(1, round(rim * self._scale)) if rim else -1
        filled = self._premultiplied(colour, alpha)
        cv2.ellipse(self._canvas, self._pixel(*centre), sizes, 0, 0, 360, filled, width, cv2.LINE_AA, _SHIFT)

    def patch(self, cloth: NDArray[np.int8], light: float) -> Patch:
        """What was drawn, with the weave of `cloth` (int8, at least as large) on it, under `light` 0…1."""
        canvas = self._canvas
        if self._fine > 1:
            size = (canvas.shape[1] // self._fine, canvas.shape[0] // self._fine)
            canvas = np.asarray(cv2.resize(canvas, size, interpolation=cv2.INTER_AREA), np.uint8)
        height, width = canvas.shape[:2]
        weave = cloth[np.arange(height) % cloth.shape[0]][:, np.arange(width) % cloth.shape[1]]
        solid = canvas[..., 3] > 250
        colour = canvas[..., :3] * np.float32(light)
        colour += np.where(solid, weave * np.float32(light), np.float32(0))[..., None]
        canvas[..., :3] = np.clip(colour, 0, 255).astype(np.uint8)
        return Patch(canvas, self._left, self._top)

    def _pixel(self, x: float, y: float) -> tuple[int, int]:
        u, v = self._u + self._sign * x * self._scale, self._v - y * self._scale
        return int(u * _ONE), int(v * _ONE)

    @staticmethod
    def _premultiplied(colour: Colour, alpha: float) -> tuple[float, float, float, float]:
        return (colour[0] * alpha, colour[1] * alpha, colour[2] * alpha, 255 * alpha)
