"""Alerts: as a box raises them and as the coordinator keeps them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from skynet.domain.ids import Slug
from skynet.domain.label import ObjectLabel
from skynet.domain.plate import Plate


class AlertKind(StrEnum):
    """What a rule can report."""

    ZONE_ENTRY = "zone_entry"
    LINE_CROSSING = "line_crossing"
    LOITERING = "loitering"
    STOPPED_VEHICLE = "stopped_vehicle"
    WRONG_WAY = "wrong_way"


class Severity(StrEnum):
    """How soon someone should look, the least urgent first."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class AlertState(StrEnum):
    NEW = "new"
    ACKNOWLEDGED = "acknowledged"


Share = Annotated[float, Field(ge=0, le=1)]


class TrackRef(BaseModel):
    """The object that an alert is about. `box` is x, y, width, height as fractions of the picture."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    track_id: Annotated[int, Field(ge=0)]
    label: ObjectLabel
    score: Share
    box: tuple[Share, Share, Share, Share]
    started_at: AwareDatetime


class SnapshotRef(BaseModel):
    """A picture by its content: the bytes travel and rest apart from the alert that names them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    media_type: Annotated[str, Field(pattern=r"^image/(jpeg|png|webp)$")] = "image/jpeg"
    bytes: Annotated[int, Field(gt=0)]
    width: Annotated[int, Field(gt=0)]
    height: Annotated[int, Field(gt=0)]


class Alert(BaseModel):
    """An alert as a box raises it and sends it, the same bytes however often it is sent.

    `occurred_at` is the capture time of the frame that fulfilled the rule, `raised_at` when the box had decided.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    box_id: Slug
    camera_id: Slug
    rule_id: Slug
    kind: AlertKind
    severity: Severity
    occurred_at: AwareDatetime
    raised_at: AwareDatetime
    place: Slug
    """Id of the zone or line of the rule."""
    track: TrackRef
    dwell_s: Annotated[float, Field(ge=0)] | None = None
    """How long the object had been inside (loitering) or still (stopped vehicle)."""
    plate: Plate | None = None
    snapshot: SnapshotRef | None = None


class AlertRecord(BaseModel):
    """An alert as the coordinator keeps it. `version` grows with every change and is the ETag of the resource."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seq: Annotated[int, Field(gt=0)]
    received_at: datetime
    state: AlertState
    version: Annotated[int, Field(gt=0)]
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    note: str | None = None
    alert: Alert
