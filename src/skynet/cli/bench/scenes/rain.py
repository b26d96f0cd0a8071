"""Rain: streaks that fall in two layers, and splashes on the ground."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from skynet.cli.bench.scenes.street import Street

_SLANT = 0.16


class Rain:
    """Falls on pictures of `street`; sizes are for 1080 lines and scale with the picture."""

    def __init__(self, street: Street, rng: np.random.Generator) -> None:
        self._rng = rng
        height, width = street.depth.shape
        self._scale = height / 1080
        self._layers = [
            (_streaks(width, height, 260, 74 * self._scale, 2, 46, rng), 142 * self._scale),
            (_streaks(width, height, 2600, 24 * self._scale, 1, 24, rng), 47 * self._scale),
        ]
        rows, columns = np.nonzero((street.ground > 4) & (street.ground < 60) & (street.depth > 1e5))
        self._wet = np.stack([columns, rows, street.ground[rows, columns].astype(np.int64)], 1)
        self._splashes: list[tuple[int, int, float, int]] = []

    def fall(self, luma: NDArray[np.uint8], index: int) -> None:
        """Draw picture `index`'s rain in place on uint8 (h, w)."""
        self._splash(luma)
        height, width = luma.shape
        for tile, speed in self._layers:
            down = int(index * speed) % height
            across = int(index * speed * _SLANT) % width
            cv2.add(luma, tile[height - down : 2 * height - down, across : across + width], dst=luma)

    def _splash(self, luma: NDArray[np.uint8]) -> None:
        for column, row, z in self._wet[self._rng.integers(len(self._wet), size=34)]:
            self._splashes.append((int(column), int(row), 12.0 / max(float(z), 6.0), 0))
        still = []
        for column, row, near, age in self._splashes:
            wide = max(1, round((2 + 3.2 * age) * near * self._scale))
            level = min(255, int(luma[row, column]) + 62 - 15 * age)
            cv2.ellipse(luma, (column, row), (wide, max(1, wide // 3)), 0, 0, 360, level, 1, cv2.LINE_AA)
            if age == 0:
                tip = (column, row - max(1, round(5 * near * self._scale)))
                cv2.line(luma, (column, row), tip, level, 1, cv2.LINE_AA)
            if age < 3:
                still.append((column, row, near, age + 1))
        self._splashes = still


def _streaks(
    width: int, height: int, count: int, length: float, thick: int, bright: int, rng: np.random.Generator
) -> NDArray[np.uint8]:
    """A tile of streaks, twice as wide and high as the picture so that any part of it can be cut out."""
    tile = np.zeros((height, width), np.uint8)
    for _ in range(count):
        x, y = rng.uniform(0, width), rng.uniform(0, height)
        long, level = length * rng.uniform(0.7, 1.3), int(bright * rng.uniform(0.4, 1.0))
        for dx in (0, -width):
            for dy in (0, -height):
                start, end = (int(x + dx), int(y + dy)), (int(x + dx - long * _SLANT), int(y + dy + long))
                cv2.line(tile, start, end, level, thick, cv2.LINE_AA)
    soft = cv2.GaussianBlur(tile, (0, 0), 0.7)
    return np.tile(np.asarray(soft, np.uint8), (2, 2))
