"""Cameras and how they are doing."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from skynet.domain.camera_fault import CameraFault
from skynet.domain.geo_position import GeoPosition
from skynet.domain.ids import Slug


class CameraState(StrEnum):
    """Why a camera delivers pictures, or why not: each is a different phone call for an operator."""

    CONNECTING = "connecting"
    LIVE = "live"
    STALLED = "stalled"
    UNREACHABLE = "unreachable"
    """No way to it: its name is unknown, the network has no route, or the stream broke off."""
    TIMED_OUT = "timed_out"
    """Nothing answered in time."""
    REFUSED = "refused"
    """Nobody listens on the port."""
    BUSY = "busy"
    """It serves others already and has nothing left for us (453, 503)."""
    UNAUTHORISED = "unauthorised"
    UNTRUSTED = "untrusted"
    """Its certificate cannot be verified."""
    NOT_FOUND = "not_found"
    UNSUPPORTED = "unsupported"
    FAILED = "failed"
    ENDED = "ended"


class Camera(BaseModel):
    """A camera as everybody may know it: never its stream address, which may hold credentials."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Slug
    name: Annotated[str, Field(min_length=1, max_length=120)]
    site: Slug


class GateHealth(BaseModel):
    """How a camera's activity gate is doing, counted since its worker started."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mode: Literal["auto", "always", "keyframes", "shadow"]
    awake: bool
    """False while only keyframes are looked at (in shadow mode: would be)."""
    trusted: bool
    """False when the camera is decoded all the time, because the gate has missed something or cannot judge it."""
    reason: Annotated[str, Field(max_length=200)] = ""
    awake_share: Annotated[float, Field(ge=0, le=1)] = 1.0
    """Share of the time that it was awake."""
    wakes: Annotated[int, Field(ge=0)] = 0
    false_wakes: Annotated[int, Field(ge=0)] = 0
    checks: Annotated[int, Field(ge=0)] = 0
    missed: Annotated[int, Field(ge=0)] = 0
    """Self-checks that found what the gate had slept through, and in shadow mode what it would have lost."""


class CameraHealth(BaseModel):
    """How one camera is doing, counted since its worker started."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    camera: Camera
    state: CameraState
    since: datetime
    detail: Annotated[str, Field(max_length=500)] = ""
    codec: Annotated[str, Field(max_length=32)] = ""
    width: Annotated[int, Field(ge=0)] = 0
    height: Annotated[int, Field(ge=0)] = 0
    frames_decoded: Annotated[int, Field(ge=0)] = 0
    frames_analysed: Annotated[int, Field(ge=0)] = 0
    frames_dropped: Annotated[int, Field(ge=0)] = 0
    decode_errors: Annotated[int, Field(ge=0)] = 0
    reconnects: Annotated[int, Field(ge=0)] = 0
    restarts: Annotated[int, Field(ge=0)] = 0
    alerts: Annotated[int, Field(ge=0)] = 0
    decode_fps: Annotated[float, Field(ge=0)] = 0.0
    gate: GateHealth | None = None
    losses: dict[str, int] = {}
    """What the network lost on the way, by kind, where the reader counts it."""
    faults: Annotated[tuple[CameraFault, ...], Field(max_length=16)] = ()
    """What is wrong with the picture or the stream while it comes; the longest first."""
    position: GeoPosition | None = None
    """Where a camera that moves (bus, taxi) was when it last knew."""
