"""What a camera usually shows in one light, learned from its own pictures, and how a picture compares with it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skynet.vision.picture_health.block_grid import HEIGHT, WIDTH, Blocks, block_means
from skynet.vision.picture_health.options import PictureHealthOptions
from skynet.vision.picture_health.picture_measures import PictureMeasures

Memory = dict[str, NDArray[Any]]
"""What a scene is kept as, by name."""

_MEANS = ("gradients", "strength", "likeness", "detail", "bright")
_LEAST_LOOKS = 10
_TINY = 1e-6
_DETAILED = 4.0
"""Contrast (grey levels squared) from which on a block's detail says something about focus."""


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """`compared`, `lost`, `faint`: blocks that can be compared, of these the ones that do not show the scene, and
    blocks that show nothing. `detail` is the fine detail left, a share of the usual; None where too few blocks tell."""

    compared: NDArray[np.bool_]
    lost: NDArray[np.bool_]
    faint: NDArray[np.bool_]
    detail: float | None
    bright_share: float
    """Blocks that are usually burned out."""

    @property
    def blocks(self) -> int:
        return int(self.compared.sum())

    @property
    def lost_share(self) -> float:
        return float(self.lost.sum() / max(1, self.blocks))

    @property
    def faint_share(self) -> float:
        return float((self.lost & self.faint).sum() / max(1, int(self.lost.sum())))


class KnownScene:
    """Running means over the looks that showed nothing wrong. `seen` blocks are those without privacy masks."""

    def __init__(self, seen: NDArray[np.bool_], options: PictureHealthOptions) -> None:
        self._seen = seen
        self._options = options
        self._gradients = np.zeros((2, HEIGHT, WIDTH), np.float32)
        self._strength = np.zeros(seen.shape, np.float32)
        self._likeness = np.zeros(seen.shape, np.float32)
        self._detail = np.zeros(seen.shape, np.float32)
        self._bright = np.zeros(seen.shape, np.float32)
        self._looks = 0
        self._watched_s = 0.0
        self._learned_at = math.nan

    @property
    def ready(self) -> bool:
        return self._looks >= _LEAST_LOOKS and self._watched_s >= self._options.learning_s

    def remember(self) -> Memory:
        """Copies of all that it knows."""
        arrays = {name: np.array(getattr(self, f"_{name}")) for name in _MEANS}
        return {**arrays, "progress": np.array([self._looks, self._watched_s], np.float64)}

    @classmethod
    def recall(cls, memory: Memory, seen: NDArray[np.bool_], options: PictureHealthOptions) -> KnownScene:
        """The scene that `remember` told of. Raises ValueError when it is none."""
        scene = cls(seen, options)
        for name in _MEANS:
            mean, told = getattr(scene, f"_{name}"), memory.get(name)
            if told is None or told.shape != mean.shape or not np.isfinite(told).all():
                raise ValueError(f"'{name}' is missing or damaged")
            mean[...] = told
        progress = memory.get("progress")
        if progress is None or progress.shape != (2,) or not np.isfinite(progress).all():
            raise ValueError("'progress' is missing or damaged")
        scene._looks, scene._watched_s = int(progress[0]), float(progress[1])
        return scene

    def learn(self, measures: PictureMeasures, at: float) -> None:
        """A picture of the scene, taken at `at` (seconds)."""
        passed_s = 0.0 if math.isnan(self._learned_at) else at - self._learned_at
        step_s = min(max(0.0, passed_s), self._options.scene_s / 10)
        share = max(1 / (self._looks + 1), 1 - math.exp(-step_s / self._options.scene_s))
        if self._looks > 2:  # before, the mean is nearly the picture itself
            _follow(self._likeness, self._likeness_of(measures), max(1 / (self._looks - 2), share))
        _follow(self._gradients, measures.gradients, share)
        _follow(self._strength, measures.strength, share)
        _follow(self._detail, _log_detail(measures), share)
        _follow(self._bright, (measures.level >= self._options.bright).astype(np.float32), share)
        self._looks += 1
        self._watched_s += step_s
        self._learned_at = at

    def compare(self, measures: PictureMeasures) -> Comparison:
        options = self._options
        compared = self._seen & (self._strength >= options.textured) & (self._likeness >= options.steady)
        lost = compared & (self._likeness_of(measures) < options.lost * self._likeness)
        return Comparison(
            compared=compared,
            lost=lost,
            faint=measures.strength < options.faint * self._strength,
            detail=self._detail_left(measures, compared & ~lost),
            bright_share=float(self._bright[self._seen].mean()) if self._seen.any() else 0.0,
        )

    def faint_share(self, measures: PictureMeasures) -> float:
        """Of the blocks that have structure in this light, those that show next to none in `measures`."""
        textured = self._seen & (self._strength >= self._options.textured)
        faint = measures.strength < self._options.faint * self._strength
        return float((faint & textured).sum() / max(1, int(textured.sum())))

    def _likeness_of(self, measures: PictureMeasures) -> Blocks:
        """Correlation of the gradients with the scene's, -1 to 1 a block."""
        both = block_means((measures.gradients * self._gradients).sum(axis=0))
        scene = block_means((self._gradients * self._gradients).sum(axis=0))
        return both / (measures.strength * np.sqrt(scene) + _TINY)

    def _detail_left(self, measures: PictureMeasures, blocks: NDArray[np.bool_]) -> float | None:
        told = blocks & (measures.contrast >= _DETAILED)
        if told.sum() < self._options.least_blocks:
            return None
        return float(np.exp(np.median((_log_detail(measures) - self._detail)[told])))


def _log_detail(measures: PictureMeasures) -> Blocks:
    """Fine detail beside coarse contrast, so that light and haze, which weaken both, cancel out."""
    return np.asarray(np.log((measures.detail + 0.02) / (measures.contrast + 1.0)), np.float32)


def _follow(mean: NDArray[np.float32], value: NDArray[np.float32], share: float) -> None:
    mean += np.float32(share) * (value - mean)
