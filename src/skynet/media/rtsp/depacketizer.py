"""Access units out of the NAL units of an RTP stream: what H.264 (RFC 6184) and H.265 (RFC 7798) have in common.

Pure, on the hub's thread. A unit grows in one buffer, in Annex B form. It ends with the marker of its last packet or
where the time stamp changes, whichever comes first, but never before there is a picture in it: many cameras send
parameter sets with markers or time stamps of their own. Cameras that put the marker on every slice are found out by
slices that do not begin a picture, and then believed no more. Bounded by MAX_UNIT_BYTES.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Protocol

from skynet.media.rtsp.counts import RtspCounts
from skynet.media.rtsp.parameter_sets import START_CODE

MAX_UNIT_BYTES = 8 << 20
_MAX_PREFIX_BYTES = 64 << 10
"""What may come before a picture: parameter sets, SEI."""
_BARE_START_CODE = START_CODE[1:]


class UnitSink(Protocol):
    """Takes access units."""

    def unit(self, data: bytearray, timestamp: int, keyframe: bool, has_sets: bool) -> None:
        """A whole one; `data` is only good during the call."""
        ...

    def lost(self) -> None:
        """A unit, or an unknown number of them, is missing here."""
        ...

    def parameter_set(self, unit: bytes) -> None: ...

    def new_sender(self) -> None:
        """Time stamps have nothing to do any more with the ones before."""
        ...


class NalDepacketizer(ABC):
    """The part that does not know the codec."""

    def __init__(self, sink: UnitSink, counts: RtspCounts) -> None:
        self._sink = sink
        self._counts = counts
        self._unit = bytearray()
        self._timestamp = -1
        self._nal_at = -1
        """Where the NAL unit that still grows begins; -1 when there is none."""
        self._middle = b""
        self._seam = -1
        """Where NAL units behind a picture begin that would stand before the next one; -1 when there are none."""
        self._has_picture = self._keyframe = self._has_sets = self._damaged = False
        self._believes_markers = True
        self._ended_by_marker = -1

    def open_fragment(self) -> tuple[bytearray, bytes] | None:
        """What receives the data of middle fragments now, and what stands before the data in each of them."""
        return (self._unit, self._middle) if self._nal_at >= 0 and len(self._unit) < MAX_UNIT_BYTES else None

    @abstractmethod
    def push(self, view: memoryview, start: int, stop: int, timestamp: int, marker: bool) -> None:
        """One packet's payload."""

    @abstractmethod
    def _look(self, at: int, end: int) -> None:
        """Note what the NAL unit `_unit[at:end]` is."""

    def gap(self) -> None:
        """Packets are missing: what is half done is lost, and maybe more."""
        if self._unit:
            self._counts.broken += 1
        self._clear()
        self._sink.lost()

    def new_sender(self) -> None:
        self._clear()
        self._timestamp = self._ended_by_marker = -1
        self._sink.new_sender()

    def _turn(self, timestamp: int) -> None:
        """The time stamp changes: what has been collected is a whole unit, or the beginning of this one."""
        if self._nal_at >= 0:
            self._end_nal()
        if self._has_picture or self._damaged:
            self._finish()
        self._timestamp = timestamp

    def _mark(self) -> None:
        """The packet just taken claims to be the unit's last."""
        if self._nal_at >= 0:
            self._end_nal()
        if self._believes_markers and (self._has_picture or self._damaged):
            self._ended_by_marker = self._timestamp
            self._finish()

    def _whole(self, view: memoryview, start: int, stop: int) -> None:
        """A whole NAL unit."""
        if self._nal_at >= 0:
            self._end_nal()
        if stop <= start:
            self._counts.malformed += 1
            return
        unit = self._unit
        unit += START_CODE
        at = len(unit)
        unit += view[start:stop]
        self._look(at, len(unit))
        self._bound()

    def _begin_nal(self, header: bytes, middle: bytes = b"") -> None:
        """The first fragment of a NAL unit; the one before has ended, even if its end was not marked.

        `middle` is how the payload of each fragment begins that is neither the first nor the last.
        """
        if self._nal_at >= 0:
            self._end_nal()
        self._unit += START_CODE
        self._nal_at = len(self._unit)
        self._middle = middle
        self._unit += header

    def _end_nal(self) -> None:
        at, self._nal_at = self._nal_at, -1
        self._look(at, len(self._unit))
        self._bound()

    def _stray(self) -> None:
        """A fragment whose beginning was not seen."""
        self._damaged = True

    def _before_picture(self, at: int) -> None:
        """A NAL unit that stands before a picture, never inside one, unless a server slips it in."""
        if self._has_picture and self._seam < 0:
            self._seam = at - len(START_CODE)

    def _picture(self, begins: bool, keyframe: bool) -> None:
        """A slice; `begins` when it is the first of its picture."""
        if self._seam >= 0:
            if begins:
                self._cut()
            self._seam = -1
        if not self._has_picture:
            self._has_picture = True
            if not begins:
                self._damaged = True
                if self._timestamp == self._ended_by_marker:
                    self._believes_markers = False
        if keyframe:
            self._keyframe = True

    def _split(self, at: int, end: int) -> bool:
        """Some cameras put several NAL units with start codes into one: look at each of them."""
        inner = self._unit.find(_BARE_START_CODE, at, end)
        if inner < 0:
            return False
        while inner >= 0:
            stop = inner
            while stop > at and self._unit[stop - 1] == 0:
                stop -= 1
            if stop > at:
                size = len(self._unit)
                self._look(at, stop)
                moved = size - len(self._unit)
                inner, end = inner - moved, end - moved
            at = inner + len(_BARE_START_CODE)
            inner = self._unit.find(_BARE_START_CODE, at, end)
        if end > at:
            self._look(at, end)
        return True

    def _cut(self) -> None:
        """Two pictures with one time stamp and one marker: what lies before the seam is the first of them."""
        rest = self._unit[self._seam :]
        del self._unit[self._seam :]
        self._finish()
        self._unit += rest

    def _set(self, at: int, end: int) -> None:
        self._has_sets = True
        self._sink.parameter_set(bytes(self._unit[at:end]))

    def _bound(self) -> None:
        if len(self._unit) > (MAX_UNIT_BYTES if self._has_picture else _MAX_PREFIX_BYTES):
            self._overflow()

    def _overflow(self) -> None:
        self._clear()
        self._damaged = True
        self._sink.lost()

    def _finish(self) -> None:
        if self._damaged:
            self._counts.broken += 1
            self._sink.lost()
        else:
            self._sink.unit(self._unit, self._timestamp, self._keyframe, self._has_sets)
        self._clear()

    def _clear(self) -> None:
        if len(self._unit) > _MAX_PREFIX_BYTES:
            self._unit = bytearray()  # give the room of a keyframe back
        else:
            self._unit.clear()
        self._nal_at = self._seam = -1
        self._has_picture = self._keyframe = self._has_sets = self._damaged = False
