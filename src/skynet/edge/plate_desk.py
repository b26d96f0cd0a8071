"""Plate reading for tracks: at once for one-shot analysis, or through a queue to the one reader of the box.

Reads that no alert asks for are counted and forgotten with their track.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from skynet.domain import Box, Detection, Frame, PlateRead
from skynet.edge.track_look import TrackLook, TrackLooks
from skynet.vision import PlateReader

log = logging.getLogger(__name__)

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


class InlinePlates:
    """Reads in the caller's thread: for one-shot analysis, where the answer must not depend on the machine's speed."""

    def __init__(self, reader: PlateReader) -> None:
        self._reader = reader
        self._looks = TrackLooks()

    def offer(self, seen: Detection, frame: Frame) -> None:
        if look := self._looks.wanted(seen, frame.captured_at):
            crop = PlateCrop.of(seen, frame)
            look.record(crop.read(self._reader), crop.box, crop.at)

    def best(self, track_id: int) -> PlateRead | None:
        return self._looks.best(track_id)

    def forget(self, track_id: int) -> None:
        self._looks.forget(track_id)


@dataclass(frozen=True, slots=True)
class PlateCrop:
    """A vehicle cut out of a frame: uint8 (h, w, 3) BGR, where its corner stood in the picture (pixels), the vehicle's
    own box and the frame's capture time."""

    image: NDArray[np.uint8]
    left: float
    top: float
    box: Box
    at: float

    @classmethod
    def of(cls, seen: Detection, frame: Frame) -> PlateCrop:
        box = seen.box.padded(CROP_MARGIN)
        left, top = max(0.0, box.x), max(0.0, box.y)
        cut = Box(left, top, box.x + box.width - left, box.y + box.height - top)
        return cls(frame.crop(cut), left, top, seen.box, frame.captured_at)

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
        self._waiting: OrderedDict[TrackLook, PlateCrop] = OrderedDict()
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

    def submit(self, look: TrackLook, crop: PlateCrop) -> None:
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
                log.exception("plate reading failed on a crop of %s×%s pixels", *crop.image.shape[1::-1])


class DeskPlates:
    """One camera's plate reading through the box's desk."""

    def __init__(self, desk: PlateDesk) -> None:
        self._desk = desk
        self._looks = TrackLooks()

    def offer(self, seen: Detection, frame: Frame) -> None:
        if look := self._looks.wanted(seen, frame.captured_at):
            self._desk.submit(look, PlateCrop.of(seen, frame))

    def best(self, track_id: int) -> PlateRead | None:
        return self._looks.best(track_id)

    def forget(self, track_id: int) -> None:
        self._looks.forget(track_id)
