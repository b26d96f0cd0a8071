"""RTP packets of one track, in the order in which they come (RFC 3550): what is lost, who sends, what is inside.

Pure, on the hub's thread. The way of an ordinary packet is kept short, for there are hundreds of them a second and
camera; everything unusual is looked at beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from struct import Struct
from typing import Protocol

from skynet.media.rtsp.counts import RtspCounts

_HEADER = Struct(">BBHII")
_unpack = _HEADER.unpack_from
_LARGEST_GAP = 0x8000
_JUST_PAST = 0x10000 - 512
_STEADY_TICKS = 10 * 90_000


_RUNS = {size: Struct(f">HHHHQ{size}s") for size in (2, 3)}
"""An interleaved packet up to its data, by the size of a fragment's head."""


class Depacketizer(Protocol):
    """Takes the payloads of a track in order."""

    def open_fragment(self) -> tuple[bytearray, bytes] | None:
        """Where the data of middle fragments go now, and what stands before the data in each of them."""
        ...

    def push(self, view: memoryview, start: int, stop: int, timestamp: int, marker: bool) -> None:
        """The payload `view[start:stop]`, never empty; the view is only good during the call."""
        ...

    def gap(self) -> None:
        """Packets are missing before the next one."""
        ...

    def new_sender(self) -> None:
        """The next packet is of another sender, with other sequence numbers and time stamps."""
        ...


@dataclass(frozen=True, slots=True)
class Reception:
    """What a receiver report tells the camera."""

    ssrc: int
    highest: int
    expected: int
    received: int


class RtpReceiver:
    """`payload_type` is the track's; others are counted and passed over."""

    def __init__(self, payload_type: int, depacketizer: Depacketizer, counts: RtspCounts) -> None:
        self._payload_type = payload_type
        self._depacketizer = depacketizer
        self._push = depacketizer.push
        self._counts = counts
        self._ssrc = -1
        self._expected = -1
        self._suspect = -1
        self._first = 0
        self._cycles = 0
        self._timestamp = 0
        self.received = 0

    def push(self, view: memoryview, start: int, stop: int) -> None:
        """One packet, `view[start:stop]`."""
        if stop - start <= 12:
            self._counts.malformed += stop - start < 12
            return
        first, second, sequence, timestamp, ssrc = _unpack(view, start)
        if second & 0x7F != self._payload_type:
            self._counts.foreign += 1
            return
        if first == 0x80:
            start += 12
        else:
            start, stop = self._payload(view, first, start, stop)
            if start >= stop:
                return
        if (sequence != self._expected or ssrc != self._ssrc) and not self._admit(sequence, timestamp, ssrc):
            return
        if sequence == 0xFFFF:
            self._expected = 0
            self._cycles += 0x10000
        else:
            self._expected = sequence + 1
        self._timestamp = timestamp
        self.received += 1
        self._push(view, start, stop, timestamp, second >= 0x80)

    def run(self, view: memoryview, at: int, end: int, channel: int) -> int:
        """Take interleaved packets from `at` on while they are middle fragments that simply follow; where to go on.

        Most of what a camera sends is that, and all of such a packet's heads but one number is known beforehand.
        """
        opened = self._depacketizer.open_fragment()
        if opened is None:
            return at
        unit, middle = opened
        shape = _RUNS.get(len(middle))
        if shape is None:
            return at
        unpack, head = shape.unpack_from, 16 + len(middle)
        lead, kind, whose = 0x2400 | channel, 0x8000 | self._payload_type, self._timestamp << 32 | self._ssrc
        sequence, begin = self._expected, at
        while end - at > head and sequence < 0xFFFF:
            a_lead, length, a_kind, number, who, fragment = unpack(view, at)
            stop = at + 4 + length
            if (
                number != sequence
                or who != whose
                or fragment != middle
                or a_kind != kind
                or a_lead != lead
                or not at + head < stop <= end
            ):
                break
            unit += view[at + head : stop]
            sequence += 1
            at = stop
        if at != begin:
            self.received += sequence - self._expected
            self._expected = sequence
        return at

    def reception(self) -> Reception | None:
        """What has come so far; None before the first packet."""
        if self._expected < 0:
            return None
        highest = self._cycles + self._expected - 1
        return Reception(self._ssrc, highest, highest - self._first + 1, self.received)

    def _payload(self, view: memoryview, first: int, start: int, stop: int) -> tuple[int, int]:
        """Where the payload lies behind contributing sources, an extension and before padding; empty when it is bad."""
        begin = start + 12 + 4 * (first & 0x0F)
        if first & 0x10 and stop - begin >= 4:
            begin += 4 + 4 * (view[begin + 2] << 8 | view[begin + 3])
        if first & 0x20:
            stop -= view[stop - 1] or 1
        if first >> 6 != 2 or begin > stop:
            self._counts.malformed += 1
            return 0, 0
        return begin, stop

    def _admit(self, sequence: int, timestamp: int, ssrc: int) -> bool:
        """Whether a packet that does not simply follow is taken; notes what its place says."""
        if self._expected < 0:
            self._begin(sequence, ssrc)
            return True
        if ssrc != self._ssrc:
            self._counts.source_changes += 1
            steady = (timestamp - self._timestamp + _STEADY_TICKS) & 0xFFFFFFFF < 2 * _STEADY_TICKS
            if sequence == self._expected and steady:
                self._ssrc = ssrc  # only its name is new: the stream goes on
                return True
            self._begin(sequence, ssrc)
            self._depacketizer.new_sender()
            return True
        missing = (sequence - self._expected) & 0xFFFF
        if missing >= _LARGEST_GAP:
            if missing >= _JUST_PAST or sequence != self._suspect:
                self._suspect = (sequence + 1) & 0xFFFF  # two in a row far back mean that counting began anew
                self._counts.late += 1
                return False
            self._begin(sequence, ssrc)
        else:
            self._counts.lost += missing
            if sequence < self._expected:
                self._cycles += 0x10000
        self._depacketizer.gap()
        return True

    def _begin(self, sequence: int, ssrc: int) -> None:
        self._ssrc = ssrc
        self._first, self._cycles, self.received = sequence, 0, 0
        self._suspect = -1
