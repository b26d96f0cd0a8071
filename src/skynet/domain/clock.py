"""Time as an argument, so that a day can be tested in a second."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Two readings of time. Wall time names an instant, monotonic time measures a span: never mix them."""

    def wall(self) -> float:
        """POSIX seconds, UTC. May step when the machine's clock is set."""
        ...

    def monotonic(self) -> float:
        """Seconds since an arbitrary start; never steps backwards."""
        ...


class SystemClock:
    """The machine's own clocks."""

    def wall(self) -> float:
        return time.time()

    def monotonic(self) -> float:
        return time.monotonic()


def utc(posix_s: float) -> datetime:
    """`posix_s` as an aware UTC datetime, cut to the millisecond that the wire format carries."""
    return datetime.fromtimestamp(round(posix_s, 3), tz=UTC)
