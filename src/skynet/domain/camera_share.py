"""A social unit's leave to use one of its cameras: from when to when, at what hours, for what."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from skynet.domain.rule import Schedule
from skynet.domain.site import OwningUnit, ShortText, UnitKind


class CameraShare(BaseModel):
    """`starts_at` included, `ends_at` not. Without a schedule it holds at every hour."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    unit: ShortText
    """The owning unit that gives the leave; with another owner of the camera's site it is void."""
    granted_by: ShortText
    """Who of the unit gave it."""
    purpose: ShortText
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    schedule: Annotated[Schedule | None, Field(description="Hours of the day at which it holds; null: all")] = None

    @model_validator(mode="after")
    def _ends_after_start(self) -> Self:
        if self.ends_at <= self.starts_at:
            raise ValueError("ends_at is not after starts_at")
        return self

    def holds(self, posix_s: float) -> bool:
        """Whether the camera may be used at the time."""
        if not self.starts_at.timestamp() <= posix_s < self.ends_at.timestamp():
            return False
        return self.schedule is None or self.schedule.active(posix_s)

    def next_look(self, posix_s: float) -> float:
        """The next time (POSIX s) after `posix_s` at which `holds` may answer otherwise; infinity when never."""
        start, end = self.starts_at.timestamp(), self.ends_at.timestamp()
        if posix_s >= end:
            return math.inf
        if posix_s < start:
            return start
        return min(end, _next_edge(self.schedule, posix_s)) if self.schedule is not None else end


def _next_edge(schedule: Schedule, posix_s: float) -> float:
    """The next start or end of a window on any of this day, yesterday's tail and tomorrow."""
    zone = ZoneInfo(schedule.timezone)
    today = datetime.fromtimestamp(posix_s, tz=zone).date()
    edges = [
        datetime.combine(today + timedelta(days=ahead), edge, tzinfo=zone).timestamp()
        for ahead in (0, 1)
        for window in schedule.windows
        for edge in (window.start.replace(tzinfo=None), window.end.replace(tzinfo=None))
    ]
    return min((edge for edge in edges if edge > posix_s), default=math.inf)


class Leave(BaseModel):
    """Whether a camera may be used now, why, and when (POSIX s) the answer may be another by time alone."""

    model_config = ConfigDict(frozen=True)

    granted: bool
    reason: str
    next_look: float


def leave_to_use(owner: OwningUnit, shares: Sequence[CameraShare], posix_s: float) -> Leave:
    """The police may use their own cameras, and a social unit's while one of its `shares` holds."""
    if owner.kind is UnitKind.POLICE:
        return Leave(granted=True, reason=f"belongs to {owner.name}", next_look=math.inf)
    shares = [share for share in shares if share.unit == owner.name]
    next_look = min((share.next_look(posix_s) for share in shares), default=math.inf)
    holding = next((share for share in shares if share.holds(posix_s)), None)
    if holding is None:
        why = "shares it at other times only" if shares else "has not shared it"
        return Leave(granted=False, reason=f"belongs to {owner.name}, which {why}", next_look=next_look)
    return Leave(granted=True, reason=f"shared by {owner.name} for: {holding.purpose}", next_look=next_look)
