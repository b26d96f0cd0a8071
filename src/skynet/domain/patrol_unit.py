"""A patrol unit: people and a vehicle that can be sent to an alert."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from skynet.domain.area import Area
from skynet.domain.ids import Slug
from skynet.domain.site import ShortText

MAX_MEMBERS = 16
MAX_SHIFT_H = 24


class PatrolKind(StrEnum):
    """How a unit moves."""

    CAR = "car"
    MOTORCYCLE = "motorcycle"
    BICYCLE = "bicycle"
    FOOT = "foot"
    BOAT = "boat"


class Capability(StrEnum):
    """What a unit can do that not every unit can."""

    ARMED = "armed"
    TRAFFIC = "traffic"
    VEHICLE_STOP = "vehicle_stop"
    FIRST_AID = "first_aid"
    DOG = "dog"
    DRONE = "drone"
    NEGOTIATION = "negotiation"
    CROWD = "crowd"
    FIRE = "fire"
    WATER_RESCUE = "water_rescue"


class UnitStatus(StrEnum):
    """What a unit is doing. The four of an assignment are set by its steps, the others by the unit itself."""

    OFF_DUTY = "off_duty"
    AVAILABLE = "available"
    ASSIGNED = "assigned"
    EN_ROUTE = "en_route"
    ON_SCENE = "on_scene"
    BUSY = "busy"
    OUT_OF_REACH = "out_of_reach"


class PlannedShift(BaseModel):
    """`starts_at` included, `ends_at` not."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    starts_at: AwareDatetime
    ends_at: AwareDatetime

    @model_validator(mode="after")
    def _ends_within_a_day(self) -> Self:
        span_s = (self.ends_at - self.starts_at).total_seconds()
        if not 0 < span_s <= MAX_SHIFT_H * 3600:
            raise ValueError(f"a shift ends after it starts, at most {MAX_SHIFT_H} hours later")
        return self


class PatrolUnit(BaseModel):
    """What is declared of a unit. Its status, its actual shift and its position are the coordinator's."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Slug
    call_sign: ShortText
    kind: PatrolKind
    area: Annotated[Area, Field(description="Where it patrols; it is shown and suggested to nobody outside")]
    capabilities: Annotated[frozenset[Capability], Field(default_factory=frozenset)]
    members: Annotated[tuple[ShortText, ...], Field(max_length=MAX_MEMBERS)] = ()
    """Who is on it: personal data, left out of lists and recorded when shown."""
    shift: PlannedShift | None = None
