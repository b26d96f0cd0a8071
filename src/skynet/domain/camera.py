"""Cameras and how they are doing."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from skynet.domain.ids import Slug


class CameraState(StrEnum):
    """Why a camera delivers pictures, or why not: each is a different phone call for an operator."""

    CONNECTING = "connecting"
    LIVE = "live"
    STALLED = "stalled"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    UNAUTHORISED = "unauthorised"
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
