"""A clock that stands still until the test moves it."""

from __future__ import annotations

import time


class HandClock:
    """Wall time by hand; monotonic time is real, because long polls measure real waiting with it."""

    def __init__(self, posix_s: float = 1_770_000_000.0) -> None:
        self.posix_s = posix_s

    def wall(self) -> float:
        return self.posix_s

    def monotonic(self) -> float:
        return time.monotonic()
