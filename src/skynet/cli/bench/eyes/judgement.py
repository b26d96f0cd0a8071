"""Detections held against what people saw: right, wrong or neither, average precision, and recall. Pure.

Source: the matching and the 101-point average precision of COCO (Lin et al., arXiv:1405.0312; cocodataset.org
"Detection Evaluation"), at one overlap of 0.5 and without a limit of detections a picture.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skynet.vision.overlap import area, iou

SAME_IOU = 0.5
MOST_IGNORED = 0.5
"""A detection with this share of its own area on one ignored box is neither right nor wrong."""
RECALL_POINTS = np.linspace(0, 1, 101)


@dataclass(frozen=True, slots=True, eq=False)
class Judgement:
    """Detections of one class over many pictures, best first: `scores` float32 (N,), `right` bool (N,); and how many
    objects there were to be found, `objects`."""

    scores: NDArray[np.float32]
    right: NDArray[np.bool_]
    objects: int

    @classmethod
    def merged(cls, parts: Iterable[Judgement]) -> Judgement:
        known = list(parts)
        if not known:
            return cls(np.empty(0, np.float32), np.empty(0, np.bool_), 0)
        scores = np.concatenate([part.scores for part in known])
        right = np.concatenate([part.right for part in known])
        order = np.argsort(-scores, kind="stable")
        return cls(scores[order], right[order], sum(part.objects for part in known))

    def from_score(self, least: float) -> Judgement:
        kept = self.scores >= least
        return Judgement(self.scores[kept], self.right[kept], self.objects)

    @property
    def recall(self) -> float:
        """Share of the objects that were found; 0 where there were none."""
        return float(self.right.sum()) / self.objects if self.objects else 0.0

    @property
    def precision(self) -> float:
        """Share of the detections that are right; 1 where there are none."""
        return float(self.right.mean()) if len(self.right) else 1.0

    def average_precision(self) -> float:
        """Mean over 101 recalls of the best precision at that recall or beyond; NaN where there was nothing to find."""
        if not self.objects:
            return float("nan")
        if not len(self.right):
            return 0.0
        hits = np.cumsum(self.right)
        recalls = hits / self.objects
        precisions = hits / np.arange(1, len(hits) + 1)
        best = np.maximum.accumulate(precisions[::-1])[::-1]
        places = np.searchsorted(recalls, RECALL_POINTS, side="left")
        return float(np.where(places < len(best), best[np.minimum(places, len(best) - 1)], 0).mean())

    def recall_at(self, precision: float) -> float:
        """The most of the objects that can be found while at least `precision` of the detections are right."""
        hits = np.cumsum(self.right)
        good = np.flatnonzero(hits >= precision * np.arange(1, len(hits) + 1))
        return float(hits[good[-1]]) / self.objects if self.objects and len(good) else 0.0


def judge(
    boxes: NDArray[np.float32],
    scores: NDArray[np.float32],
    truth: NDArray[np.float32],
    ignored: Sequence[NDArray[np.float32]] | NDArray[np.float32],
) -> Judgement:
    """Detections `boxes` (N, 4) with `scores` (N,) of one class in one picture, against `truth` (M, 4) and `ignored`.

    The best detection chooses first; each takes the object not yet found that it covers best. What is left over on
    an ignored box is dropped.
    """
    order = np.argsort(-scores, kind="stable")
    boxes, scores = boxes[order], scores[order]
    overlaps = iou(boxes, truth)
    beside = _shares(boxes, np.asarray(ignored, np.float32).reshape(-1, 4)) >= MOST_IGNORED
    free = np.ones(len(truth), np.bool_)
    right = np.zeros(len(boxes), np.bool_)
    for row in range(len(boxes)):
        candidates = np.where(free, overlaps[row], 0)
        if len(candidates) and candidates.max() >= SAME_IOU:
            free[candidates.argmax()] = False
            right[row] = True
    counted = right | ~beside
    return Judgement(scores[counted], right[counted], len(truth))


def _shares(boxes: NDArray[np.float32], ignored: NDArray[np.float32]) -> NDArray[np.float32]:
    """The largest share of each box that lies on one of `ignored`, float32 (N,)."""
    if not len(ignored) or not len(boxes):
        return np.zeros(len(boxes), np.float32)
    low = np.maximum(boxes[:, None, :2], ignored[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], ignored[None, :, 2:])
    shared = np.clip(high - low, 0, None).prod(axis=2).max(axis=1)
    return np.asarray(shared / np.maximum(area(boxes), 1e-6), np.float32)
