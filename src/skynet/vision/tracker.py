"""Follows the objects of one camera from frame to frame: ByteTrack with real time steps.

Source: Zhang et al., "ByteTrack: Multi-Object Tracking by Associating Every Detection Box", arXiv:2110.06864. Strong
detections are matched first, then weak ones to the tracks still open. Different here: all limits are in seconds, not
in frames; overlap is judged with boxes grown by how uncertain the prediction is, so that a fast object is held at 5
frames a second; the label is voted along the track. Pure: no I/O, no clock; one instance a camera, one thread.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from skynet.domain.detections import NO_TRACK, Detections
from skynet.domain.label import ObjectLabel
from skynet.domain.track import Track
from skynet.vision.box_filter import BoxFilter
from skynet.vision.overlap import FAMILIES

_CLASSLESS = FAMILIES[ObjectLabel.MOTION]


@dataclass(frozen=True, slots=True)
class TrackerOptions:
    """Times in seconds, overlaps as intersection over union of the grown boxes."""

    trusted_score: float = 0.35
    """From here on a detection may start a track."""
    strong_overlap: float = 0.2
    weak_overlap: float = 0.35
    confirm_hits: int = 3
    confirm_s: float = 0.3
    long_confirm_s: float = 0.7
    """A track is confirmed by `confirm_hits` sightings over `confirm_s`, or by two that lie `long_confirm_s` apart."""
    tentative_s: float = 0.35
    """How long a track that is not confirmed may be unseen."""
    lost_s: float = 2.0
    """How long a confirmed track may be unseen before it ends."""
    max_growth: float = 0.6
    """The most by which a box is grown on each side, in its own width and height."""


@dataclass(slots=True, eq=False)
class _Candidate:
    """A track in the making, running or lost."""

    filter: BoxFilter
    started_at: float
    seen_at: float
    score: float = 0.0
    hits: int = 0
    track_id: int = NO_TRACK
    votes: defaultdict[ObjectLabel, float] = field(default_factory=lambda: defaultdict(float))

    @property
    def label(self) -> ObjectLabel:
        """The class with most votes; `motion` only when no class was ever seen."""
        classes = {label: votes for label, votes in self.votes.items() if label is not ObjectLabel.MOTION}
        return max(classes or self.votes, key=lambda label: self.votes[label])

    def see(self, box: NDArray[np.float32], score: float, label: ObjectLabel, at: float) -> None:
        if self.hits:
            self.filter.update(box)
        self.seen_at = at
        self.score = score
        self.hits += 1
        self.votes[label] += score

    def ended(self) -> Track:
        return Track(self.track_id, self.label, self.started_at, self.seen_at, self.hits)


class Tracker:
    """Gives the detections of one camera the ids of the objects that they show."""

    def __init__(self, options: TrackerOptions | None = None) -> None:
        self._options = options or TrackerOptions()
        self._candidates: list[_Candidate] = []
        self._ended: list[Track] = []
        self._given_ids = 0
        self._now = 0.0

    def update(self, detections: Detections, captured_at: float) -> Detections:
        """The rows of `detections` that belong to confirmed tracks, with their ids and voted labels.

        `captured_at` POSIX seconds, growing from call to call; a clock that steps back counts as no time passed.
        """
        step_s = max(0.0, captured_at - self._now) if self._candidates else 0.0
        self._now = captured_at
        self._predict(step_s)
        strong = np.flatnonzero(detections.scores >= self._options.trusted_score)
        weak = np.flatnonzero(detections.scores < self._options.trusted_score)
        owners: dict[int, _Candidate] = {}
        open_ = list(self._candidates)
        for rows, overlap in ((strong, self._options.strong_overlap), (weak, self._options.weak_overlap)):
            pairs = self._matches(open_, detections, rows, overlap)
            owners.update(pairs)
            taken = {id(candidate) for candidate in pairs.values()}
            open_ = [candidate for candidate in open_ if id(candidate) not in taken]
        for row in strong.tolist():
            if row not in owners:
                owners[row] = self._begin(detections.boxes[row])
        for row, candidate in owners.items():
            candidate.see(detections.boxes[row], float(detections.scores[row]), detections.labels[row], captured_at)
            self._confirm(candidate)
        for candidate in open_:
            candidate.filter.coast()
        self._drop_lost()
        return self._tracked(detections, owners)

    def hold(self, captured_at: float) -> Detections:
        """Nothing has moved since the last call: the tracked objects seen then still stand where they were.

        For times in which nobody looks because nothing changes. Tracks that were out of sight already go on being so.
        """
        standing = [one for one in self._candidates if one.track_id != NO_TRACK and one.seen_at == self._now]
        self._now = max(self._now, captured_at)
        for candidate in standing:
            candidate.filter.rest()
            candidate.seen_at = self._now
        self._drop_lost()
        return Detections(
            np.array([candidate.filter.box for candidate in standing], np.float32).reshape(-1, 4),
            np.array([candidate.score for candidate in standing], np.float32),
            tuple(candidate.label for candidate in standing),
            np.array([candidate.track_id for candidate in standing], np.int64),
        )

    @property
    def open_tracks(self) -> int:
        """Tracks that may still go on, those unseen for a moment and those not confirmed yet among them.

        While there are any, frames should be given to the detector even if nothing moves in them.
        """
        return len(self._candidates)

    def take_ended(self) -> list[Track]:
        """Confirmed tracks that ended since the last call."""
        ended, self._ended = self._ended, []
        return ended

    def finish(self) -> list[Track]:
        """End all tracks, because the stream ended; returns those not yet taken too. The tracker can go on afresh."""
        self._ended += [candidate.ended() for candidate in self._candidates if candidate.track_id != NO_TRACK]
        self._candidates = []
        return self.take_ended()

    def _predict(self, step_s: float) -> None:
        for candidate in self._candidates:
            candidate.filter.predict(step_s)

    def _matches(
        self, candidates: list[_Candidate], detections: Detections, rows: NDArray[np.intp], overlap: float
    ) -> dict[int, _Candidate]:
        """The best assignment of detection rows to candidates, pairs below `overlap` left out."""
        if not candidates or not len(rows):
            return {}
        boxes = np.stack([candidate.filter.box for candidate in candidates])
        growth = np.array([min(self._options.max_growth, 2 * candidate.filter.blur) for candidate in candidates])
        likeness = _grown_iou(boxes, detections.boxes[rows], growth.astype(np.float32))
        families = np.array([FAMILIES[candidate.label] for candidate in candidates])
        seen = np.array([FAMILIES[detections.labels[row]] for row in rows])
        alike = families[:, None] == seen[None, :]
        likeness[~(alike | (families == _CLASSLESS)[:, None] | (seen == _CLASSLESS)[None, :])] = 0
        chosen = linear_sum_assignment(likeness, maximize=True)
        return {
            int(rows[column]): candidates[row]
            for row, column in zip(*chosen, strict=True)
            if likeness[row, column] >= overlap
        }

    def _begin(self, box: NDArray[np.float32]) -> _Candidate:
        candidate = _Candidate(BoxFilter(box), self._now, self._now)
        self._candidates.append(candidate)
        return candidate

    def _confirm(self, candidate: _Candidate) -> None:
        if candidate.track_id != NO_TRACK:
            return
        seen_s = candidate.seen_at - candidate.started_at
        often = candidate.hits >= self._options.confirm_hits and seen_s >= self._options.confirm_s
        if often or (candidate.hits >= 2 and seen_s >= self._options.long_confirm_s):
            self._given_ids += 1
            candidate.track_id = self._given_ids

    def _drop_lost(self) -> None:
        kept = []
        for candidate in self._candidates:
            confirmed = candidate.track_id != NO_TRACK
            if self._now - candidate.seen_at <= (self._options.lost_s if confirmed else self._options.tentative_s):
                kept.append(candidate)
            elif confirmed:
                self._ended.append(candidate.ended())
        self._candidates = kept

    def _tracked(self, detections: Detections, owners: dict[int, _Candidate]) -> Detections:
        rows = sorted(row for row, candidate in owners.items() if candidate.track_id != NO_TRACK)
        chosen = detections.select(rows)
        return Detections(
            chosen.boxes,
            chosen.scores,
            tuple(owners[row].label for row in rows),
            np.array([owners[row].track_id for row in rows], np.int64),
        )


def _grown_iou(
    tracks: NDArray[np.float32], seen: NDArray[np.float32], growth: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Overlap (N, M) of `tracks` (N, 4) and `seen` (M, 4), both grown on each side by the track's `growth` (N,)."""
    a, b = tracks[:, None], seen[None]
    share = growth[:, None, None]
    size_a, size_b = a[..., 2:] - a[..., :2], b[..., 2:] - b[..., :2]
    low = np.maximum(a[..., :2] - size_a * share, b[..., :2] - size_b * share)
    high = np.minimum(a[..., 2:] + size_a * share, b[..., 2:] + size_b * share)
    shared = np.clip(high - low, 0, None).prod(axis=2)
    union = (size_a.prod(axis=2) + size_b.prod(axis=2)) * (1 + 2 * growth[:, None]) ** 2 - shared
    return np.asarray(shared / np.maximum(union, 1e-6), np.float32)
