"""Light that changes: clouds, the camera's exposure in steps, dusk, and lamps that switch on."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from skynet.cli.bench.scenes.planes import Planes
from skynet.cli.bench.scenes.texture import SIDE, fractal_tile

_LAMPS_ON_AT = 0.66
_FLICKER_S = (0.0, 0.12, 0.5, 0.62, 0.8)
_CLOUD_CELLS = 48


class Daylight:
    """Changes pictures of a scene of `seconds`; `lamps` is the luma that the lamps add when they are on."""

    def __init__(self, seconds: float, lamps: NDArray[np.uint8], rng: np.random.Generator) -> None:
        self._seconds = seconds
        self._lamps = lamps
        self._clouds = fractal_tile(rng, 0.45)
        steps = int(seconds / 14)
        self._steps_at = np.sort(rng.uniform(8, seconds, steps))
        self._steps = np.exp(rng.uniform(-0.22, 0.22, steps))

    def change(self, planes: Planes, time_s: float) -> None:
        """Relight the picture at `time_s` in place."""
        share = time_s / self._seconds
        gain = self._exposure(time_s) * (1.0 - 0.42 * np.clip((share - 0.3) / 0.4, 0, 1))
        field = self._cloud_field(time_s, planes) * gain
        dusk = cv2.resize(field, (planes.width, planes.height), interpolation=cv2.INTER_LINEAR)
        cv2.multiply(planes.y, np.clip(dusk * 128, 0, 255).astype(np.uint8), dst=planes.y, scale=1 / 128)
        glow = self._lamp(time_s)
        if glow > 0:
            cv2.addWeighted(planes.y, 1.0, self._lamps, glow * self._exposure(time_s), 0, dst=planes.y)

    def _exposure(self, time_s: float) -> float:
        """Each step takes 0.3 s, and is forgotten over some ten seconds: the camera finds its way back."""
        gain = 1.0
        for at, step in zip(self._steps_at, self._steps, strict=True):
            if time_s > at:
                gain *= step ** (min(1.0, (time_s - at) / 0.3) * float(np.exp(-(time_s - at) / 12)))
        return gain

    def _lamp(self, time_s: float) -> float:
        since = time_s - self._seconds * _LAMPS_ON_AT
        if since < 0:
            return 0.0
        flickers = sum(since > at for at in _FLICKER_S)
        return 0.0 if flickers % 2 == 0 else min(1.0, 0.55 + since / 20)

    def _cloud_field(self, time_s: float, planes: Planes) -> NDArray[np.float32]:
        """Where the sun gets through, 0.55…1.12, on a coarse grid that drifts."""
        columns, rows = _CLOUD_CELLS, max(2, _CLOUD_CELLS * planes.height // planes.width)
        x, y = np.meshgrid(np.arange(columns, dtype=np.float32), np.arange(rows, dtype=np.float32))
        map_x = np.mod(x * 1.1 + time_s * 4.0, SIDE - 1).astype(np.float32)
        map_y = np.mod(y * 2.0 + time_s * 1.2, SIDE - 1).astype(np.float32)
        cloud = cv2.remap(self._clouds, map_x, map_y, cv2.INTER_LINEAR)
        return np.asarray(0.84 + 0.28 * np.tanh(1.4 * cloud + 0.6), np.float32)
