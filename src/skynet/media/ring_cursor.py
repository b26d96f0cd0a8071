"""A reader's place in a packet ring. Used by one thread; all state is guarded by the ring's lock."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from skynet.media.packet import Packet

if TYPE_CHECKING:
    from skynet.media.packet_ring import PacketRing

Start = Literal["oldest", "live"]


@dataclass(slots=True, eq=False)
class Gop:
    """A keyframe and what depends on it. `first` is the number of `packets[0]`; `cut` when the keyframe is gone."""

    first: int
    packets: list[Packet] = field(default_factory=list)
    next: Gop | None = None
    cut: bool = False


class Cursor:
    """Reads a ring in order. `dropped` counts the packets that were there and that it did not get."""

    def __init__(
        self, ring: PacketRing, changed: threading.Condition, start: Start, max_lag_s: float | None, lossless: bool
    ) -> None:
        self._ring = ring
        self._changed = changed
        self.max_lag_s = max_lag_s
        self.lossless = lossless
        self._gop = ring.first_gop(start)
        self.position = self._gop.first if self._gop else ring.appended
        """Number of the next packet to read."""
        self.dropped = 0
        self._lost = False
        self._closed = False

    @property
    def ended(self) -> bool:
        """True when there is and will be nothing more to read."""
        with self._changed:
            return self._closed or (self._ring.closed and self._seek() is None)

    @property
    def lag_s(self) -> float:
        """Capture time between the next packet to read and the newest one; 0 when there is none to read."""
        with self._changed:
            newest = self._ring.newest_packet()
            packet = self._next_packet()
            return newest.captured_at - packet.captured_at if newest and packet else 0.0

    def read(self, timeout: float | None = None) -> Packet | None:
        """The next packet; waits up to `timeout` seconds (None: as long as it takes).

        None when none came in time or nothing will come any more (`ended` tells which).
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        with self._changed:
            while True:
                if self._closed:
                    return None
                packet = self._seek()
                if packet is not None:
                    self.position += 1
                    if self.lossless:
                        self._changed.notify_all()
                    return packet
                if self._ring.closed:
                    return None
                left = None if deadline is None else deadline - time.monotonic()
                if left is not None and left <= 0:
                    return None
                self._changed.wait(left)

    def rewind(self, number: int) -> None:
        """Go back to the keyframe at or before packet `number`, or to the oldest one that is still held."""
        with self._changed:
            target: Gop | None = None
            gop = self._ring.first_gop("oldest")
            while gop and gop.first <= self.position:
                if target is None or gop.first <= number:
                    target = gop
                gop = gop.next
            if target:
                self._gop, self.position = target, target.first

    def close(self) -> None:
        """Stop reading, from any thread: a blocked `read` ends and the writer waits for this cursor no more."""
        with self._changed:
            self._closed = True
            self._ring.forget(self)

    def _seek(self) -> Packet | None:
        """The packet at `position`, after moving to where reading can go on; None when it has not come yet."""
        if self._gop is None:
            self._move_to(self._next_start())
        if self._gop is None:
            return None
        while self._gop.next and self.position >= self._gop.next.first:
            self._gop = self._gop.next
        given_up = self._gop.next is not None and not self._gop.packets
        if given_up or self.position < self._gop.first:
            self._lost, self._gop = True, None
            self._move_to(self._next_start())
        elif self._lags():
            newest = self._ring.first_gop("live")
            if newest and newest.first > self.position:
                self._move_to(newest)
        return self._next_packet()

    def _next_packet(self) -> Packet | None:
        """The packet at `position` of the GOP at hand."""
        offset = self.position - self._gop.first if self._gop else -1
        return self._gop.packets[offset] if self._gop and 0 <= offset < len(self._gop.packets) else None

    def _next_start(self) -> Gop | None:
        """Where to begin: what came first after this cursor was made, or the newest keyframe once it lost its place."""
        gop = self._ring.first_gop("live" if self._lost else "oldest")
        if gop is None and self._ring.closed:  # no keyframe will come: what is left cannot be decoded
            self.dropped += self._ring.appended - self.position
            self.position = self._ring.appended
        return gop if gop and gop.first >= self.position else None

    def _move_to(self, gop: Gop | None) -> None:
        self._gop = gop
        if gop:
            self.dropped += gop.first - self.position
            self.position = gop.first

    def _lags(self) -> bool:
        newest, packet = self._ring.newest_packet(), self._next_packet()
        if self.max_lag_s is None or newest is None or packet is None:
            return False
        return newest.captured_at - packet.captured_at > self.max_lag_s
