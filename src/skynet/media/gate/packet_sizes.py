"""What the sizes of packets say about a stream, once they have been shown to say something.

An encoder with a free bit rate spends more on a picture in which something moves; one with a fixed rate hides it. So
sizes count only on a stream where they were seen to grow with every awake spell, beyond what they ever are in quiet.
"""

from __future__ import annotations

import math
from collections import deque

RUN = 4
"""Packets over which sizes are averaged: single ones jump."""
MIN_QUIET, MIN_BUSY = 300, 40
MAX_QUIET, MAX_BUSY = 3000, 600
MARGIN = 1.15
"""Busy runs must be so much larger than the largest of a thousand quiet ones."""
SHARE = 0.6
"""So many of the runs of busy times must have exceeded what quiet ones reach."""


class PacketSizes:
    """Sizes of P- and B-frames, as the mean of the logarithm over a run. One thread at a time."""

    def __init__(self) -> None:
        self._mean = 0.0
        self._quiet: deque[float] = deque(maxlen=MAX_QUIET)
        self._busy: deque[float] = deque(maxlen=MAX_BUSY)
        self._pending: list[float] = []
        self._limit = math.inf

    @property
    def tell(self) -> bool:
        """True when sizes have been shown to tell busy from quiet on this stream."""
        return self._limit < math.inf

    def weigh(self, size: int) -> bool:
        """True when the packets up to this one are larger than quiet ones are."""
        self._mean += (math.log(size + 1) - self._mean) / RUN
        self._pending.append(self._mean)
        if len(self._pending) > MAX_BUSY:
            del self._pending[: MAX_BUSY // 2]
        return self._mean > self._limit

    def was(self, busy: bool) -> None:
        """What the packets since the last call have shown."""
        if busy:
            self._busy.extend(self._pending)
        else:
            self._quiet.extend(self._pending)
        self._pending.clear()
        if busy or len(self._quiet) % 50 == 0:
            self._judge()

    def _judge(self) -> None:
        if len(self._quiet) < MIN_QUIET or len(self._busy) < MIN_BUSY:
            self._limit = math.inf
            return
        quiet = sorted(self._quiet)
        limit = quiet[-1 - len(quiet) // 1000] + math.log(MARGIN)
        exceeding = sum(size > limit for size in self._busy)
        self._limit = limit if exceeding >= SHARE * len(self._busy) else math.inf
