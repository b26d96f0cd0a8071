"""Skynet's own plate finder and reader, as the product runs them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from skynet.cli.bench.eyes.plate_find import Corners, PlateFind
from skynet.vision import OnnxSession
from skynet.vision.plates.finder import PlateFinder
from skynet.vision.plates.net_reader import NetPlateReader
from skynet.vision.plates.scorer import PlateScorer


class OurPlates:
    """A `PlateContender` of two model files. Raises ModelError when one is no such model."""

    name = "ours"

    def __init__(self, finder: Path, reader: Path) -> None:
        self._finder = PlateFinder(OnnxSession(finder))
        self._reader = NetPlateReader(self._finder, PlateScorer(OnnxSession(reader)), min_confidence=0)

    def find(self, image: NDArray[np.uint8]) -> list[Corners]:
        return [found.corners for found in self._finder.find(image)]

    def read_scene(self, image: NDArray[np.uint8]) -> list[PlateFind]:
        return self._finds(image, crop=False)

    def read_crop(self, image: NDArray[np.uint8]) -> PlateFind | None:
        return next(iter(self._finds(image, crop=True)), None)

    def _finds(self, image: NDArray[np.uint8], *, crop: bool) -> list[PlateFind]:
        return [
            PlateFind(read.text, read.confidence, read.kind, np.array(read.corners, np.float32))
            for read in self._reader.read(image, crop=crop)
        ]
