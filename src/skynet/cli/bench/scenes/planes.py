"""A picture as encoders want it: one buffer of luma and two half-size colour planes (I420, BT.601, limited range)."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

_TO_YUV = np.array([[0.0980, 0.5041, 0.2568], [0.4392, -0.2910, -0.1482], [-0.0714, -0.3678, 0.4392]], np.float32)
"""ITU-R BT.601 from BGR."""
_OFFSETS = (16.0, 128.0, 128.0)


@dataclass(frozen=True)
class Planes:
    """`buffer` is uint8 (h * 3 / 2, w); the planes are views of it."""

    buffer: NDArray[np.uint8]

    @classmethod
    def empty(cls, width: int, height: int) -> Planes:
        return cls(np.zeros((height * 3 // 2, width), np.uint8))

    @property
    def width(self) -> int:
        return int(self.buffer.shape[1])

    @property
    def height(self) -> int:
        return int(self.buffer.shape[0]) * 2 // 3

    @property
    def y(self) -> NDArray[np.uint8]:
        return self.buffer[: self.height]

    @property
    def u(self) -> NDArray[np.uint8]:
        return self._colour[: self.height // 2]

    @property
    def v(self) -> NDArray[np.uint8]:
        return self._colour[self.height // 2 :]

    @property
    def _colour(self) -> NDArray[np.uint8]:
        return self.buffer[self.height :].reshape(self.height, self.width // 2)

    def scaled(self, width: int, height: int) -> Planes:
        small = Planes.empty(width, height)
        cv2.resize(self.y, (width, height), dst=small.y, interpolation=cv2.INTER_AREA)
        for from_plane, to_plane in ((self.u, small.u), (self.v, small.v)):
            cv2.resize(from_plane, (width // 2, height // 2), dst=to_plane, interpolation=cv2.INTER_AREA)
        return small


def bgr_to_planes(bgr: NDArray[np.float32]) -> Planes:
    """From float32 (h, w, 3), 0…255, even sides."""
    height, width = bgr.shape[:2]
    planes = Planes.empty(width, height)
    yuv = cv2.transform(np.clip(bgr, 0, 255).astype(np.float32), _TO_YUV)
    planes.y[...] = np.clip(yuv[..., 0] + _OFFSETS[0], 0, 255)
    for channel, plane in ((1, planes.u), (2, planes.v)):
        half = cv2.resize(yuv[..., channel], (width // 2, height // 2), interpolation=cv2.INTER_AREA)
        plane[...] = np.clip(half + _OFFSETS[channel], 0, 255)
    return planes


def lay_over(planes: Planes, bgra: NDArray[np.uint8], x: int, y: int) -> None:
    """Lay a patch with premultiplied alpha over the picture; x, y and the sides even, the patch within the picture."""
    height, width = bgra.shape[:2]
    patch = bgra.astype(np.float32)
    alpha = patch[..., 3] / 255
    yuv = cv2.transform(patch[..., :3], _TO_YUV)
    where = (slice(y, y + height), slice(x, x + width))
    planes.y[where] = planes.y[where] * (1 - alpha) + yuv[..., 0] + _OFFSETS[0] * alpha
    half_where = (slice(y // 2, (y + height) // 2), slice(x // 2, (x + width) // 2))
    half_size = (width // 2, height // 2)
    half_alpha = cv2.resize(alpha, half_size, interpolation=cv2.INTER_AREA)
    for channel, plane in ((1, planes.u), (2, planes.v)):
        half = cv2.resize(yuv[..., channel], half_size, interpolation=cv2.INTER_AREA)
        plane[half_where] = plane[half_where] * (1 - half_alpha) + half + _OFFSETS[channel] * half_alpha
