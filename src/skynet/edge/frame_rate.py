"""How many frames a second, over the last seconds."""

from __future__ import annotations

from collections import deque


class FrameRate:
    """Counts in slots of a second, over the last `window_s` of them. Used under its owner's lock."""

    def __init__(self, window_s: int = 5) -> None:
        self._window_s = window_s
        self._slots: deque[tuple[int, int]] = deque()
        self._started: float | None = None

    def add(self, count: int, now: float) -> None:
        """`count` frames at `now` (monotonic seconds)."""
        if self._started is None:
            self._started = now
        second = int(now)
        if self._slots and self._slots[-1][0] == second:
            self._slots[-1] = (second, self._slots[-1][1] + count)
        else:
            self._slots.append((second, count))
        self._forget(now)

    def per_second(self, now: float) -> float:
        if self._started is None:
            return 0.0
        self._forget(now)
        oldest = max(self._started, int(now) - self._window_s + 1)
        return sum(count for _, count in self._slots) / max(1.0, now - oldest)

    def _forget(self, now: float) -> None:
        while self._slots and self._slots[0][0] <= int(now) - self._window_s:
            self._slots.popleft()
