"""Plate reading with the models of the `rapidocr` package: its text finder, and its recogniser asked for plates only.

The models come with the package's wheel: nothing is downloaded. Models are loaded at the first picture; afterwards no
I/O. One instance may serve all cameras of a process from one thread at a time.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from skynet.domain.plate import PlateKind, PlateText
from skynet.domain.plate_read import PlateRead
from skynet.vision.onnx_session import ModelError
from skynet.vision.plates.colour import PlateColour, plate_colour, plate_kind
from skynet.vision.plates.decoder import Reading
from skynet.vision.plates.recogniser import PlateRecogniser
from skynet.vision.plates.text_finder import Corners, TextFinder, cut_out, pairs_of_rows

MIN_CONFIDENCE = 0.7
"""Of reads at least this sure 19 in 20 were right on the sets measured, of those below one in three."""
MIN_ASPECT, MAX_ASPECT = 1.9, 7.0
"""Width to height of a region that may be a row of a plate (440×140 mm seen straight is 3.1)."""
MIN_HEIGHT = 9
"""Rows lower than this many pixels cannot be read by anyone."""
GREEN_LENGTH, OTHER_LENGTH = 8, 7
TWO_ROW_ASPECT = 2.3


class RapidOcrPlateReader:
    """A `PlateReader` that needs nothing but its package.

    `min_confidence` 0–1 of the weakest character: below it a plate counts as unreadable and is left out.
    """

    name = "rapidocr"

    def __init__(self, *, min_confidence: float = MIN_CONFIDENCE, threads: int = 1) -> None:
        self._min_confidence = min_confidence
        self._threads = threads
        self._finder: TextFinder | None = None
        self._recogniser: PlateRecogniser | None = None

    def read(self, image: NDArray[np.uint8], *, crop: bool = False) -> list[PlateRead]:
        """Plates in `image`, uint8 (H, W, 3) BGR, best first; corners in its pixels."""
        if min(image.shape[:2]) < MIN_HEIGHT:
            return []
        recogniser = self._loaded_recogniser()
        if crop:
            height, width = image.shape[:2]
            whole = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
            return self._sure([_read_whole(recogniser, image, whole)])
        if self._finder is None:
            self._finder = TextFinder(threads=self._threads)
        regions = self._finder.find(image)
        reads = [_read_one_row(recogniser, image, corners) for corners in regions if _may_be_plate(corners)]
        reads += [_read_two_rows(recogniser, image, above, below) for above, below in pairs_of_rows(regions)]
        return self._sure(reads)

    def _sure(self, reads: list[PlateRead | None]) -> list[PlateRead]:
        sure = [read for read in reads if read is not None and read.confidence >= self._min_confidence]
        return _one_a_place(sorted(sure, key=lambda read: -read.confidence))

    def _loaded_recogniser(self) -> PlateRecogniser:
        if self._recogniser is None:
            self._recogniser = PlateRecogniser(_packaged_recogniser(), threads=self._threads)
        return self._recogniser


def _one_a_place(reads: list[PlateRead]) -> list[PlateRead]:
    """The surest of the reads that show the same place; `reads` are best first."""
    kept: list[PlateRead] = []
    for read in reads:
        centre = np.mean(read.corners, axis=0)
        inside = (cv2.pointPolygonTest(np.array(k.corners, np.float32), centre.tolist(), False) >= 0 for k in kept)
        if not any(inside):
            kept.append(read)
    return kept


def _packaged_recogniser() -> Path:
    folder = Path(str(files("rapidocr"))) / "models"
    models = sorted(folder.glob("*_rec_*.onnx"))
    if not models:
        raise ModelError(f"{folder}: the rapidocr package holds no recogniser; install rapidocr 3.10 or later")
    return models[0]


def _read_whole(recogniser: PlateRecogniser, plate: NDArray[np.uint8], corners: Corners) -> PlateRead | None:
    colour = plate_colour(plate)
    row = recogniser.one_row(plate, _lengths(colour))
    height, width = plate.shape[:2]
    if width < TWO_ROW_ASPECT * height:
        stacked = recogniser.split(plate)
        if stacked is not None and (row is None or stacked.confidence > row.confidence):
            return _plate(stacked, colour, corners, two_rows=True)
    return None if row is None else _plate(row, colour, corners, two_rows=False)


def _read_one_row(recogniser: PlateRecogniser, image: NDArray[np.uint8], corners: Corners) -> PlateRead | None:
    return _read_whole(recogniser, cut_out(image, corners), corners)


def _read_two_rows(
    recogniser: PlateRecogniser, image: NDArray[np.uint8], above: Corners, below: Corners
) -> PlateRead | None:
    reading = recogniser.two_rows(cut_out(image, above), cut_out(image, below))
    if reading is None:
        return None
    corners = np.stack([above[0], above[1], below[2], below[3]])
    left, right = min(above[0, 0], below[3, 0]), max(above[1, 0], below[2, 0])
    corners[[0, 3], 0], corners[[1, 2], 0] = left, right
    return _plate(reading, plate_colour(cut_out(image, below)), corners, two_rows=True)


def _lengths(colour: PlateColour | None) -> tuple[int, ...]:
    """How many characters a plate of this colour bears; both where it cannot be told."""
    if colour is PlateColour.GREEN:
        return (GREEN_LENGTH,)
    if colour in (PlateColour.BLUE, PlateColour.YELLOW):
        return (OTHER_LENGTH,)
    return (OTHER_LENGTH, GREEN_LENGTH)


def _plate(reading: Reading, colour: PlateColour | None, corners: Corners, *, two_rows: bool) -> PlateRead:
    kind: PlateKind = plate_kind(PlateText.parse(reading.text), colour, two_rows=two_rows)
    points = tuple((round(float(x), 1), round(float(y), 1)) for x, y in corners)
    return PlateRead(text=reading.text, kind=kind, confidence=round(reading.confidence, 3), corners=points)


def _may_be_plate(corners: Corners) -> bool:
    width = float(np.linalg.norm(corners[1] - corners[0]))
    height = float(np.linalg.norm(corners[3] - corners[0]))
    return height >= MIN_HEIGHT and MIN_ASPECT * height <= width <= MAX_ASPECT * height
