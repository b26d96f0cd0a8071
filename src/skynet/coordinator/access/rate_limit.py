"""How much one holder may ask: a bucket each, filled at a steady rate. In memory, of this process."""

from __future__ import annotations

import threading
from collections.abc import Callable

from skynet.coordinator.problem import ProblemError, ProblemType


class RateLimit:
    """`per_s` requests a second in the long run, `burst` at once; `per_s` 0 means no limit. Thread-safe. There are as
    many buckets as holders that were let in, so nobody can fill the memory with them."""

    def __init__(self, per_s: float, burst: float, monotonic: Callable[[], float]) -> None:
        self._per_s = per_s
        self._burst = max(1.0, burst)
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._buckets: dict[str, tuple[float, float]] = {}

    def take(self, holder: str) -> None:
        """Raises ProblemError: too-many-requests."""
        if self._per_s <= 0:
            return
        with self._lock:
            now = self._monotonic()
            level, at = self._buckets.get(holder, (self._burst, now))
            level = min(self._burst, level + (now - at) * self._per_s)
            self._buckets[holder] = (level - 1 if level >= 1 else level, now)
        if level < 1:
            wait_s = max(1, round((1 - level) / self._per_s))
            raise ProblemError(
                ProblemType.TOO_MANY,
                f"more than {self._per_s:g} requests a second; try again in {wait_s} s",
                headers={"Retry-After": str(wait_s)},
            )
