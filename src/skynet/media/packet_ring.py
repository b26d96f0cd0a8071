"""The last seconds of one stream, held once in memory for all who read it.

One thread appends, any number of cursors read, each from one thread of its own. The ring is a chain of groups of
pictures (GOPs), each beginning with a keyframe, and gives up whole GOPs from its old end, because what follows a lost
keyframe cannot be decoded. Invariants, held under the ring's one lock:

- after `append` returns, the ring holds at most `max_bytes` and `max_seconds`, one single packet excepted;
- a cursor never hands out a packet whose predecessors in its GOP it has not handed out;
- every packet that a cursor does not hand out is counted in its `dropped`, but for those before its start.

Nothing in here does I/O.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Literal

from skynet.media.packet import Packet
from skynet.media.ring_cursor import Cursor, Gop, Start


class PacketRing:
    """Packets of one source, bounded by bytes and by seconds of capture time.

    `overlong_gops` counts keyframe distances that did not fit: of those the oldest packets were given up, and who had
    not read them yet waits for the next keyframe.
    """

    def __init__(self, max_bytes: int, max_seconds: float) -> None:
        if max_bytes <= 0 or max_seconds <= 0:
            raise ValueError(f"a ring needs room: max_bytes {max_bytes}, max_seconds {max_seconds:g} must be above 0")
        self._max_bytes = max_bytes
        self._max_seconds = max_seconds
        self._changed = threading.Condition()
        self._oldest: Gop | None = None
        self._newest: Gop | None = None
        self._bytes = 0
        self._appended = 0
        self._closed = False
        self._cursors: list[Cursor] = []
        self._listener: Callable[[Packet], None] | None = None
        self.overlong_gops = 0
        self.headless = 0
        """Packets that came before the first keyframe and were not kept."""

    @property
    def closed(self) -> bool:
        return self._closed

    @property
    def held_bytes(self) -> int:
        return self._bytes

    @property
    def held_seconds(self) -> float:
        """Capture time between the oldest and the newest packet held."""
        with self._changed:
            return self._span()

    def on_append(self, listener: Callable[[Packet], None]) -> None:
        """Call `listener` with each packet after it was appended, in the writer's thread, without the ring's lock."""
        self._listener = listener

    def append(self, packet: Packet) -> bool:
        """Add the newest packet and wake the readers. Waits while a lossless cursor still needs what would have to go.

        False when the ring was closed and the packet was not taken.
        """
        with self._changed:
            if not self._closed and packet.is_keyframe:
                gop = Gop(self._appended)
                if self._newest:
                    self._newest.next = gop
                self._oldest = self._oldest or gop
                self._newest = gop
            if self._closed:
                return False
            if self._newest is None:
                self.headless += 1
                return True
            self._newest.packets.append(packet)
            self._appended += 1
            self._bytes += packet.size
            self._changed.notify_all()
            while self._is_full():
                if not self._give_up():
                    self._changed.wait()
                    if self._closed:
                        break
        if self._listener:
            self._listener(packet)
        return True

    def cursor(self, start: Start = "live", *, max_lag_s: float | None = None, lossless: bool = False) -> Cursor:
        """A new reader, from the oldest keyframe held, or from the newest one on (`live`).

        One that lags more than `max_lag_s` of capture time, or that the old end overtakes, is moved to the newest
        keyframe. A `lossless` one is never moved: the writer waits for it, so it must read on or be closed.
        """
        if lossless and max_lag_s is not None:
            raise ValueError("a lossless cursor reads everything; it cannot have a max_lag_s")
        with self._changed:
            cursor = Cursor(self, self._changed, start, max_lag_s, lossless)
            self._cursors.append(cursor)
            return cursor

    def close(self) -> None:
        """No more packets: readers get what is left, then end. May be called from any thread, more than once."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def between(self, start: float, end: float) -> list[Packet]:
        """What shows the capture times from `start` to `end` (POSIX s), in decoding order.

        From the keyframe at or before `start`, or the oldest one held, to the last packet shown at or before `end`;
        empty where no keyframe comes before `end`.
        """
        with self._changed:
            gop = self.first_gop("oldest")
            while gop and (later := gop.next) and later.packets and later.packets[0].captured_at <= start:
                gop = later
            packets: list[Packet] = []
            while gop:
                packets += gop.packets
                gop = gop.next
        while packets and packets[-1].captured_at > end:
            packets.pop()
        return packets

    @property
    def newest(self) -> Packet | None:
        """The newest packet held."""
        with self._changed:
            return self.newest_packet()

    @property
    def newest_at(self) -> float | None:
        """Capture time of the newest packet held; None while there is none."""
        with self._changed:
            newest = self.newest_packet()
            return newest.captured_at if newest else None

    def first_gop(self, start: Literal["oldest", "live"]) -> Gop | None:
        """The GOP a reader starts with; None while there is none that begins with its keyframe. Lock held."""
        gop = self._oldest if start == "oldest" else self._newest
        while gop and gop.cut:
            gop = gop.next
        return gop

    def newest_packet(self) -> Packet | None:
        """Lock held."""
        return self._newest.packets[-1] if self._newest and self._newest.packets else None

    @property
    def appended(self) -> int:
        """Number of the next packet."""
        return self._appended

    def forget(self, cursor: Cursor) -> None:
        """A cursor was closed; the writer need not wait for it. Lock held."""
        if cursor in self._cursors:
            self._cursors.remove(cursor)
        self._changed.notify_all()

    def _span(self) -> float:
        newest = self.newest_packet()
        if not newest or not self._oldest or not self._oldest.packets:
            return 0.0
        return abs(newest.captured_at - self._oldest.packets[0].captured_at)  # time that ran back parts them, too

    def _is_full(self) -> bool:
        if self._oldest is self._newest and self._newest is not None and len(self._newest.packets) <= 1:
            return False
        return self._bytes > self._max_bytes or self._span() > self._max_seconds

    def _give_up(self) -> bool:
        """Let the oldest GOP go, or the oldest quarter of the only one; False when a lossless cursor needs it."""
        gop = self._oldest
        if gop is None:
            return True
        whole = gop.next is not None
        count = len(gop.packets) if whole else max(1, len(gop.packets) // 4)
        if any(cursor.lossless and cursor.position < gop.first + count for cursor in self._cursors):
            return False
        self._bytes -= sum(packet.size for packet in gop.packets[:count])
        if whole:
            gop.packets.clear()
            gop.cut = True
            self._oldest = gop.next
            return True
        if not gop.cut:
            self.overlong_gops += 1
            gop.cut = True
        del gop.packets[:count]
        gop.first += count
        return True
