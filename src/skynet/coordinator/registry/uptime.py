"""How a stretch of time between two looks at a camera counts. Pure; times are milliseconds since 1970 UTC.

A report says how a camera is until the next one, but for no longer than a report may be believed (`stale_ms`): what
lies between that and the next report is unknown. Only the coordinator's clock counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from skynet.domain.camera import CameraHealth, CameraState

MAX_DAYS = 366
"""Days before that are kept no longer, and not written when a clock has leapt."""


class Condition(StrEnum):
    """HEALTHY: live, and nothing wrong with the picture; FAULTY: live with faults; DOWN: no pictures."""

    HEALTHY = "healthy"
    FAULTY = "faulty"
    DOWN = "down"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Spell:
    """So many milliseconds of a day (YYYY-MM-DD in the fleet's time zone) in one condition."""

    day: str
    condition: Condition
    ms: int


def condition_of(health: CameraHealth) -> Condition:
    if health.state is not CameraState.LIVE:
        return Condition.DOWN
    return Condition.FAULTY if health.faults else Condition.HEALTHY


def first_day(now_ms: int, days: int, zone: ZoneInfo) -> str:
    """The first of `days` days of which today is the last."""
    return (_day(now_ms, zone) - timedelta(days=days - 1)).isoformat()


def spells(since_ms: int, until_ms: int, condition: Condition, stale_ms: int, zone: ZoneInfo) -> Iterator[Spell]:
    """The time from a report to `until_ms`, day by day; nothing when the clock was set back meanwhile."""
    believed_until = min(until_ms, since_ms + stale_ms)
    yield from _by_day(since_ms, believed_until, condition, zone)
    earliest = _midnight_ms(_day(until_ms, zone) - timedelta(days=MAX_DAYS - 1), zone)
    yield from _by_day(max(believed_until, earliest), until_ms, Condition.UNKNOWN, zone)


def _by_day(since_ms: int, until_ms: int, condition: Condition, zone: ZoneInfo) -> Iterator[Spell]:
    while since_ms < until_ms:
        day = _day(since_ms, zone)
        end_ms = min(until_ms, _midnight_ms(day + timedelta(days=1), zone))
        yield Spell(day.isoformat(), condition, end_ms - since_ms)
        since_ms = end_ms


def _day(at_ms: int, zone: ZoneInfo) -> date:
    return datetime.fromtimestamp(at_ms / 1000, tz=zone).date()


def _midnight_ms(day: date, zone: ZoneInfo) -> int:
    return int(datetime.combine(day, time(), tzinfo=zone).timestamp() * 1000)
