"""Rendered street scenes for tests: a textured ground, camera noise, and rectangles that move over it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from skynet.vision import StillImage

WIDTH, HEIGHT, FPS = 640, 360, 5.0


class Scene:
    """Frames of one fixed camera, 5 a second, reproducible."""

    def __init__(self, noise: float = 2.0) -> None:
        self._random = np.random.default_rng(7)
        coarse = self._random.normal(110, 25, (HEIGHT // 8, WIDTH // 8)).astype(np.float32)
        self.ground = cv2.resize(coarse, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
        self.noise = noise
        self.turn = 0

    def frame(
        self, *boxes: tuple[int, int, int, int], gain: float = 1.0, paint: int = 30, shadow: bool = False
    ) -> StillImage:
        """The next frame, with a striped object of brightness `paint` in each box x, y, width, height, or only its
        shadow."""
        picture: NDArray[np.float32] = self.ground.copy()
        for x, y, width, height in boxes:
            part = picture[max(0, y) : y + height, max(0, x) : x + width]
            if shadow:
                part *= 0.7
            else:
                part[:] = paint
                part[:, ::9] = 200
        picture = picture * gain + self._random.normal(0, self.noise, picture.shape).astype(np.float32)
        grey = np.clip(picture, 0, 255).astype(np.uint8)
        image = StillImage(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), 1000 + self.turn / FPS, self.turn)
        self.turn += 1
        return image
