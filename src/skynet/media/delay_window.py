"""The least delay of the last minute, and how sure it is."""

from __future__ import annotations

from collections import deque

_SPAN_S = 10.0
_SPANS = 6
_UNPROVEN_S = 0.5
"""The error of a least delay that has not been looked for during one span yet."""


class DelayWindow:
    """Minima of spans of 10 s, the newest six of them. Values are seconds of any origin; times monotonic seconds."""

    def __init__(self) -> None:
        self._minima: deque[float] = deque(maxlen=_SPANS)
        self._current = self._past = float("inf")
        self._began: float | None = None
        self.spread_s = _UNPROVEN_S
        """How far the spans' minima lie apart: what jitter and drift leave unsure."""

    @property
    def least(self) -> float:
        """Infinite while there is none."""
        return min(self._past, self._current)

    def add(self, delay: float, now: float) -> bool:
        """True when a span has become full with it."""
        self._current = min(self._current, delay)
        if self._began is None:
            self._began = now
        if now - self._began < _SPAN_S:
            return False
        self._minima.append(self._current)
        self._past = min(self._minima)
        self.spread_s = max(self._minima) - self._past if len(self._minima) > 1 else min(_UNPROVEN_S, self.spread_s)
        self._current, self._began = float("inf"), now
        return True

    def shift(self, by: float) -> None:
        """All delays so far are to be read as `by` more."""
        self._minima = deque((minimum + by for minimum in self._minima), _SPANS)
        self._past += by
        self._current += by
