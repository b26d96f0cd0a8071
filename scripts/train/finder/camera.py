"""What a camera and its recorder do to a picture: exposure, night, blur, noise, JPEG."""

from __future__ import annotations

import cv2
import numpy as np

from .scene import Picture

_NOISE_SIDE = 512


class Camera:
    """Spoils pictures. Noise is drawn once and shifted, which costs a tenth of drawing it anew."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._noise = rng.normal(0, 1, (_NOISE_SIDE, _NOISE_SIDE, 3)).astype(np.float32)

    def take(self, picture: Picture, rng: np.random.Generator) -> Picture:
        """A new picture of the same size; what lies where does not move."""
        taken = picture
        if rng.random() < 0.15:
            taken = self._resized(taken, rng)
        elif rng.random() < 0.25:
            taken = np.asarray(cv2.GaussianBlur(taken, (0, 0), rng.uniform(0.4, 1.3)), np.uint8)
        if rng.random() < 0.6:
            taken = self._exposed(taken, rng)
        if rng.random() < 0.4:
            taken = self._noisy(taken, rng)
        if rng.random() < 0.6:
            quality = int(rng.uniform(28, 95))
            _, packed = cv2.imencode(".jpg", taken, (cv2.IMWRITE_JPEG_QUALITY, quality))
            taken = np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)
        return taken

    @staticmethod
    def _resized(picture: Picture, rng: np.random.Generator) -> Picture:
        """Small crops of far vehicles are scaled up before they are searched: soft, with blown-up blocks."""
        height, width = picture.shape[:2]
        factor = rng.uniform(0.45, 0.9)
        small = cv2.resize(picture, (round(width * factor), round(height * factor)), interpolation=cv2.INTER_AREA)
        if rng.random() < 0.5:
            _, packed = cv2.imencode(".jpg", small, (cv2.IMWRITE_JPEG_QUALITY, int(rng.uniform(40, 90))))
            small = cv2.imdecode(packed, cv2.IMREAD_COLOR)
        return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)

    @staticmethod
    def _exposed(picture: Picture, rng: np.random.Generator) -> Picture:
        """Gamma, gain and colour balance by one table a channel; sometimes grey, as infrared cameras at night."""
        ramp = np.arange(256, dtype=np.float32) / 255
        gamma = np.exp(rng.normal(0, 0.3)) if rng.random() < 0.85 else rng.uniform(1.6, 2.6)
        balance = np.exp(rng.normal(0, 0.06, 3)) * np.exp(rng.normal(0, 0.12))
        table = np.clip(255 * (ramp[:, None] ** gamma) * balance, 0, 255).astype(np.uint8)
        exposed = cv2.LUT(picture, table[None])
        if rng.random() < 0.06:
            exposed = cv2.cvtColor(cv2.cvtColor(exposed, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
        return np.asarray(exposed, np.uint8)

    def _noisy(self, picture: Picture, rng: np.random.Generator) -> Picture:
        height, width = picture.shape[:2]
        y, x = rng.integers(_NOISE_SIDE - height + 1), rng.integers(_NOISE_SIDE - width + 1)
        grain = self._noise[y : y + height, x : x + width] * np.float32(rng.uniform(1, 11))
        return np.asarray(cv2.add(picture, grain, dtype=cv2.CV_8U), np.uint8)
