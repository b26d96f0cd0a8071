"""Plate reading with the project's own two networks: one finds the plates, one reads them, the grammar decides."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from skynet.domain.plate_decoder import decode_plate
from skynet.domain.plate_read import PlateRead
from skynet.domain.plate_scores import PlateScores
from skynet.vision.plates.finder import PlateFinder
from skynet.vision.plates.quad import Corners, rectified, stretched
from skynet.vision.plates.scorer import PlateScorer

MIN_CONFIDENCE = 0.1
"""Half of the texts between this and 0.5 are right: they are told, as unsure as they are."""
NO_PLATE = 0.02
"""What the finder takes for a plate and is none stayed below this in a hundred street pictures. A vote over several
pictures wants all that is above."""
MOST_OUTSIDE = 0.06
"""Share of a plate's width by which a corner may lie outside the picture: beyond it a character is cut."""


class NetPlateReader:
    """A `PlateReader`; any thread.

    Reads less sure than `min_confidence` (0–1) are left out.
    """

    name = "plate-reader"

    def __init__(self, finder: PlateFinder, scorer: PlateScorer, *, min_confidence: float = MIN_CONFIDENCE) -> None:
        self._finder = finder
        self._scorer = scorer
        self._min_confidence = min_confidence

    def read(self, image: NDArray[np.uint8], *, crop: bool = False) -> list[PlateRead]:
        """Plates in `image`, uint8 (H, W, 3) BGR, best first; corners in its pixels."""
        height, width = image.shape[:2]
        if height == 0 or width == 0:
            return []
        if crop:
            whole = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
            return self._decoded([stretched(image)], [whole])
        quads = [found.corners for found in self._finder.find(image) if _is_inside(found.corners, width, height)]
        return self._decoded([rectified(image, corners) for corners in quads], quads)

    def _decoded(self, plates: Sequence[NDArray[np.uint8]], quads: Sequence[Corners]) -> list[PlateRead]:
        reads = [_plate_read(*one) for one in zip(self._scorer.score(plates), quads, strict=True)]
        sure = [read for read in reads if read.confidence >= self._min_confidence]
        return sorted(sure, key=lambda read: -read.confidence)


def _plate_read(scores: PlateScores, corners: Corners) -> PlateRead:
    decoded = decode_plate(scores)
    return PlateRead(
        text=decoded.text,
        kind=decoded.kind,
        confidence=round(decoded.confidence, 4),
        corners=tuple((round(float(x), 1), round(float(y), 1)) for x, y in corners),
        characters=tuple(round(share, 4) for share in decoded.characters),
        scores=scores,
    )


def _is_inside(corners: Corners, width: int, height: int) -> bool:
    room = MOST_OUTSIDE * float(np.linalg.norm(corners[1] - corners[0]))
    low, high = corners.min(axis=0), corners.max(axis=0)
    return bool(low.min() >= -room and high[0] <= width + room and high[1] <= height + room)
