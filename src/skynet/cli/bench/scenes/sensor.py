"""A sensor's noise: new in every picture, as strong as the root of the light, a grain wider than a pixel."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

_FIELDS = 20


class Sensor:
    """Noise for pictures like `luma` (uint8 (h, w)); `sigma` is its deviation in grey levels where luma is 100.

    A strong noise is two random fields added, so that hardly any two pictures share theirs; it has colour too.
    """

    def __init__(self, luma: NDArray[np.uint8], sigma: float, rng: np.random.Generator) -> None:
        self._rng = rng
        self._strong = sigma > 2.5
        strength = (sigma * np.sqrt((luma.astype(np.float32) + 12) / 112)).astype(np.float32)
        shape = (luma.shape[0], luma.shape[1])
        self._luma = [_field(shape, strength, rng) for _ in range(_FIELDS)]
        half = (shape[0] // 2, shape[1] // 2)
        colour = np.full(half, 0.45 * sigma, np.float32)
        self._colour = [_field(half, colour, rng, grain=1.3) for _ in range(_FIELDS)] if self._strong else []

    def expose(self, luma: NDArray[np.uint8], colours: tuple[NDArray[np.uint8], NDArray[np.uint8]]) -> None:
        """Add one picture's noise in place."""
        rng = self._rng
        if not self._strong:
            sign = 1.0 if rng.random() < 0.5 else -1.0
            _add(luma, self._luma[int(rng.integers(_FIELDS))], sign)
            return
        turn = rng.uniform(0, 2 * np.pi)  # any turn of the two fields has the same deviation
        for share in (np.cos(turn), np.sin(turn)):
            _add(luma, self._luma[int(rng.integers(_FIELDS))], float(share))
        for plane in colours:
            _add(plane, self._colour[int(rng.integers(_FIELDS))], 1.0)


def _add(plane: NDArray[np.uint8], field: NDArray[np.uint8], share: float) -> None:
    cv2.addWeighted(plane, 1.0, field, share, -128.0 * share, dst=plane)


def _field(
    shape: tuple[int, int], strength: NDArray[np.float32], rng: np.random.Generator, grain: float = 0.55
) -> NDArray[np.uint8]:
    """Noise around 128."""
    fine = cv2.GaussianBlur(rng.standard_normal(shape, np.float32), (0, 0), grain)
    small = rng.standard_normal((shape[0] // 3 + 1, shape[1] // 3 + 1), np.float32)
    coarse = cv2.resize(small, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR)
    noise = 0.93 * fine / fine.std() + 0.36 * coarse / coarse.std()
    return np.asarray(np.clip(np.rint(noise * strength + 128), 0, 255), np.uint8)
