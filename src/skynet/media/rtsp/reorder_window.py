"""Puts datagrams back into order, for UDP may overtake itself.

Pure. A packet that comes early is held until the ones before it have come, or until it has waited too long or too
many wait with it; then the missing ones are given up (the receiver sees the gap). Bounded in packets, bytes and time.
"""

from __future__ import annotations

from collections.abc import Callable

from skynet.media.rtsp.counts import RtspCounts

_MAX_PACKETS = 512
_MAX_BYTES = 1 << 20
_MAX_WAIT_S = 0.3


class ReorderWindow:
    """Calls `deliver(view, start, stop)` in order of sequence numbers."""

    def __init__(self, deliver: Callable[[memoryview, int, int], None], counts: RtspCounts) -> None:
        self._deliver = deliver
        self._counts = counts
        self._held: dict[int, tuple[bytes, float]] = {}  # with when they came, the longest held first
        self._held_bytes = 0
        self._expected = -1

    def push(self, view: memoryview, size: int, now: float) -> None:
        """The datagram `view[:size]`, come at `now` (monotonic seconds)."""
        if size < 12:
            self._counts.malformed += 1
            return
        sequence = view[2] << 8 | view[3]
        ahead = (sequence - self._expected) & 0xFFFF
        if ahead == 0 or self._expected < 0:
            self._pass_on(sequence, view, size)
            if self._held:
                self._drain()
        elif ahead < _MAX_PACKETS:
            if sequence in self._held:
                self._counts.late += 1
                return
            self._held[sequence] = (bytes(view[:size]), now)
            self._held_bytes += size
            if len(self._held) >= _MAX_PACKETS // 2 or self._held_bytes > _MAX_BYTES:
                self._give_up()
        elif ahead > 0x10000 - _MAX_PACKETS:
            self._counts.late += 1
        else:  # somewhere else altogether: counting began anew
            while self._held:
                self._give_up()
            self._pass_on(sequence, view, size)

    def expire(self, now: float) -> None:
        """Give up what has been waited for too long."""
        while self._held and now - next(iter(self._held.values()))[1] > _MAX_WAIT_S:
            self._give_up()

    def _give_up(self) -> None:
        """Go on with the first of the packets that wait."""
        self._expected = min(self._held, key=lambda sequence: (sequence - self._expected) & 0xFFFF)
        self._drain()

    def _drain(self) -> None:
        while (held := self._held.pop(self._expected, None)) is not None:
            datagram = held[0]
            self._held_bytes -= len(datagram)
            self._pass_on(self._expected, memoryview(datagram), len(datagram))

    def _pass_on(self, sequence: int, view: memoryview, size: int) -> None:
        self._expected = (sequence + 1) & 0xFFFF
        self._deliver(view, 0, size)
