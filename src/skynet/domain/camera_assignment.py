"""Cameras as the coordinator assigns them to a box: the words of the control channel.

An assignment never holds a password. `login` names one that lies on the box, so that neither the coordinator's
database nor a copy of the control channel opens a camera.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from skynet.domain.geometry import Point, Polygon
from skynet.domain.ids import Slug
from skynet.domain.rule import PointShares, RuleSet

MAX_ASSIGNED = 1024


def _bare_stream_address(url: str) -> str:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("rtsp", "rtsps") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ValueError("is no stream address; expected e.g. rtsp://192.0.2.10:554/stream1")
    if "@" in url:
        raise ValueError("must not hold user or password; name a login of the box instead")
    return url


def _spans_area(points: tuple[PointShares, ...]) -> tuple[PointShares, ...]:
    Polygon(tuple(Point(*point) for point in points))
    return points


StreamAddress = Annotated[str, Field(max_length=1000), AfterValidator(_bare_stream_address)]
MaskShape = Annotated[tuple[PointShares, ...], Field(max_length=64), AfterValidator(_spans_area)]
"""Corners of a privacy mask as fractions of the picture."""


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class DeclaredStream(_Value):
    """What a camera is declared to deliver: pixels and pictures a second."""

    width: Annotated[int, Field(gt=0, le=32768)]
    height: Annotated[int, Field(gt=0, le=32768)]
    fps: Annotated[float, Field(gt=0, le=240)]


class CameraAssignment(_Value):
    """One camera of a box. What is left out is as the box's own configuration has it by default."""

    id: Slug
    name: Annotated[str, Field(min_length=1, max_length=120)]
    site: Slug
    source: StreamAddress
    """The main stream."""
    sub_source: StreamAddress | None = None
    """The small stream of the same picture, for analysis."""
    login: Slug | None = None
    """Which of the box's camera logins opens the streams; None: they need none."""
    transport: Literal["auto", "tcp", "udp"] = "auto"
    verify_tls: bool = True
    """Of rtsps://: whether its certificate must be one that the box trusts."""
    analysis_fps: Annotated[float, Field(gt=0, le=60)] = 5.0
    rules: RuleSet = RuleSet()
    privacy_masks: Annotated[tuple[MaskShape, ...], Field(max_length=64)] = ()
    declared: DeclaredStream | None = None


class AssignedCameras(_Value):
    """All cameras of a box. `version` grows with every change of them."""

    version: Annotated[int, Field(ge=0)]
    cameras: Annotated[tuple[CameraAssignment, ...], Field(max_length=MAX_ASSIGNED)]

    @model_validator(mode="after")
    def _ids_differ(self) -> Self:
        ids = [camera.id for camera in self.cameras]
        if len(set(ids)) < len(ids):
            raise ValueError("a camera is assigned twice")
        return self
