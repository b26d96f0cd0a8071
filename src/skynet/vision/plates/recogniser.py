"""Reads one plate cut out of a picture. Loads its model when it is made; afterwards no I/O, any thread."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from skynet.domain.plate import PlateText
from skynet.vision.onnx_session import ModelError, OnnxSession
from skynet.vision.plates.decoder import LOWER_ROW, ONE_ROW, UPPER_ROW, PlateDecoder, Reading

HEIGHT = 48
STEP = 8
MIN_WIDTH, MAX_WIDTH = 64, 320
UPPER_ENDS, LOWER_BEGINS = 0.42, 0.36
"""Where the rows of a two-row plate end and begin, as shares of its height (GA 36: 220 mm high, rows of 60 and 110)."""


class PlateRecogniser:
    """A PaddleOCR text recogniser (input n×3×48×W BGR −1–1, output n×T×classes, its characters in its metadata),
    asked for plates only."""

    def __init__(self, model: Path, *, threads: int = 1) -> None:
        self._session = OnnxSession(model, threads=threads)
        characters = self._session.metadata("character")
        if characters is None:
            raise ModelError(f"{model}: holds no character list; use a recogniser exported by RapidOCR")
        self._decoder = PlateDecoder(["", *characters.splitlines(), " "])

    def one_row(self, plate: NDArray[np.uint8], lengths: Sequence[int] = (7, 8)) -> Reading | None:
        """The likeliest text of a plate whose characters stand in one row, uint8 (h, w, 3) BGR."""
        return _grammatical(self._decoder.decode(self._probabilities(plate), ONE_ROW, lengths))

    def two_rows(self, upper: NDArray[np.uint8], lower: NDArray[np.uint8]) -> Reading | None:
        """The likeliest text of a plate with province and office above the serial."""
        above = self._decoder.decode(self._probabilities(upper), UPPER_ROW, (2,))
        below = self._decoder.decode(self._probabilities(lower), LOWER_ROW, (5,))
        joined = [
            Reading(a.text + b.text, min(a.confidence, b.confidence), a.likelihood + b.likelihood)
            for a in above[:3]
            for b in below[:3]
        ]
        return _grammatical(sorted(joined, key=lambda reading: -reading.likelihood))

    def split(self, plate: NDArray[np.uint8]) -> Reading | None:
        """The likeliest text of a two-row plate given whole."""
        height = len(plate)
        return self.two_rows(plate[: round(height * UPPER_ENDS)], plate[round(height * LOWER_BEGINS) :])

    def _probabilities(self, row: NDArray[np.uint8]) -> NDArray[np.float32]:
        height, width = row.shape[:2]
        fitting = math.ceil(HEIGHT * width / max(1, height) / STEP) * STEP
        scaled = cv2.resize(row, (min(MAX_WIDTH, max(MIN_WIDTH, fitting)), HEIGHT), interpolation=cv2.INTER_LINEAR)
        tensor = scaled.astype(np.float32).transpose(2, 0, 1)[None] / np.float32(127.5) - np.float32(1)
        return np.asarray(self._session.run(np.ascontiguousarray(tensor))[0], np.float32)


def _grammatical(readings: Sequence[Reading]) -> Reading | None:
    for reading in readings:
        try:
            PlateText.parse(reading.text)
        except ValueError:
            continue
        return reading
    return None
