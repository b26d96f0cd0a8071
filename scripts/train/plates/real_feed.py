"""Real plates for training: drawn so that no province leads, shaken and spoilt so that few crops go a long way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from skynet.domain.plate_scores import PLATE_SLOTS, READ_KINDS

from .reader_sample import slots_of
from .real_crops import RealCrop
from .spoiling import Spoiler
from .view import VIEW_HEIGHT, VIEW_WIDTH

_SHAKE = np.array((VIEW_WIDTH * 0.014, VIEW_HEIGHT * 0.035))
_SPOIL_CHANCE = 0.35


class RealFeed:
    """Training views of `crops`. Draws a province by the root of its count, and weighs its first character down to the
    mean of the provinces: most real plates are of one province, and the reader must not expect it."""

    def __init__(self, crops: Sequence[RealCrop], rng: np.random.Generator) -> None:
        self._crops = list(crops)
        self._spoiler = Spoiler(rng)
        counts = Counter(crop.text[0] for crop in self._crops)
        weights = np.array([counts[crop.text[0]] ** -0.5 for crop in self._crops])
        self._chances = weights / weights.sum()
        mean = 1.0 / len(counts)
        share = {province: count**0.5 / sum(c**0.5 for c in counts.values()) for province, count in counts.items()}
        self._first_weight = [min(1.0, mean / share[crop.text[0]]) for crop in self._crops]

    def draw(
        self, rng: np.random.Generator, count: int
    ) -> tuple[NDArray[np.uint8], NDArray[np.int16], NDArray[np.int16], NDArray[np.float32]]:
        """Images (count, 48, 144, 3), slots (count, 8), kinds (count,) and the weights of the slots (count, 8)."""
        images = np.empty((count, VIEW_HEIGHT, VIEW_WIDTH, 3), np.uint8)
        slots = np.empty((count, PLATE_SLOTS), np.int16)
        kinds = np.empty(count, np.int16)
        weights = np.ones((count, PLATE_SLOTS), np.float32)
        for place, index in enumerate(rng.choice(len(self._crops), size=count, p=self._chances)):
            crop = self._crops[index]
            images[place] = self._shaken(rng, crop)
            slots[place], kinds[place] = slots_of(crop.text), READ_KINDS.index(crop.kind)
            weights[place, 0] = self._first_weight[index]
        return images, slots, kinds, weights

    def _shaken(self, rng: np.random.Generator, crop: RealCrop) -> NDArray[np.uint8]:
        shift = rng.normal(0.0, _SHAKE * 0.8, 2)
        view = crop.view(np.asarray(shift + rng.normal(0.0, _SHAKE, (4, 2)), np.float32))
        if rng.random() < _SPOIL_CHANCE:
            return self._spoiler.spoil(rng, view)
        if rng.random() < 0.3:
            view = np.asarray(cv2.GaussianBlur(view, (0, 0), rng.uniform(0.3, 1.2)), np.uint8)
        light = view * np.float32(rng.lognormal(0.0, 0.2)) * rng.lognormal(0.0, 0.1, 3).astype(np.float32)
        return np.clip(light + rng.normal(0.0, 12.0), 0, 255).astype(np.uint8)
