"""Plate reading for tracks: at once for one-shot analysis, or through a queue to the one reader of the box.

Reads that no alert asks for are counted and forgotten with their track.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from dataclasses import replace
from functools import partial
from typing import Protocol

from skynet.analytics import VotedPlate
from skynet.domain import Detection, Frame
from skynet.edge.legibility import legibility, size_legibility
from skynet.edge.plate_crop import Crop, MainStreamCrop, PlateCrop
from skynet.edge.track_look import TrackLook, TrackLooks
from skynet.media import FrameFinder
from skynet.vision import PlateReader

log = logging.getLogger(__name__)


class Plates(Protocol):
    """One camera's plate reading."""

    def offer(self, seen: Detection, frame: Frame) -> None:
        """A tracked object was seen in `frame`; look at it if that is worth it."""
        ...

    def best(self, track_id: int) -> VotedPlate | None:
        """The track's plate as far as it is known; corners in pixels of the frame it was read best in."""
        ...

    def likeliest(self, track_id: int) -> VotedPlate | None:
        """The track's plate as it was read, however unsure: what to make of it is up to who asks."""
        ...

    def settled(self, track_id: int) -> bool:
        """True when no further look will be taken at the track."""
        ...

    def forget(self, track_id: int) -> None:
        """The track has ended."""
        ...


class InlinePlates:
    """Reads in the caller's thread: for one-shot analysis, where the answer must not depend on the machine's speed."""

    def __init__(self, reader: PlateReader) -> None:
        self._reader = reader
        self._looks = TrackLooks()

    def offer(self, seen: Detection, frame: Frame) -> None:
        if look := self._looks.wanted(seen, frame.captured_at, partial(legibility, frame, seen.box)):
            crop = PlateCrop.of(seen, frame)
            look.record(crop.read(self._reader), crop.box, crop.at)

    def best(self, track_id: int) -> VotedPlate | None:
        return self._looks.best(track_id)

    def likeliest(self, track_id: int) -> VotedPlate | None:
        return self._looks.likeliest(track_id)

    def settled(self, track_id: int) -> bool:
        return self._looks.settled(track_id)

    def forget(self, track_id: int) -> None:
        self._looks.forget(track_id)


class PlateDesk:
    """The box's one plate reader on a thread of its own, shared by all cameras.

    At most `capacity` vehicles wait; a newer crop of a waiting vehicle takes its place, and where the queue is full
    the vehicle that has waited longest gives way. `dropped` counts both.
    """

    def __init__(self, reader: PlateReader, capacity: int = 16) -> None:
        self._reader = reader
        self._capacity = capacity
        self._waiting: OrderedDict[TrackLook, Crop] = OrderedDict()
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

    def camera(self, main: FrameFinder | None = None) -> Plates:
        """A new camera's access to the desk; `main` is its large stream, where frames come from a small one."""
        return MainStreamPlates(self, main) if main else DeskPlates(self)

    def submit(self, look: TrackLook, crop: Crop) -> None:
        with self._changed:
            if self._waiting.pop(look, None) is not None:
                self.dropped += 1
            elif len(self._waiting) >= self._capacity:
                self._waiting.popitem(last=False)
                self.dropped += 1
            self._waiting[look] = crop
            self._changed.notify()

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closed)
                if self._closed:
                    return
                look, crop = self._waiting.popitem(last=False)
            try:
                look.record(crop.read(self._reader), crop.box, crop.at)
                self.reads += 1
            except Exception:  # top of the worker loop: one odd crop must not end plate reading for the whole box
                self.failures += 1
                log.exception("plate reading failed on a vehicle of %.0f×%.0f pixels", crop.box.width, crop.box.height)


class DeskPlates:
    """One camera's plate reading through the box's desk."""

    def __init__(self, desk: PlateDesk) -> None:
        self._desk = desk
        self._looks = TrackLooks()

    def offer(self, seen: Detection, frame: Frame) -> None:
        if look := self._looks.wanted(seen, frame.captured_at, partial(legibility, frame, seen.box)):
            self._desk.submit(look, PlateCrop.of(seen, frame))

    def best(self, track_id: int) -> VotedPlate | None:
        return self._looks.best(track_id)

    def likeliest(self, track_id: int) -> VotedPlate | None:
        return self._looks.likeliest(track_id)

    def settled(self, track_id: int) -> bool:
        return self._looks.settled(track_id)

    def forget(self, track_id: int) -> None:
        self._looks.forget(track_id)


class MainStreamPlates(DeskPlates):
    """Plate reading for a camera whose small stream is analysed: plates are looked for in the large one."""

    def __init__(self, desk: PlateDesk, main: FrameFinder) -> None:
        super().__init__(desk)
        self._main = main

    def offer(self, seen: Detection, frame: Frame) -> None:
        width, height = size = self._main.size
        if not width or not height:
            return
        large = replace(seen, box=seen.box.scaled(width / frame.width, height / frame.height))
        if look := self._looks.wanted(large, frame.captured_at, partial(size_legibility, large.box)):
            self._desk.submit(look, MainStreamCrop(large, size, frame.captured_at, self._main))
