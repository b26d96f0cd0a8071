"""Whether a gate may be acted on. Pure."""

from __future__ import annotations

from collections import deque

REMEMBERED = 6
TOO_MANY = 2
"""So many misses in the last `REMEMBERED` self-checks end the trust."""
PROBATION_S = 1800.0
"""After so long it is given another chance, and checked often."""


class Trust:
    """Remembers what self-checks have found. Times in POSIX seconds."""

    def __init__(self) -> None:
        self._found: deque[bool] = deque(maxlen=REMEMBERED)
        self._lost_at: float | None = None
        self.checks = 0
        self.missed = 0

    @property
    def lost(self) -> bool:
        return self._lost_at is not None

    def checked(self, missed: bool, at: float) -> None:
        self.checks += 1
        self.missed += missed
        self._found.append(missed)
        if sum(self._found) >= TOO_MANY:
            self._lost_at = at
            self._found.clear()

    def passes(self, at: float) -> None:
        """Time goes by."""
        if self._lost_at is not None and at - self._lost_at >= PROBATION_S:
            self._lost_at = None
