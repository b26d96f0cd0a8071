"""Fixed places that dispatchers see on the map beside units: posts, police rooms, checkpoints."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from skynet.domain.area import Area
from skynet.domain.geo_position import GeoPosition
from skynet.domain.ids import Slug
from skynet.domain.rule import Schedule
from skynet.domain.site import ShortText

OfficeNumber = Annotated[str, StringConstraints(pattern=r"^\+?[0-9][0-9 #*-]{1,30}$")]


class PlaceKind(StrEnum):
    """What a place is."""

    POST = "post"
    POLICE_ROOM = "police_room"
    STATION = "station"
    CHECKPOINT = "checkpoint"
    GUARD = "guard"
    GRID_OFFICE = "grid_office"
    SERVICE_CENTRE = "service_centre"


class Place(BaseModel):
    """A place of the police or of who helps them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Slug
    kind: PlaceKind
    name: ShortText
    area: Area
    position: GeoPosition
    office_phone: Annotated[OfficeNumber | None, Field(description="Of the office, never a person's own")] = None
    opening_hours: Annotated[Schedule | None, Field(description="null: at every hour, or not known")] = None
