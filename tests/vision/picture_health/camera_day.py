"""A day before a real camera's scene, out of a short clip: what changes by itself and is no fault.

Dusk and dawn, the infrared switch, lamps that go on, clouds, rain, headlights, vehicles that pass close and a bus that
stands, focus hunts, a mast in the wind. Deterministic for a seed; times in seconds since midnight.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tests.vision.picture_health.degradations import Picture, Sensor, defocused, with_clock

HOUR = 3600.0
DAY = 24 * HOUR
DAWN, DUSK, TWILIGHT_S = 6 * HOUR, 18.5 * HOUR, 2400.0
RAINS = ((14.0, 15.0), (2.0, 2.5))
DARKEST = 0.22
SWITCH_S = 4.0


@dataclass(frozen=True, slots=True)
class Passage:
    """Something between `begins` and `ends`: a close vehicle, a bus that stands, headlights, a focus hunt."""

    what: str
    begins: float
    ends: float
    place: float


class CameraDay:
    """`frames` of the scene in any order, `other` of a scene that lends its pixels to vehicles."""

    def __init__(self, frames: Sequence[Picture], other: Picture, seed: int) -> None:
        self._frames = frames
        self._chance = np.random.default_rng(seed)
        self._sensor = Sensor(seed)
        high, wide = frames[0].shape[:2]
        self._vehicle = np.asarray(cv2.resize(other, (wide, high)), np.uint8)
        self._lamps = self._glow([(0.2, 0.3), (0.55, 0.25), (0.85, 0.35)], 0.12)
        self._infrared = 0.35 + self._glow([(0.5, 0.6)], 0.45)
        self.passages = sorted(self._plan(), key=lambda passage: passage.begins)

    def picture(self, t: float) -> Picture:
        """The coded picture of the moment `t`."""
        return self._sensor.coded(self.raw(t))

    def raw(self, t: float) -> Picture:
        """Before coding, noise included."""
        scene = self.scene(t)
        self._sensor.noise = 3.0 if self.light(t) > 0.6 else 6.0
        return with_clock(self._sensor.noisy(scene), t)

    def scene(self, t: float) -> Picture:
        """The moment `t` before sensor noise and overlay."""
        scene = self._frames[int(self._chance.integers(len(self._frames)))]
        for passage in self.passages:
            if passage.begins <= t < passage.ends:
                scene = self._with(passage, scene)
        return self._shaken(self._in_weather(self._lit(scene, t), t))

    @staticmethod
    def light(t: float) -> float:
        """Daylight, 1 by day and DARKEST by night."""
        t %= DAY
        up = np.clip((t - DAWN) / TWILIGHT_S, 0, 1)
        down = np.clip((DUSK + TWILIGHT_S - t) / TWILIGHT_S, 0, 1)
        return float(DARKEST + (1 - DARKEST) * min(up, down))

    @classmethod
    def infrared(cls, t: float) -> bool:
        return cls.light(t) < DARKEST + 0.08

    def _lit(self, scene: Picture, t: float) -> Picture:
        light = self.light(t)
        if self.infrared(t):
            grey = cv2.cvtColor(scene, cv2.COLOR_BGR2GRAY).astype(np.float32)
            near = np.clip(grey * self._infrared * 1.1 + 6 + 90 * self._lamps, 0, 250)
            return np.repeat(near[..., None], 3, axis=2).astype(np.uint8)
        cloud = 1 + 0.12 * np.sin(t / 97) * np.sin(t / 411)
        lit = scene.astype(np.float32) * (light * cloud)
        if light < 0.6:
            lit = lit + (110 * self._lamps)[..., None]
        return np.clip(lit + 4, 0, 255).astype(np.uint8)

    def _in_weather(self, scene: Picture, t: float) -> Picture:
        if not any(begin <= t / HOUR < end for begin, end in RAINS):
            return scene
        high, wide = scene.shape[:2]
        drops = np.zeros((high, wide), np.uint8)
        for x, y in self._chance.integers(0, (wide, high), (220, 2)):
            cv2.line(drops, (int(x), int(y)), (int(x) - 2, int(y) + high // 18), 255, 1)
        wet = scene.astype(np.float32) * 0.8 + 25 + cv2.blur(drops, (1, 3))[..., None] * 0.22
        return np.clip(wet, 0, 255).astype(np.uint8)

    def _shaken(self, scene: Picture) -> Picture:
        high, wide = scene.shape[:2]
        across, down = self._chance.normal(0, wide / 1200, 2)
        matrix = np.array([[1, 0, across], [0, 1, down]], np.float32)
        return np.asarray(cv2.warpAffine(scene, matrix, (wide, high), borderMode=cv2.BORDER_REPLICATE), np.uint8)

    def _with(self, passage: Passage, scene: Picture) -> Picture:
        high, wide = scene.shape[:2]
        if passage.what == "hunt":
            return defocused(scene, 0.008)
        if passage.what == "headlights":
            glare = self._glow([(passage.place, 0.6)], 0.2)[..., None]
            return np.clip(scene + 230 * glare, 0, 255).astype(np.uint8)
        share = 0.7 if passage.what == "bus" else 0.45
        begin = round((1 - share) * passage.place * wide)
        canvas = scene.copy()
        canvas[high // 8 :, begin : begin + round(share * wide)] = self._vehicle[
            high // 8 :, : canvas[:, begin : begin + round(share * wide)].shape[1]
        ]
        return canvas

    def _glow(self, places: Sequence[tuple[float, float]], size: float) -> NDArray[np.float32]:
        high, wide = self._frames[0].shape[:2]
        y, x = np.mgrid[0:high, 0:wide].astype(np.float32)
        spots = [
            np.exp(-(((x / wide - px) / size) ** 2 + ((y / high - py) / size) ** 2)).astype(np.float32)
            for px, py in places
        ]
        return np.asarray(np.clip(sum(spots), 0, 1), np.float32)

    def _plan(self) -> list[Passage]:
        chance = self._chance
        found = [
            Passage("headlights", begin, begin + float(chance.uniform(2, 9)), float(chance.uniform(0.1, 0.9)))
            for begin in chance.uniform(0, DAY, 700)
            if self.light(float(begin)) < 0.5
        ]
        for what, number, shortest, longest in (("vehicle", 200, 3, 20), ("bus", 24, 30, 60), ("hunt", 48, 3, 7)):
            for begin in chance.uniform(0, DAY, number):
                length = float(chance.uniform(shortest, longest))
                found.append(Passage(what, float(begin), float(begin) + length, float(chance.uniform(0, 1))))
        return found
