"""Alerts: as a box raises them and as the coordinator keeps them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from skynet.domain.alert_cycle import AlertState, Disposition, RejectReason
from skynet.domain.camera_fault import CameraFault
from skynet.domain.geo_position import GeoPosition
from skynet.domain.ids import Slug
from skynet.domain.label import ObjectLabel
from skynet.domain.plate import Plate
from skynet.domain.plate_hit import PlateHit
from skynet.domain.severity import Severity


class AlertKind(StrEnum):
    """What can be reported: by a rule, of a plate that a hot list holds, or of a camera that does not see any more."""

    ZONE_ENTRY = "zone_entry"
    LINE_CROSSING = "line_crossing"
    LOITERING = "loitering"
    STOPPED_VEHICLE = "stopped_vehicle"
    WRONG_WAY = "wrong_way"
    PLATE_HIT = "plate_hit"
    CAMERA_FAULT = "camera_fault"


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


class ClipSpan(BaseModel):
    """The stretch of video that a box promises to send after an alert: capture times of its first and last picture as
    planned; the clip itself begins with the keyframe before."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    starts_at: AwareDatetime
    ends_at: AwareDatetime


class ClipRef(BaseModel):
    """A clip that the coordinator holds: an MP4 as the camera coded it. `starts_at` and `ends_at` are the capture times
    of its first picture, a keyframe, and of its last."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    bytes: Annotated[int, Field(gt=0)]
    codec: Annotated[str, Field(pattern=r"^[a-z0-9]{1,16}$")]
    width: Annotated[int, Field(gt=0)]
    height: Annotated[int, Field(gt=0)]
    starts_at: AwareDatetime
    ends_at: AwareDatetime


class Alert(BaseModel):
    """An alert as a box raises it and sends it, the same bytes however often it is sent.

    `occurred_at` is the capture time of the frame that fulfilled the rule, `raised_at` when the box had decided. A
    plate hit is of no rule: its `rule_id` is `hot-list`, its `place` the camera's site. So is a camera fault, with
    `camera-health`: it occurred when the fault began, and `dwell_s` is how long it had stood.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    box_id: Slug
    camera_id: Slug
    rule_id: Slug
    kind: AlertKind
    severity: Severity
    occurred_at: AwareDatetime
    time_error_s: Annotated[float, Field(ge=0)] | None = None
    """`occurred_at` is true to so many seconds by the box's clock; None when nothing can be said."""
    raised_at: AwareDatetime
    place: Slug
    """Id of the zone or line of the rule; of a plate hit and a camera fault, of the site."""
    track: TrackRef | None = None
    """None of a camera fault, which is about no object."""
    dwell_s: Annotated[float, Field(ge=0)] | None = None
    """How long the object had been inside (loitering) or still (stopped vehicle), or the fault had stood."""
    position: GeoPosition | None = None
    """Where a camera that moves was at the time."""
    plate: Plate | None = None
    hit: PlateHit | None = None
    """Of a plate hit: the entry that the plate fits, and how. One that requires confirmation must never lead to a
    dispatch before a person has confirmed it."""
    fault: CameraFault | None = None
    """Of a camera fault: which, and since when."""
    snapshot: SnapshotRef | None = None
    clip: ClipSpan | None = None
    """The clip that will follow; None when the camera's clips are switched off."""

    @model_validator(mode="after")
    def _plate_hits_have_a_hit(self) -> Self:
        if (self.kind is AlertKind.PLATE_HIT) != (self.hit is not None):
            raise ValueError("a plate_hit has a hit, and nothing else has one")
        if self.hit is not None and self.plate is None:
            raise ValueError("a plate_hit says which plate was read")
        return self

    @model_validator(mode="after")
    def _camera_faults_have_a_fault_and_others_an_object(self) -> Self:
        is_fault = self.kind is AlertKind.CAMERA_FAULT
        if is_fault != (self.fault is not None):
            raise ValueError("a camera_fault has a fault, and nothing else has one")
        if is_fault == (self.track is not None):
            raise ValueError("an alert has a track, but for a camera_fault, which has none")
        return self


class AlertRecord(BaseModel):
    """An alert as the coordinator keeps it. `version` grows with every change and is the ETag of the resource."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seq: Annotated[int, Field(gt=0)]
    received_at: datetime
    state: AlertState
    version: Annotated[int, Field(gt=0)]
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    """Who has it in hand; changes with a hand-over."""
    note: str | None = None
    outcome: RejectReason | Disposition | None = None
    """Why it was rejected, or how it ended."""
    confirmed: bool | None = None
    """Of a plate hit that requires confirmation, what a person has said; None of all others and before."""
    escalation: Annotated[int, Field(ge=0)] = 0
    """How many deadlines have passed since it last moved."""
    incident_id: UUID | None = None
    """The incident that it belongs to together with other alerts."""
    clip: ClipRef | None = None
    """The alert's clip, once it has arrived. Its coming changes neither `version` nor the feed."""
    alert: Alert
