"""Scenes for the trainer: one process makes them, each is used a few times, cut and lit a little differently."""

from __future__ import annotations

from contextlib import suppress
from multiprocessing import get_context, parent_process
from multiprocessing.queues import Queue
from pathlib import Path
from queue import Empty, Full

import cv2
import numpy as np
from numpy.typing import NDArray
from plates.drawing import draw_plate

from .backgrounds import clip_backgrounds, street_backgrounds
from .real_scenes import for_training, real_scenes
from .scene import Picture, Plate, Scene
from .scene_maker import SceneMaker

BACKGROUNDS = 2500
FRAMES_PER_CLIP = 6
PIXELS_PER_MM = 0.6
"""Plates are drawn 264 pixels wide: as wide as the widest that is pasted."""


def scene_maker(data: Path, seed: int, side: int, all_photographs: bool, backgrounds: int = BACKGROUNDS) -> SceneMaker:
    """The maker on the shared data; ``all_photographs`` takes in the scoring half, for a last fine-tuning."""
    rng = np.random.default_rng(seed)
    photographs = real_scenes(data, (lambda _: True) if all_photographs else for_training)
    pictures = street_backgrounds(data, rng, backgrounds) + clip_backgrounds(data, FRAMES_PER_CLIP)
    return SceneMaker(pictures, list(photographs.values()), rng, _drawn, side)


def _drawn(rng: np.random.Generator) -> Picture:
    return draw_plate(rng, pixels_per_mm=PIXELS_PER_MM).image


def _feed(queue: Queue[Scene], data: Path, seed: int, side: int, all_photographs: bool) -> None:
    cv2.setNumThreads(1)
    queue.cancel_join_thread()  # what a dead trainer did not take would hold this process for ever
    maker = scene_maker(data, seed, side, all_photographs)
    trainer = parent_process()
    while trainer is not None and trainer.is_alive():  # a killed trainer leaves nobody to end this process
        with suppress(Full):
            queue.put(maker.make(), timeout=10)


class ScenePool:
    """Holds up to ``size`` scenes; each step takes in at most ``fresh`` new ones for the oldest."""

    def __init__(self, data: Path, seed: int, side: int, cut: int, size: int, all_photographs: bool) -> None:
        context = get_context("spawn")
        self._queue: Queue[Scene] = context.Queue(maxsize=64)
        arguments = (self._queue, data, seed, side, all_photographs)
        self._maker = context.Process(target=_feed, args=arguments, daemon=True)
        self._maker.start()
        self._rng = np.random.default_rng(seed + 1)
        self._cut, self._size = cut, size
        self._scenes: list[Scene] = []
        self._next = 0

    def take(self, count: int, fresh: int) -> list[Scene]:
        """``count`` cuts of random scenes. Waits for the first scenes; raises RuntimeError if the maker died."""
        for _ in range(max(fresh, count - len(self._scenes))):
            self._take_in(wait=len(self._scenes) < count)
        chosen = self._rng.choice(len(self._scenes), count, replace=False)
        return [self._varied(self._scenes[index]) for index in chosen]

    def close(self) -> None:
        """End the making process."""
        self._maker.terminate()
        self._maker.join()

    def _take_in(self, wait: bool) -> None:
        try:
            scene = self._queue.get(timeout=120) if wait else self._queue.get_nowait()
        except Empty:
            if not self._maker.is_alive():
                raise RuntimeError("the scene maker ended; its own message says why") from None
            return
        if len(self._scenes) < self._size:
            self._scenes.append(scene)
        else:
            self._scenes[self._next] = scene
            self._next = (self._next + 1) % self._size

    def _varied(self, scene: Scene) -> Scene:
        """A cut at a random place with other light. Never mirrored: mirrored text is no plate."""
        rng, cut = self._rng, self._cut
        y, x = (int(v) for v in rng.integers(0, np.array(scene.picture.shape[:2]) - cut + 1))
        picture = scene.picture[y : y + cut, x : x + cut]
        shift = np.array([[1, 0, -x], [0, 1, -y]], np.float64)
        plates = [_judged(plate.moved(shift), cut) for plate in scene.plates]
        return Scene(_relit(picture, rng), plates)


def _judged(plate: Plate, cut: int) -> Plate:
    """Doubtful if the cut takes more than a hair off the plate."""
    whole = ((plate.corners > -2) & (plate.corners < cut + 2)).all()
    return plate if whole else Plate(plate.corners, plate.two_row, doubtful=True)


def _relit(picture: Picture, rng: np.random.Generator) -> Picture:
    ramp: NDArray[np.float64] = np.arange(256)[:, None] / 255
    gain = np.exp(rng.normal(0, 0.12) + rng.normal(0, 0.05, 3))
    table = np.clip(255 * gain * ramp ** np.exp(rng.normal(0, 0.12)), 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(np.ascontiguousarray(picture), table[None]), np.uint8)
