"""Trees in the wind: crowns of leaves that sway with gusts, each twig a little later than the next."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from skynet.cli.bench.scenes.planes import Planes, bgr_to_planes
from skynet.cli.bench.scenes.texture import FloatImage

_CELL = 16
_CROWNS = ((0.13, 0.24, 0.26, 0.36), (0.9, 0.16, 0.24, 0.34), (0.06, 0.9, 0.17, 0.17), (0.62, -0.02, 0.14, 0.1))
"""Centre x, y and half axes as shares of the picture's width and height."""


class Foliage:
    """Leaves in front of a picture of `width` × `height`; `cover` is how much of each pixel they hide, 0…1."""

    def __init__(self, width: int, height: int, rng: np.random.Generator) -> None:
        bgra = _leaves(width, height, rng)
        alpha = bgra[..., 3]
        self.cover: FloatImage = np.asarray(cv2.GaussianBlur(alpha, (0, 0), 2.0) / np.float32(255), np.float32)
        planes = bgr_to_planes(bgra[..., :3].astype(np.float32))
        half_alpha = cv2.resize(alpha, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
        self._luma = np.dstack([planes.y, alpha])
        self._colour = np.dstack([planes.u, planes.v, half_alpha])
        self._boxes = [_even_box(crown, width, height) for crown in _CROWNS]
        self._size = (width, height)
        count = 9
        self._waves = np.stack([rng.uniform(0.4, 2.6, count), rng.uniform(0, 2 * np.pi, count)], 1)
        self._headings = rng.uniform(0, 2 * np.pi, count)
        self._lengths = rng.uniform(0.06, 0.3, count)

    def sway(self, planes: Planes, time_s: float) -> None:
        """Draw the leaves as they hang at `time_s` over the picture, in place."""
        for number, (left, top, right, bottom) in enumerate(self._boxes):
            dx, dy, shine = self._wind(left, top, right, bottom, time_s + 1.7 * number)
            self._draw(planes, (left, top, right, bottom), dx, dy, shine)

    def _wind(
        self, left: int, top: int, right: int, bottom: int, time_s: float
    ) -> tuple[FloatImage, FloatImage, FloatImage]:
        """Displacement in pixels and brightness, on a coarse grid."""
        columns, rows = (right - left) // _CELL + 1, (bottom - top) // _CELL + 1
        x, y = np.meshgrid(np.linspace(left, right, columns), np.linspace(top, bottom, rows))
        x, y = x / self._size[1], y / self._size[1]
        gust = 0.55 + 0.3 * np.sin(0.31 * time_s) + 0.15 * np.sin(0.83 * time_s + 1) + 0.1 * np.sin(1.9 * time_s)
        reach = self._size[1] / 1080 * gust
        dx = reach * 13 * np.sin(1.15 * time_s + 1.6 * x + 0.9 * y) + reach * 5
        dy = reach * 4 * np.sin(1.4 * time_s + 2.2 * x)
        shine = np.ones_like(x)
        for (rate, phase), heading, length in zip(self._waves, self._headings, self._lengths, strict=True):
            wave = np.sin(
                (x * np.cos(heading) + y * np.sin(heading)) / length * 2 * np.pi - 2.6 * rate * time_s + phase
            )
            dx, dy = dx + reach * 1.5 * wave * np.cos(heading), dy + reach * 1.3 * wave * np.sin(heading)
            shine += 0.035 * gust * wave
        return dx.astype(np.float32), dy.astype(np.float32), shine.astype(np.float32)

    def _draw(
        self, planes: Planes, box: tuple[int, int, int, int], dx: FloatImage, dy: FloatImage, shine: FloatImage
    ) -> None:
        left, top, right, bottom = box
        width, height = right - left, bottom - top
        for part, scale in ((self._luma, 1), (self._colour, 2)):
            size = (width // scale, height // scale)
            map_x = cv2.resize(dx, size, interpolation=cv2.INTER_LINEAR) / scale
            map_y = cv2.resize(dy, size, interpolation=cv2.INTER_LINEAR) / scale
            map_x += np.arange(left // scale, left // scale + size[0], dtype=np.float32)
            map_y += np.arange(top // scale, top // scale + size[1], dtype=np.float32)[:, None]
            moved = np.asarray(
                cv2.remap(part, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101), np.uint8
            )
            where = (slice(top // scale, bottom // scale), slice(left // scale, right // scale))
            alpha = moved[..., -1].astype(np.uint16)
            if scale == 1:
                bright = np.asarray(cv2.multiply(moved[..., 0], cv2.resize(shine, size), dtype=cv2.CV_8U), np.uint8)
                _blend(planes.y[where], bright, alpha)
            else:
                _blend(planes.u[where], moved[..., 0], alpha)
                _blend(planes.v[where], moved[..., 1], alpha)


def _blend(under: NDArray[np.uint8], over: NDArray[np.uint8], alpha: NDArray[np.uint16]) -> None:
    under[...] = (under * (255 - alpha) + over * alpha + 127 >> 8).astype(np.uint8)


def _leaves(width: int, height: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Crowns of some thousand leaves each, straight alpha; uint8 (h, w, 4)."""
    bgra = np.zeros((height, width, 4), np.uint8)
    bgra[..., :3] = (34, 62, 44)
    unit = height / 1080
    for cx, cy, rx, ry in _CROWNS:
        clusters = rng.normal(0, 0.45, (110, 2))
        clusters = clusters[np.hypot(*clusters.T) < 0.95]
        for layer, shade in enumerate((0.35, 0.55, 0.75, 0.95)):
            for x, y in clusters[rng.permutation(len(clusters))]:
                u, v = (cx + x * rx) * width, (cy + y * ry) * height
                light = shade * (1.15 - 0.35 * y) * rng.uniform(0.8, 1.2)
                for _ in range(30 - 3 * layer):
                    spread = rng.normal(0, 27 * unit, 2)
                    colour = (46 * light, rng.uniform(86, 112) * light, rng.uniform(60, 84) * light, 255)
                    size = (max(1, int(rng.uniform(6, 13) * unit)), max(1, int(rng.uniform(3, 6) * unit)))
                    centre = (int(u + spread[0]), int(v + spread[1]))
                    cv2.ellipse(bgra, centre, size, rng.uniform(0, 180), 0, 360, colour, -1, cv2.LINE_AA)
    return bgra


def _even_box(crown: tuple[float, float, float, float], width: int, height: int) -> tuple[int, int, int, int]:
    cx, cy, rx, ry = crown
    left, right = max(0.0, cx - 1.45 * rx), min(1.0, cx + 1.45 * rx)
    top, bottom = max(0.0, cy - 1.5 * ry), min(1.0, cy + 1.5 * ry)
    return int(left * width) & ~1, int(top * height) & ~1, int(right * width) & ~1, int(bottom * height) & ~1
