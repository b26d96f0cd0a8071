"""How well plates are found on labelled scenes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .decode import Found, decode, overlap
from .scene import Picture, Plate, Scene

Finder = Callable[[NDArray[np.float32]], NDArray[np.float32]]
"""1 × 3 × H × W BGR 0–255 float32 to 1 × 10 × H/8 × W/8 raw."""

LONGEST_PX = 640
MULTIPLE = 32


@dataclass(frozen=True, slots=True)
class Score:
    """Recall of the ``asked`` plates at an overlap of 0.5, false finds a picture, and of the found ones the mean corner
    error in plate widths and the share whose rows are right.
    """

    recall: float
    false_per_picture: float
    corner_error: float
    two_row_right: float
    asked: int

    def __str__(self) -> str:
        return (
            f"recall {self.recall:.3f} of {self.asked}, false {self.false_per_picture:.2f} a picture, "
            f"corners {100 * self.corner_error:.1f} %, rows {self.two_row_right:.3f}"
        )


def fitted(picture: Picture, longest: int = LONGEST_PX) -> tuple[NDArray[np.float32], float]:
    """The picture as network input, scaled to its longest side, padded with grey to multiples of 32; and the scale."""
    scale = longest / max(picture.shape[:2])
    kind = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=kind)
    height, width = small.shape[:2]
    down, right = -height % MULTIPLE, -width % MULTIPLE
    padded = cv2.copyMakeBorder(small, 0, down, 0, right, cv2.BORDER_CONSTANT, value=(114, 114, 114))
    return np.ascontiguousarray(padded.transpose(2, 0, 1)[None], np.float32), scale


def found_in(finder: Finder, picture: Picture, longest: int = LONGEST_PX, threshold: float = 0.3) -> list[Found]:
    """Plates in the picture's own pixels."""
    image, scale = fitted(picture, longest)
    plates = decode(finder(image)[0], threshold)
    return [Found((p.corners / scale).astype(np.float32), p.score, p.two_row) for p in plates]


def score(find: Callable[[Picture], list[Found]], scenes: list[Scene]) -> Score:
    """Match found to labelled plates, best first; doubtful plates count neither as asked nor as false."""
    asked = hits = false = rows_right = 0
    errors: list[float] = []
    for scene in scenes:
        left = [plate for plate in scene.plates if not plate.doubtful]
        asked += len(left)
        for found in find(scene.picture):
            plate = max(left, key=lambda p: overlap(p.corners, found.corners), default=None)
            if plate is not None and overlap(plate.corners, found.corners) >= 0.5:
                left.remove(plate)
                hits += 1
                rows_right += found.two_row == plate.two_row
                errors.append(_corner_error(found, plate))
            elif not any(overlap(p.corners, found.corners) > 0.2 for p in scene.plates if p.doubtful):
                false += 1
    return Score(
        hits / max(asked, 1),
        false / max(len(scenes), 1),
        float(np.mean(errors or [1.0])),
        rows_right / max(hits, 1),
        asked,
    )


def _corner_error(found: Found, plate: Plate) -> float:
    off = found.corners - plate.corners
    return float(np.hypot(off[:, 0], off[:, 1]).mean() / plate.width)
