"""Plate reading for tracks: who is worth a look, the queue to the one reader of the box, and each track's vote.

A look costs a hundred times as much as a detection, so it is rationed: only vehicles large enough to bear a legible
plate, again only when the vehicle has come nearer or some time has passed, never after the vote is settled. Reads that
no alert asks for are counted and forgotten with their track.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from skynet.analytics import PlateVote
from skynet.domain import VEHICLES, Box, Detection, Frame, ObjectLabel, PlateRead
from skynet.vision import PlateReader

log = logging.getLogger(__name__)

MIN_VEHICLE_WIDTH = 120
"""Pixels. A plate is about a third of a car's width; below 40 pixels no reader reads it."""
NEARER = 1.5
"""Growth of the box's area that makes another look worth while at once."""
LOOK_AGAIN_S = 1.0
"""Otherwise the next look waits this long, and as long again for each look that showed nothing."""
CROP_MARGIN = 0.04


class Plates(Protocol):
    """One camera's plate reading."""

    def offer(self, seen: Detection, frame: Frame) -> None:
        """A tracked object was seen in `frame`; look at it if that is worth it."""
        ...

    def best(self, track_id: int) -> PlateRead | None:
        """The track's plate as far as it is known; corners in pixels of the frame it was read best in."""
        ...

    def forget(self, track_id: int) -> None:
        """The track has ended."""
        ...


@dataclass(slots=True)
class _Look:
    """What is remembered of one track."""

    vote: PlateVote = field(default_factory=PlateVote)
    area: float = 0.0
    at: float = float("-inf")
    blanks: int = 0

    def worth_another(self, area: float, at: float) -> bool:
        if self.vote.settled:
            return False
        return area >= self.area * NEARER or at - self.at >= LOOK_AGAIN_S * (1 + self.blanks)


class TrackLooks:
    """One camera's tracks: whether another look is worth it, and what the looks have shown. Thread-safe."""

    def __init__(self) -> None:
        self._looks: dict[int, _Look] = {}
        self._lock = threading.Lock()

    def wants(self, seen: Detection, at: float) -> bool:
        """True when `seen` should be looked at now; the look is taken as done."""
        if seen.track_id is None or not _may_bear_plate(seen):
            return False
        area = seen.box.width * seen.box.height
        with self._lock:
            look = self._looks.setdefault(seen.track_id, _Look())
            if not look.worth_another(area, at):
                return False
            look.area, look.at = area, at
        return True

    def record(self, track_id: int, reads: list[PlateRead]) -> None:
        with self._lock:
            if look := self._looks.get(track_id):
                look.vote.add(reads)
                look.blanks += not reads

    def best(self, track_id: int) -> PlateRead | None:
        with self._lock:
            look = self._looks.get(track_id)
            return look.vote.best() if look else None

    def forget(self, track_id: int) -> None:
        with self._lock:
            self._looks.pop(track_id, None)


class InlinePlates:
    """Reads in the caller's thread: for one-shot analysis, where the answer must not depend on the machine's speed."""

    def __init__(self, reader: PlateReader) -> None:
        self._reader = reader
        self._looks = TrackLooks()

    def offer(self, seen: Detection, frame: Frame) -> None:
        if seen.track_id is not None and self._looks.wants(seen, frame.captured_at):
            crop = PlateCrop.of(seen, frame)
            self._looks.record(seen.track_id, crop.read(self._reader))

    def best(self, track_id: int) -> PlateRead | None:
        return self._looks.best(track_id)

    def forget(self, track_id: int) -> None:
        self._looks.forget(track_id)


@dataclass(frozen=True, slots=True)
class PlateCrop:
    """A vehicle cut out of a frame: uint8 (h, w, 3) BGR, and where its corner stood in the picture (pixels)."""

    image: NDArray[np.uint8]
    left: float
    top: float

    @classmethod
    def of(cls, seen: Detection, frame: Frame) -> PlateCrop:
        box = seen.box.padded(CROP_MARGIN)
        left, top = max(0.0, box.x), max(0.0, box.y)
        box = Box(left, top, box.x + box.width - left, box.y + box.height - top)
        return cls(frame.crop(box), left, top)

    def read(self, reader: PlateReader) -> list[PlateRead]:
        """The plates in it, their corners in pixels of the whole picture."""
        if min(self.image.shape[:2]) < 8:
            return []
        return [
            read.model_copy(update={"corners": tuple((x + self.left, y + self.top) for x, y in read.corners)})
            for read in reader.read(self.image)
        ]


class PlateDesk:
    """The box's one plate reader on a thread of its own, shared by all cameras.

    At most `capacity` vehicles wait; a newer crop of a waiting vehicle takes its place, and where the queue is full
    the vehicle that has waited longest gives way. `dropped` counts both.
    """

    def __init__(self, reader: PlateReader, capacity: int = 16) -> None:
        self._reader = reader
        self._capacity = capacity
        self._waiting: OrderedDict[tuple[TrackLooks, int], PlateCrop] = OrderedDict()
        self._changed = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="plates", daemon=True)
        self.reads = 0
        self.dropped = 0
        self.failures = 0

    def start(self) -> None:
        self._thread.start()

    def close(self, timeout_s: float = 5.0) -> None:
        """Stop after the look under way. What still waits is not read."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    def camera(self) -> DeskPlates:
        """A new camera's access to the desk."""
        return DeskPlates(self)

    def submit(self, looks: TrackLooks, track_id: int, crop: PlateCrop) -> None:
        with self._changed:
            if self._waiting.pop((looks, track_id), None) is not None:
                self.dropped += 1
            elif len(self._waiting) >= self._capacity:
                self._waiting.popitem(last=False)
                self.dropped += 1
            self._waiting[looks, track_id] = crop
            self._changed.notify()

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closed)
                if self._closed:
                    return
                (looks, track_id), crop = self._waiting.popitem(last=False)
            try:
                looks.record(track_id, crop.read(self._reader))
                self.reads += 1
            except Exception:  # top of the worker loop: one odd crop must not end plate reading for the whole box
                self.failures += 1
                log.exception("plate reading failed on a crop of %s×%s pixels", *crop.image.shape[1::-1])


class DeskPlates:
    """One camera's plate reading through the box's desk."""

    def __init__(self, desk: PlateDesk) -> None:
        self._desk = desk
        self._looks = TrackLooks()

    def offer(self, seen: Detection, frame: Frame) -> None:
        if seen.track_id is not None and self._looks.wants(seen, frame.captured_at):
            self._desk.submit(self._looks, seen.track_id, PlateCrop.of(seen, frame))

    def best(self, track_id: int) -> PlateRead | None:
        return self._looks.best(track_id)

    def forget(self, track_id: int) -> None:
        self._looks.forget(track_id)


def _may_bear_plate(seen: Detection) -> bool:
    if seen.box.width < MIN_VEHICLE_WIDTH:
        return False
    if seen.label is ObjectLabel.MOTION:  # of unknown class: at least not as upright as a walking person
        return seen.box.width >= 0.7 * seen.box.height
    return seen.label in VEHICLES
