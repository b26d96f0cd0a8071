"""Which vehicles are worth a look at their plate, and what the looks have shown of each track.

A look costs a hundred times as much as a detection, so it is rationed: only vehicles large enough to bear a legible
plate, again only when the vehicle has come nearer or some time has passed, never after the vote is settled.
"""

from __future__ import annotations

import threading

from skynet.analytics import PlateVote
from skynet.domain import VEHICLES, Box, Detection, ObjectLabel, PlateRead

MIN_VEHICLE_WIDTH = 120
"""Pixels. A plate is about a third of a car's width; below 40 pixels no reader reads it."""
NEARER = 1.5
"""Growth of the box's area that makes another look worth while at once."""
LOOK_AGAIN_S = 1.0
"""Otherwise the next look waits this long, and as long again for each look that showed nothing."""
LEAP = 2.0
"""Growth or shrinkage of a box's area from one analysed frame to the next that no vehicle shows by driving."""
CLASSLESS_READ_S = 1.2
"""How long a moving object of unknown class is believed to be the vehicle whose plate was read."""


class TrackLook:
    """What is remembered of one vehicle: where it was seen last, which looks it was worth, and what they showed.

    A look may be recorded by another thread than the camera's.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._vote = PlateVote()
        self._box: Box | None = None
        self._area = 0.0
        self._at = float("-inf")
        self._blanks = 0
        self._read_at = float("-inf")
        self._read_box: Box | None = None

    def follow(self, seen: Detection, at: float) -> None:
        """The track was seen at `seen`. What it knew of its plate is forgotten where it may have come to mean another
        vehicle: where its box leaps, and, since moving things merge and part, where an object of unknown class has
        gone on without a new read."""
        with self._lock:
            if self._box and _leapt(self._box, seen.box):
                self._vote, self._area, self._blanks = PlateVote(), 0.0, 0
            elif seen.label is ObjectLabel.MOTION and self._read_is_past(seen.box, at):
                self._vote, self._read_box = PlateVote(), None
            self._box = seen.box

    def _read_is_past(self, box: Box, at: float) -> bool:
        return (
            self._read_box is not None and at - self._read_at > CLASSLESS_READ_S and not _overlap(self._read_box, box)
        )

    def take(self, seen: Detection, at: float) -> bool:
        """True when another look is worth it now; it is taken as done."""
        area = seen.box.width * seen.box.height
        with self._lock:
            nearer = area >= self._area * NEARER
            if self._vote.settled or not (nearer or at - self._at >= LOOK_AGAIN_S * (1 + self._blanks)):
                return False
            self._area, self._at = area, at
        return True

    def record(self, reads: list[PlateRead], box: Box, at: float) -> None:
        """A look at `box` at the time `at` showed `reads`. Two plates in one crop are two vehicles, and nobody can say
        which of them the track means: no vote."""
        with self._lock:
            if self._box and _leapt(self._box, box):
                return
            self._vote.add(reads if len(reads) == 1 else [])
            self._blanks += not reads
            if len(reads) == 1:
                self._read_at, self._read_box = at, box

    def best(self) -> PlateRead | None:
        with self._lock:
            return self._vote.best()


class TrackLooks:
    """One camera's tracks and their looks. Used by the camera's thread."""

    def __init__(self) -> None:
        self._looks: dict[int, TrackLook] = {}

    def wanted(self, seen: Detection, at: float) -> TrackLook | None:
        """The look to take at `seen` now, or None. Call it for every sighting."""
        if seen.track_id is None:
            return None
        look = self._looks.setdefault(seen.track_id, TrackLook())
        look.follow(seen, at)
        return look if _may_bear_plate(seen) and look.take(seen, at) else None

    def best(self, track_id: int) -> PlateRead | None:
        look = self._looks.get(track_id)
        return look.best() if look else None

    def forget(self, track_id: int) -> None:
        self._looks.pop(track_id, None)


def _leapt(before: Box, after: Box) -> bool:
    areas = sorted((before.width * before.height, after.width * after.height))
    return areas[1] > LEAP * areas[0]


def _overlap(one: Box, other: Box) -> bool:
    """Whether two boxes share at least half of what they cover together."""
    right, bottom = min(one.x + one.width, other.x + other.width), min(one.y + one.height, other.y + other.height)
    shared = max(0.0, right - max(one.x, other.x)) * max(0.0, bottom - max(one.y, other.y))
    return shared >= 0.5 * (one.width * one.height + other.width * other.height - shared)


def _may_bear_plate(seen: Detection) -> bool:
    if seen.box.width < MIN_VEHICLE_WIDTH:
        return False
    if seen.label is ObjectLabel.MOTION:  # of unknown class: at least not as upright as a walking person
        return seen.box.width >= 0.7 * seen.box.height
    return seen.label in VEHICLES
