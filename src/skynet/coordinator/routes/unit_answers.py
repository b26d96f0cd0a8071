"""Units and places as answers hold them, for the OpenAPI document."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from skynet.coordinator.dispatch.placed_alert import PlacedBy
from skynet.coordinator.dispatch.road_map import Method
from skynet.coordinator.dispatch.suggestion import Unsuitable
from skynet.domain.geo_position import GeoPosition
from skynet.domain.ids import Slug
from skynet.domain.patrol_unit import Capability, PatrolKind, PlannedShift, UnitStatus
from skynet.domain.place import Place
from skynet.domain.plate import Plate
from skynet.domain.unit_assignment import AssignmentState


class ShownPosition(BaseModel):
    """`age_s` is by the coordinator's clock; `stale` says that it is too old to go by."""

    latitude: float
    longitude: float
    error_m: float | None
    speed_kmh: float | None
    heading_deg: float | None
    at: datetime
    age_s: float
    stale: bool


class SentTo(BaseModel):
    """The alert that a unit is sent to now."""

    alert_id: UUID
    state: AssignmentState


class UnitAnswer(BaseModel):
    """A unit with its version, which is its ETag."""

    id: Slug
    call_sign: str
    kind: PatrolKind
    area: str
    capabilities: list[Capability]
    shift: PlannedShift | None
    status: UnitStatus
    status_at: datetime
    signed_on_at: datetime | None
    retired_at: datetime | None
    position: ShownPosition | None
    assignment: SentTo | None
    version: int
    changed_at: datetime


class WholeUnitAnswer(UnitAnswer):
    members: list[str]


class UnitPageAnswer(BaseModel):
    items: list[UnitAnswer]
    next_cursor: str
    has_more: bool


class TrailAnswer(BaseModel):
    """Oldest first."""

    items: list[ShownPosition]


class Suggestion(UnitAnswer):
    """`speed_kmh` is the stated speed of a great circle, null along roads; `unsuitable` is empty for who may be sent.
    Distance and duration are null of a unit whose place nobody knows."""

    distance_m: float | None
    duration_s: float | None
    method: Method | None
    speed_kmh: float | None
    unsuitable: list[Unsuitable]


class SuggestionsAnswer(BaseModel):
    """The quickest first; with `all` those that are not suitable behind them."""

    placed_by: PlacedBy | None
    latitude: float
    longitude: float
    items: list[Suggestion]
    suitable: int
    looked_at: int
    more_units_than_looked_at: bool


class AboutAlert(BaseModel):
    """What a unit needs to know of the alert that it is sent to."""

    kind: str
    severity: str
    occurred_at: datetime
    camera_id: Slug
    plate: Plate | None
    snapshot_sha256: str | None


class AssignmentAnswer(BaseModel):
    """A unit sent to an alert. `alert` is told to the unit while that lasts, null elsewhere."""

    id: UUID
    unit_id: Slug
    alert_id: UUID
    state: AssignmentState
    version: int
    target: GeoPosition | None
    assigned_at: datetime
    changed_at: datetime
    note: str | None
    alert: AboutAlert | None


class UnitFeedAnswer(BaseModel):
    """Ask again with `known` = `version`."""

    version: int
    items: list[AssignmentAnswer]


class PlaceAnswer(Place):
    """A place with its version, which is its ETag."""

    version: int
    changed_at: datetime


class PlacePageAnswer(BaseModel):
    items: list[PlaceAnswer]
    next_cursor: str
    has_more: bool


class PointGeometry(BaseModel):
    """RFC 7946: longitude, latitude."""

    type: Literal["Point"]
    coordinates: tuple[float, float]


class PointFeature(BaseModel):
    type: Literal["Feature"]
    id: str
    geometry: PointGeometry
    properties: dict[str, object]


class PointCollection(BaseModel):
    """GeoJSON (RFC 7946), with the members that every list of this API has."""

    type: Literal["FeatureCollection"]
    features: list[PointFeature]
    next_cursor: str
    has_more: bool
