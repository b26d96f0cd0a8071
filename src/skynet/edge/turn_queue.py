"""In which order those who wait get their turn: first come, first served, and urgent ones some places further ahead.

Pure: no lock, no clock. Places are counted in tickets, one for each arrival: who is not urgent stands `HEAD_START`
tickets further back than an urgent one that came with it. A place once taken stands, therefore nobody starves: at most
`HEAD_START` later arrivals are served before anybody.
"""

from __future__ import annotations

import heapq
import itertools
from typing import Generic, TypeVar

HEAD_START = 16

T = TypeVar("T")


class TurnQueue(Generic[T]):
    """Those who wait, in the order of their turns."""

    def __init__(self) -> None:
        self._tickets = itertools.count()
        self._heap: list[tuple[int, int, T]] = []

    def __len__(self) -> int:
        return len(self._heap)

    def join(self, one: T, *, urgent: bool) -> None:
        ticket = next(self._tickets)
        heapq.heappush(self._heap, (ticket if urgent else ticket + HEAD_START, ticket, one))

    def next(self) -> T:
        """Whose turn it is; leaves the queue. Raises IndexError when nobody waits."""
        return heapq.heappop(self._heap)[2]

    def clear(self) -> list[T]:
        """Everybody, in order; nobody waits afterwards."""
        everybody = [one for _, _, one in sorted(self._heap, key=lambda place: place[:2])]
        self._heap.clear()
        return everybody
