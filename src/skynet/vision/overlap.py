"""Overlap of boxes (float32 rows x1, y1, x2, y2), and which of two overlapping detections is the one to keep."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skynet.domain.detections import Detections
from skynet.domain.label import ObjectLabel

SAME_LABEL_IOU = 0.45
SAME_FAMILY_IOU = 0.6
MAX_CANDIDATES = 300
"""No street shows more objects; a broken model that fires everywhere costs at most this many rows."""

FAMILIES = {
    ObjectLabel.PERSON: 0,
    ObjectLabel.BICYCLE: 1,
    ObjectLabel.MOTORCYCLE: 1,
    ObjectLabel.CAR: 2,
    ObjectLabel.BUS: 2,
    ObjectLabel.TRUCK: 2,
    ObjectLabel.MOTION: 3,
}
"""Labels that a detector confuses for one and the same object share a family."""
_CODES = {label: code for code, label in enumerate(ObjectLabel)}


def iou(a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float32]:
    """Intersection over union, float32 (len(a), len(b)) in 0–1; 0 where both boxes are empty."""
    corner_low = np.maximum(a[:, None, :2], b[None, :, :2])
    corner_high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    shared = np.clip(corner_high - corner_low, 0, None).prod(axis=2)
    union = area(a)[:, None] + area(b)[None, :] - shared
    return np.asarray(np.divide(shared, union, out=np.zeros_like(shared), where=union > 0), np.float32)


def area(boxes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Areas (N,), 0 for a box turned inside out."""
    return np.asarray(np.clip(boxes[:, 2:] - boxes[:, :2], 0, None).prod(axis=1), np.float32)


def without_duplicates(detections: Detections) -> Detections:
    """One detection per object, best score first: greedy non-maximum suppression.

    Two of one label are the same object from `SAME_LABEL_IOU`, two of one family (a car also seen as a truck) from
    `SAME_FAMILY_IOU`. A rider and the machine are different families and both stay.
    """
    ranked = detections.select(np.argsort(-detections.scores, kind="stable")[:MAX_CANDIDATES])
    if len(ranked) < 2:
        return ranked
    labels = np.array([_CODES[label] for label in ranked.labels])
    families = np.array([FAMILIES[label] for label in ranked.labels])
    kept = []
    rest = np.arange(len(ranked))
    while len(rest):
        best, rest = rest[0], rest[1:]
        kept.append(best)
        # Only against the one that stays: all pairs would cost most where a detector sees much and little of it stays.
        overlap = iou(ranked.boxes[best : best + 1], ranked.boxes[rest])[0]
        same = (overlap > SAME_LABEL_IOU) & (labels[rest] == labels[best])
        same |= (overlap > SAME_FAMILY_IOU) & (families[rest] == families[best])
        rest = rest[~same]
    return ranked.select(np.array(kept))
