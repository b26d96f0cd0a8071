"""Detections: the one value that detectors return and trackers, zones and readers take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from skynet.domain.geometry import Box
from skynet.domain.label import ObjectLabel

NO_TRACK = -1


@dataclass(frozen=True, slots=True)
class Detection:
    """One object in one frame. `box` in pixels of the source picture, `score` 0–1, `track_id` None before tracking."""

    label: ObjectLabel
    score: float
    box: Box
    track_id: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Detections:
    """All objects of one frame, as columns of equal length N.

    `boxes` float32 (N, 4) as x1, y1, x2, y2 in pixels of the source picture; `scores` float32 (N,) in 0–1; `labels` N
    labels; `track_ids` int64 (N,), `NO_TRACK` where no track has been given yet.
    """

    boxes: NDArray[np.float32]
    scores: NDArray[np.float32]
    labels: tuple[ObjectLabel, ...]
    track_ids: NDArray[np.int64]

    @classmethod
    def of(cls, boxes: NDArray[np.float32], scores: NDArray[np.float32], labels: Sequence[ObjectLabel]) -> Detections:
        """Detections without tracks. Raises ValueError when the columns differ in length."""
        if not len(boxes) == len(scores) == len(labels):
            raise ValueError(
                f"columns differ in length: {len(boxes)} boxes, {len(scores)} scores, {len(labels)} labels"
            )
        return cls(
            boxes=np.asarray(boxes, np.float32).reshape(-1, 4),
            scores=np.asarray(scores, np.float32),
            labels=tuple(labels),
            track_ids=np.full(len(labels), NO_TRACK, np.int64),
        )

    @classmethod
    def empty(cls) -> Detections:
        return cls.of(np.empty((0, 4), np.float32), np.empty(0, np.float32), ())

    def __len__(self) -> int:
        return len(self.labels)

    def __iter__(self) -> Iterator[Detection]:
        for (x1, y1, x2, y2), score, label, track_id in zip(
            self.boxes.tolist(), self.scores.tolist(), self.labels, self.track_ids.tolist(), strict=True
        ):
            yield Detection(label, score, Box(x1, y1, x2 - x1, y2 - y1), None if track_id == NO_TRACK else track_id)

    def select(self, rows: NDArray[np.bool_] | NDArray[np.intp] | Sequence[int]) -> Detections:
        """The rows of a boolean mask (N,) or of integer indices, in that order."""
        indices = np.asarray(rows)
        if indices.dtype == np.bool_:
            indices = np.flatnonzero(indices)
        indices = indices.astype(np.intp)
        return Detections(
            self.boxes[indices], self.scores[indices], tuple(self.labels[i] for i in indices), self.track_ids[indices]
        )

    def with_tracks(self, track_ids: NDArray[np.int64]) -> Detections:
        """The same rows with these track ids (N,)."""
        if len(track_ids) != len(self):
            raise ValueError(f"{len(track_ids)} track ids for {len(self)} detections")
        return replace(self, track_ids=np.asarray(track_ids, np.int64))
