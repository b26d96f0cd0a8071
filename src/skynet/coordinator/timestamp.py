"""Instants as the coordinator keeps them (integer milliseconds since 1970, UTC) and as it writes them (RFC 3339)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from skynet.domain.clock import Clock

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


def now_ms(clock: Clock) -> int:
    """The wall clock in whole milliseconds."""
    return int(clock.wall() * 1000)


def to_ms(instant: datetime) -> int:
    """`instant` cut to the millisecond. An instant without a zone is taken as UTC."""
    return (_aware(instant) - EPOCH) // MILLISECOND


def from_ms(milliseconds: int) -> datetime:
    """The aware UTC datetime of `milliseconds`. Raises OverflowError outside the years 1 to 9999."""
    return EPOCH + milliseconds * MILLISECOND


def rfc3339(instant: datetime) -> str:
    """UTC, three decimals, `Z`: the one way an answer writes a time. Raises OverflowError outside years 1 to 9999."""
    return from_ms(to_ms(instant)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _aware(instant: datetime) -> datetime:
    return instant if instant.tzinfo is not None else instant.replace(tzinfo=UTC)
