"""Whether a gate may be acted on. Pure."""

from __future__ import annotations

from collections import deque

REMEMBERED = 6
TOO_MANY = 2
"""So many misses in the last `REMEMBERED` self-checks end the trust; it comes back when none is left among them."""


class Trust:
    """Remembers what self-checks have found."""

    def __init__(self) -> None:
        self._found: deque[bool] = deque(maxlen=REMEMBERED)
        self._lost = False
        self.checks = 0
        self.missed = 0

    @property
    def lost(self) -> bool:
        return self._lost

    def checked(self, missed: bool) -> None:
        self.checks += 1
        self.missed += missed
        self._found.append(missed)
        if sum(self._found) >= TOO_MANY:
            self._lost = True
        elif not any(self._found) and len(self._found) == REMEMBERED:
            self._lost = False
