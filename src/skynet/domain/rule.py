"""Rules as people write them: zones, lines and what is to be reported about them."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from skynet.domain.alert import AlertKind
from skynet.domain.geometry import Line, Point, Polygon
from skynet.domain.ids import Slug
from skynet.domain.label import VEHICLES, ObjectLabel
from skynet.domain.severity import Severity

Share = Annotated[float, Field(ge=0, le=1)]
PointShares = tuple[Share, Share]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, populate_by_name=True)


class Weekday(StrEnum):
    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


WEEK = tuple(Weekday)


class Window(_Value):
    """A daily span, `start` included and `end` not. When `end` is not later than `start` it runs over midnight and
    belongs to the day it starts on; equal times mean the whole day."""

    days: Annotated[frozenset[Weekday], Field(min_length=1)] = frozenset(WEEK)
    start: Annotated[time, Field(alias="from")]
    end: Annotated[time, Field(alias="to")]

    def contains(self, local: datetime) -> bool:
        today, yesterday = WEEK[local.weekday()], WEEK[(local - timedelta(days=1)).weekday()]
        now = local.time().replace(tzinfo=None)
        if self.start < self.end:
            return today in self.days and self.start <= now < self.end
        return (today in self.days and now >= self.start) or (yesterday in self.days and now < self.end)


class Schedule(_Value):
    """When a rule is armed, in the camera's own time zone."""

    timezone: str = "Asia/Shanghai"
    windows: Annotated[tuple[Window, ...], Field(min_length=1)]

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, name: str) -> str:
        if name not in available_timezones():
            raise ValueError(f"'{name}' is no IANA time zone (expected e.g. Asia/Shanghai)")
        return name

    def active(self, posix_s: float) -> bool:
        local = datetime.fromtimestamp(posix_s, tz=ZoneInfo(self.timezone))
        return any(window.contains(local) for window in self.windows)


class LineShape(_Value):
    """A directed line in normalised coordinates."""

    start: Annotated[PointShares, Field(alias="from")]
    end: Annotated[PointShares, Field(alias="to")]

    @model_validator(mode="after")
    def _has_length(self) -> Self:
        if self.start == self.end:
            raise ValueError("a line needs two different points")
        return self

    def line(self) -> Line:
        return Line(Point(*self.start), Point(*self.end))


class _Rule(_Value):
    id: Slug
    labels: Annotated[frozenset[ObjectLabel], Field(min_length=1)] = frozenset(ObjectLabel)
    severity: Severity = Severity.MEDIUM
    schedule: Schedule | None = None

    def armed(self, posix_s: float) -> bool:
        return self.schedule is None or self.schedule.active(posix_s)


class ZoneEntryRule(_Rule):
    """An object's anchor comes into the zone and stays `min_inside_s`."""

    kind: Literal[AlertKind.ZONE_ENTRY]
    zone: Slug
    min_inside_s: Annotated[float, Field(ge=0, le=3600)] = 0.3


class LineCrossingRule(_Rule):
    """An object's anchor crosses the line; forward is from the line's left to its right, seen along it."""

    kind: Literal[AlertKind.LINE_CROSSING]
    line: Slug
    direction: Literal["any", "forward", "backward"] = "any"


class LoiteringRule(_Rule):
    """An object stays inside the zone for `dwell_s`, leaving it for at most `grace_s` at a time."""

    kind: Literal[AlertKind.LOITERING]
    zone: Slug
    dwell_s: Annotated[float, Field(gt=0, le=86400)] = 30.0
    grace_s: Annotated[float, Field(ge=0, le=3600)] = 2.0


class StoppedVehicleRule(_Rule):
    """A vehicle in the zone stays within `max_move` of its own box's diagonal for `stopped_s`."""

    kind: Literal[AlertKind.STOPPED_VEHICLE]
    labels: Annotated[frozenset[ObjectLabel], Field(min_length=1)] = VEHICLES
    zone: Slug
    stopped_s: Annotated[float, Field(gt=0, le=86400)] = 30.0
    max_move: Annotated[float, Field(gt=0, le=5)] = 0.25


class WrongWayRule(_Rule):
    """A vehicle in the zone travels `min_travel` of the picture's height against `direction`.

    `direction` is the permitted travel in the picture: x to the right, y down; its length does not matter.
    """

    kind: Literal[AlertKind.WRONG_WAY]
    labels: Annotated[frozenset[ObjectLabel], Field(min_length=1)] = VEHICLES
    zone: Slug
    direction: tuple[float, float]
    min_travel: Annotated[float, Field(gt=0, le=1)] = 0.1

    @field_validator("direction")
    @classmethod
    def _has_length(cls, direction: tuple[float, float]) -> tuple[float, float]:
        if direction == (0, 0):
            raise ValueError("a direction needs a length, e.g. [0, 1] for towards the camera")
        return direction


Rule = Annotated[
    ZoneEntryRule | LineCrossingRule | LoiteringRule | StoppedVehicleRule | WrongWayRule, Field(discriminator="kind")
]


class RuleSet(_Value):
    """The zones, lines and rules of one camera. Every rule's place exists and every rule id stands once."""

    zones: dict[Slug, tuple[PointShares, ...]] = {}
    lines: dict[Slug, LineShape] = {}
    rules: tuple[Rule, ...] = ()

    @field_validator("zones")
    @classmethod
    def _zones_have_area(cls, zones: dict[str, tuple[PointShares, ...]]) -> dict[str, tuple[PointShares, ...]]:
        for zone_id, points in zones.items():
            try:
                Polygon(tuple(Point(*p) for p in points))
            except ValueError as error:
                raise ValueError(f"zone '{zone_id}': {error}") from None
        return zones

    @model_validator(mode="after")
    def _places_exist(self) -> Self:
        seen: set[str] = set()
        for rule in self.rules:
            if rule.id in seen:
                raise ValueError(f"rule id '{rule.id}' stands twice; give each rule of a camera its own id")
            seen.add(rule.id)
            if isinstance(rule, LineCrossingRule):
                if rule.line not in self.lines:
                    raise ValueError(f"rule '{rule.id}' names the line '{rule.line}', which is not under 'lines'")
            elif rule.zone not in self.zones:
                raise ValueError(f"rule '{rule.id}' names the zone '{rule.zone}', which is not under 'zones'")
        return self

    def polygon(self, zone_id: str) -> Polygon:
        return Polygon(tuple(Point(*p) for p in self.zones[zone_id]))
