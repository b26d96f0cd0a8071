"""From the network's raw map to plates: local maxima, corners, overlapping ones dropped."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .cells import STRIDE, UNIT
from .scene import Quad

OVERLAP = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A plate that was found: its corners in model pixels, its score 0–1, whether it has two rows."""

    corners: Quad
    score: float
    two_row: bool


def decode(raw: NDArray[np.float32], threshold: float = 0.3) -> list[Found]:
    """Plates of one picture's raw output (10, rows, columns), best first."""
    logit = raw[0]
    peaks = (logit >= cv2.dilate(logit, np.ones((3, 3), np.uint8))) & (logit > np.log(threshold / (1 - threshold)))
    rows, columns = np.nonzero(peaks)
    found: list[Found] = []
    for at in np.argsort(-logit[rows, columns]):
        row, column = rows[at], columns[at]
        cell = (np.array([column, row]) + 0.5) * STRIDE
        corners = (raw[2:, row, column].reshape(4, 2) * UNIT + cell).astype(np.float32)
        if all(overlap(corners, other.corners) < OVERLAP for other in found):
            score = float(1 / (1 + np.exp(-logit[row, column])))
            found.append(Found(corners, score, bool(raw[1, row, column] > 0)))
    return found


def overlap(one: Quad, other: Quad) -> float:
    """Intersection over union of two convex quadrilaterals; 0 for degenerate ones."""
    one, other = cv2.convexHull(one), cv2.convexHull(other)
    union = cv2.contourArea(one) + cv2.contourArea(other)
    shared, _ = cv2.intersectConvexConvex(one, other)
    return float(shared / (union - shared)) if union > shared > 0 else 0.0
