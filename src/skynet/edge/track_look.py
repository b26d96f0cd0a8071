"""Which vehicles are worth a look at their plate, and what the looks have shown of each track.

A look costs as much as a detection, so it is rationed: only vehicles large enough to bear a legible plate; again only
in a frame that is likely to show it better than those read before, or as well, some time later; never after the vote
is settled.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from skynet.analytics import PlateVote, VotedPlate
from skynet.domain import VEHICLES, Box, Detection, ObjectLabel, PlateRead

MIN_VEHICLE_WIDTH = 120
"""Pixels. A plate is about a third of a car's width; below 40 pixels no reader reads it."""
BETTER = 1.25
"""How much more legible a frame must be than the best one read, to be read at once."""
AS_GOOD = 0.85
"""One that is so much as legible is read when some time has passed: frames side by side show the same."""
LOOK_AGAIN_S = 0.5
"""How long that is, and as long again for each look in vain."""
LOOK_ANYWAY = 4
"""After so many times as long a worse frame is read, too: the plate may have been hidden in the best one."""
LEGIBLE = 0.3
"""Confidence of a read that is one. Weaker ones still count in the vote, as little as they are worth."""
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
        self._best = 0.0
        self._at = float("-inf")
        self._vain = 0
        self._read_at = float("-inf")
        self._read_box: Box | None = None

    def follow(self, seen: Detection, at: float) -> None:
        """The track was seen at `seen`. What it knew of its plate is forgotten where it may have come to mean another
        vehicle: where its box leaps, and, since moving things merge and part, where an object of unknown class has
        gone on without a new read."""
        with self._lock:
            if self._box and _leapt(self._box, seen.box):
                self._vote, self._best, self._vain = PlateVote(), 0.0, 0
            elif seen.label is ObjectLabel.MOTION and self._read_is_past(seen.box, at):
                self._vote, self._best, self._read_box = PlateVote(), 0.0, None
            self._box = seen.box

    def _read_is_past(self, box: Box, at: float) -> bool:
        return (
            self._read_box is not None and at - self._read_at > CLASSLESS_READ_S and not _overlap(self._read_box, box)
        )

    def take(self, at: float, legibility: Callable[[], float]) -> bool:
        """True when another look is worth it now; it is taken as done. `legibility` is asked only when it matters."""
        with self._lock:
            if self._vote.settled:
                return False
            pause = LOOK_AGAIN_S * (1 + self._vain)
            waited = at - self._at
            offered = legibility()
            enough = self._best * (0 if waited >= LOOK_ANYWAY * pause else AS_GOOD if waited >= pause else BETTER)
            if offered < enough:
                return False
            self._best, self._at = max(self._best, offered), at
        return True

    def record(self, reads: list[PlateRead], box: Box, at: float) -> None:
        """A look at `box` at the time `at` showed `reads`. Two plates in one crop are two vehicles, and nobody can say
        which of them the track means: no vote."""
        with self._lock:
            if self._box and _leapt(self._box, box):
                return
            legible = [read for read in reads if read.confidence >= LEGIBLE]
            self._vain += len(legible) != 1
            if len(legible) == 1:
                self._read_at, self._read_box = at, box
            self._vote.add(max(legible or reads, key=_confidence) if len(legible) < 2 and reads else None, at)

    def best(self) -> VotedPlate | None:
        with self._lock:
            return self._vote.best()

    def likeliest(self) -> VotedPlate | None:
        with self._lock:
            return self._vote.likeliest()

    @property
    def settled(self) -> bool:
        with self._lock:
            return self._vote.settled


class TrackLooks:
    """One camera's tracks and their looks. Used by the camera's thread."""

    def __init__(self) -> None:
        self._looks: dict[int, TrackLook] = {}

    def wanted(self, seen: Detection, at: float, legibility: Callable[[], float]) -> TrackLook | None:
        """The look to take at `seen` now, or None. Call it for every sighting."""
        if seen.track_id is None:
            return None
        look = self._looks.setdefault(seen.track_id, TrackLook())
        look.follow(seen, at)
        return look if _may_bear_plate(seen) and look.take(at, legibility) else None

    def best(self, track_id: int) -> VotedPlate | None:
        look = self._looks.get(track_id)
        return look.best() if look else None

    def likeliest(self, track_id: int) -> VotedPlate | None:
        look = self._looks.get(track_id)
        return look.likeliest() if look else None

    def settled(self, track_id: int) -> bool:
        look = self._looks.get(track_id)
        return look is not None and look.settled

    def forget(self, track_id: int) -> None:
        self._looks.pop(track_id, None)


def _confidence(read: PlateRead) -> float:
    return read.confidence


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
