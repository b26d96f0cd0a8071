"""A street as a camera sees it, drawn on the spot: ground with texture, sensor noise, and whatever a test adds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from skynet.domain import Box
from skynet.media import ActivityGate
from skynet.media.gate import Look
from tests.array_frame import ArrayFrame

WIDTH, HEIGHT = 960, 540
Draw = Callable[[NDArray[np.float32], float], None]
"""Draws into a float32 (h, w) picture what is to be seen at a time in seconds."""


def ground(seed: int = 3) -> NDArray[np.float32]:
    rng = np.random.default_rng(seed)
    fine = cv2.GaussianBlur(rng.normal(0, 60, (HEIGHT, WIDTH)).astype(np.float32), (0, 0), 2)
    coarse = cv2.GaussianBlur(rng.normal(0, 900, (HEIGHT, WIDTH)).astype(np.float32), (0, 0), 40)
    return np.clip(110 + fine + coarse, 30, 220).astype(np.float32)


def block(x: float, y: float, width: float, height: float, level: float) -> Draw:
    """Something that stands at a place."""

    def draw(picture: NDArray[np.float32], at: float) -> None:
        picture[int(y) : int(y + height), int(x) : int(x + width)] = level

    return draw


def walker(x: float, y: float, speed: float, height: float, level: float, since: float) -> Draw:
    """Somebody who walks to the right at `speed` pixels a second from the time `since` on; legs swing."""

    def draw(picture: NDArray[np.float32], at: float) -> None:
        if at < since:
            return
        left, swing = x + speed * (at - since), 0.12 * height * np.sin(6 * at)
        block(left, y, 0.3 * height, 0.6 * height, level)(picture, at)
        for side in (1, -1):
            block(left + 0.1 * height + side * swing, y + 0.6 * height, 0.1 * height, 0.4 * height, level)(picture, at)

    return draw


@dataclass
class Camera:
    """Pictures of a street, and a gate that looks at them. Times in seconds from 0."""

    gate: ActivityGate = field(default_factory=ActivityGate)
    draws: list[Draw] = field(default_factory=list)
    noise: float = 2.0
    light: Callable[[float], float] = lambda at: 1.0
    scene: NDArray[np.float32] = field(default_factory=ground)
    rng: np.random.Generator = field(default_factory=lambda: np.random.default_rng(7))

    def __post_init__(self) -> None:
        self._grains = [self.rng.normal(0, 1, (HEIGHT, WIDTH)).astype(np.float32) for _ in range(3)]

    def frame(self, at: float) -> ArrayFrame:
        picture = self.scene.copy()
        for draw in self.draws:
            draw(picture, at)
        # drawing new noise for each picture would cost more than all the rest
        grain = np.roll(self._grains[self.rng.integers(3)], self.rng.integers(WIDTH), axis=1)
        picture = picture * self.light(at) + self.noise * grain
        grey = np.clip(picture, 0, 255).astype(np.uint8)
        return ArrayFrame(np.repeat(grey[..., None], 3, axis=2), 1_800_000_000 + at, round(at * 25))

    def learn(self) -> float:
        """The first seconds of a stream, awake, and to sleep; returns the time when it sleeps."""
        self.gate.look(self.frame(0.0), awake=False)
        for turn in range(1, 26):
            self.gate.look(self.frame(turn / 5), awake=True)
        self.gate.slept([], (WIDTH, HEIGHT), in_vain=True)
        return 5.0

    def asleep(self, begin: float, end: float, every_s: float = 2.0) -> list[Look]:
        """What it says to keyframes; it is not followed up."""
        return [self.gate.look(self.frame(at), awake=False) for at in np.arange(begin, end, every_s)]

    def spell(self, begin: float, seconds: float, objects: list[Box] | None = None) -> list[Look]:
        """An awake spell."""
        looks = [self.gate.look(self.frame(begin + turn / 5), awake=True) for turn in range(round(seconds * 5))]
        self.gate.digest(objects or [], (WIDTH, HEIGHT))
        self.gate.slept([], (WIDTH, HEIGHT), in_vain=not objects)
        return looks
