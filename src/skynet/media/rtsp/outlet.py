"""The way from the hub's thread to whoever takes one camera's packets: a bounded queue, or a call on that thread.

Packets are handed over in batches, at the end of each of the hub's rounds: a reader that is woken in the middle of one
would only fight for Python's lock. The hub never waits: where a reader is too slow, the rest of a GOP and whole GOPs
after it are left out, counted, until there is room for a keyframe again. So what comes out can always be decoded.

After `divert` nothing is queued any more but the end of the stream.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from queue import Empty, SimpleQueue

from skynet.media.rtsp.arrival import Arrival, Opened
from skynet.media.rtsp.counts import RtspCounts
from skynet.media.source_error import SourceError

MAX_PACKETS = 512
MAX_BYTES = 16 << 20


class Outlet:
    """One connection's. `put`, `opened`, `end` and `divert` are the hub's, `take` the reader's, `stop` anybody's."""

    def __init__(self, counts: RtspCounts, max_packets: int = MAX_PACKETS, max_bytes: int = MAX_BYTES) -> None:
        self._counts = counts
        self._max_packets = max_packets
        self._max_bytes = max_bytes
        self._queue: SimpleQueue[list[Opened | Arrival | SourceError] | None] = SimpleQueue()
        self._held: list[Opened | Arrival | SourceError] = []  # the hub's
        self._taken: Iterator[Opened | Arrival | SourceError] = iter(())  # the reader's
        self._packets_in = self._packets_out = 0  # each is written by one thread only
        self._bytes_in = self._bytes_out = 0
        self._full = False
        self._straight: Callable[[Arrival], None] | None = None
        self._stop = threading.Event()

    @property
    def stopped(self) -> bool:
        return self._stop.is_set()

    def stop(self) -> None:
        """Ends all waiting at once; what is left in the queue is lost."""
        self._stop.set()
        self._queue.put(None)

    def opened(self, opened: Opened) -> None:
        self._held.append(opened)

    def end(self, error: SourceError) -> None:
        self._held.append(error)
        self.hand_over()

    def divert(self, take: Callable[[Arrival], None]) -> None:
        """Call `take` with each arrival from now on, at once; first with those that wait in the queue.

        Whoever `take`s otherwise must not do so meanwhile.
        """
        self.hand_over()
        self._straight = take
        waiting = list(self._taken)
        with contextlib.suppress(Empty):
            while True:
                waiting += self._queue.get_nowait() or ()
        for step in waiting:
            if isinstance(step, Arrival):
                self.put(step)
            else:
                self._held.append(step)
        self.hand_over()

    def put(self, arrival: Arrival) -> None:
        if self._straight is not None:
            if not self._stop.is_set():
                self._straight(arrival)
            return
        coded = arrival.coded
        if self._full and not (coded.is_keyframe and self._has_room(self._max_packets // 2, self._max_bytes // 2)):
            self._counts.overrun += 1
            return
        self._full = not self._has_room(self._max_packets, self._max_bytes)
        if self._full:
            self._counts.overrun += 1
            return
        self._packets_in += 1
        self._bytes_in += coded.size
        self._held.append(arrival)

    def hand_over(self) -> None:
        """Let the reader have what has been put."""
        if self._held:
            self._queue.put(self._held)
            self._held = []

    def take(self, timeout: float) -> Opened | Arrival | None:
        """What comes next; None when nothing came in time or after `stop`. Raises what the stream ended with."""
        taken = next(self._taken, None)
        if taken is None:
            try:
                batch = self._queue.get(timeout=timeout)
            except Empty:
                return None
            self._taken = iter(batch or ())
            taken = next(self._taken, None)
        if taken is None or self._stop.is_set():
            return None
        if isinstance(taken, SourceError):
            raise taken
        if isinstance(taken, Arrival):
            self._packets_out += 1
            self._bytes_out += taken.coded.size
        return taken

    def _has_room(self, packets: int, size: int) -> bool:
        return self._packets_in - self._packets_out < packets and self._bytes_in - self._bytes_out < size
