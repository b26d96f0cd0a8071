"""The edge configuration as values: what a box watches, where it keeps its data and whom it reports to.

Pure: nothing in here reads a file or the environment (`config_file` does). No `repr` shows a credential.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ByteSize,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)

from skynet.domain import Camera, Point, Polygon, Rule, RuleSet
from skynet.domain.camera_assignment import DeclaredStream
from skynet.domain.ids import Slug
from skynet.domain.rule import LineShape, PointShares
from skynet.edge.connect_gate import DEFAULT_SLOTS
from skynet.edge.picture_health_config import PictureHealthConfig
from skynet.media.stream_url import redact, scheme_of

MIB = 1 << 20
CLIP_SLACK_S = 4.0
"""A clip begins with the keyframe before its pre-roll, and is cut a moment after its post-roll."""


def _spans_area(points: tuple[PointShares, ...]) -> tuple[PointShares, ...]:
    Polygon(tuple(Point(*point) for point in points))
    return points


def _http_address(url: str) -> str:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname is not None and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ValueError("is no address of a coordinator; expected e.g. https://coordinator.example:8700")
    if parts.username is not None or parts.password is not None:
        raise ValueError("must not hold user or password; the coordinator knows boxes by their token")
    if parts.query or parts.fragment:
        raise ValueError("must end after the host, port and path; remove what follows the '?' or '#'")
    return url.rstrip("/")


def _host_and_port(address: str) -> str:
    host, _, port = address.rpartition(":")
    if not host.strip("[]") or not (port.isascii() and port.isdigit() and 0 < int(port[:6]) < 65536):
        raise ValueError("is no address of a gpsd; expected e.g. 127.0.0.1:2947")
    return address


Zone = Annotated[tuple[PointShares, ...], AfterValidator(_spans_area)]
GateMode = Literal["auto", "always", "keyframes", "shadow"]
"""auto: decode while something happens; always: everything; keyframes: nothing else, ever; shadow: everything, and say
what auto would have missed."""
DetectorName = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class RulesConfig(_Section):
    """Zones, lines and rules, as they stand in a rules file and under each camera."""

    zones: dict[Slug, Zone] = {}
    lines: dict[Slug, LineShape] = {}
    rules: tuple[Rule, ...] = ()

    def rule_set(self) -> RuleSet:
        return RuleSet(zones=self.zones, lines=self.lines, rules=self.rules)


class RingConfig(_Section):
    """How much of a stream is held in memory, and how far its analysis may lag before it skips to now."""

    max_bytes: Annotated[ByteSize, Field(ge=MIB)] = ByteSize(32 * MIB)
    max_seconds: Annotated[float, Field(gt=0, le=600)] = 30.0
    max_lag_s: Annotated[float, Field(gt=0, le=60)] = 2.0


class PositionConfig(_Section):
    """Where a camera that moves is asked for its position."""

    gpsd: Annotated[str, AfterValidator(_host_and_port)]
    """`host:port`."""

    @property
    def address(self) -> tuple[str, int]:
        host, _, port = self.gpsd.rpartition(":")
        return host.strip("[]"), int(port)


class CameraConfig(RulesConfig):
    """One camera and how it is watched. Times in seconds."""

    id: Slug
    name: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    site: Slug
    source: SecretStr
    """Stream address or file path; may hold credentials, so only `shown_source` is for people."""
    sub_source: SecretStr | None = None
    """The camera's small stream of the same picture: it is analysed in place of `source`, which then is only held in
    memory, for sharp crops, snapshots and clips."""
    onvif: SecretStr | None = None
    """The address of the camera's ONVIF device service, with its login, as `source` has it: the box then subscribes to
    what the camera notices by itself (motion, tampering, its own plate rule). None: the box does not ask."""
    transport: Literal["auto", "tcp", "udp"] = "auto"
    reader: Literal["auto", "ffmpeg", "native"] = "auto"
    """Who reads an RTSP stream: FFmpeg, on a thread for each camera, or the box's own client (native), on one for all;
    auto: our own, and FFmpeg for a camera that it fails at."""
    timeout_s: Annotated[float, Field(ge=0.5, le=300)] = 10.0
    """How long a camera may take to answer, and be silent while it is not known how often its pictures come."""
    verify_tls: bool = True
    """Of rtsps:// and of https:// in `onvif`: whether its certificate must be one that this box trusts."""
    loop: bool = False
    analysis_fps: Annotated[float, Field(gt=0, le=60)] = 5.0
    gate: GateMode | None = None
    """None: the box's."""
    looks: Literal["auto", "keyframes", "every"] = "auto"
    """What a sleeping camera looks at; auto: keyframes, and every picture of a sub-stream."""
    ring: RingConfig | None = None
    """None: the box's."""
    detector: DetectorName | None = None
    """None: the box's."""
    privacy_masks: tuple[Zone, ...] = ()
    declared: DeclaredStream | None = None
    """What `source` is to deliver; None: whatever comes is right."""
    picture_health: PictureHealthConfig | None = None
    """None: the box's."""
    position: PositionConfig | None = None
    """None: the box's."""

    @model_validator(mode="after")
    def _only_files_loop(self) -> Self:
        if self.loop and not self.is_file:
            raise ValueError("'loop' is for files; remove it from this camera")
        return self

    @model_validator(mode="after")
    def _only_rtsps_is_verified(self) -> Self:
        named = [source for source in (self.source, self.sub_source) if source]
        secure = any(scheme_of(one.get_secret_value()) == "rtsps" for one in named)
        if self.onvif and self.onvif.get_secret_value().startswith("https://"):
            secure = True
        if not self.verify_tls and not secure:
            raise ValueError("'verify_tls' is for rtsps:// addresses; remove it from this camera")
        return self

    @model_validator(mode="after")
    def _two_streams_are_live(self) -> Self:
        if self.sub_source and (self.is_file != (not scheme_of(self.sub_source.get_secret_value()))):
            raise ValueError("'sub_source' and 'source' must both be files or both be streams")
        return self

    @property
    def is_file(self) -> bool:
        return not scheme_of(self.source.get_secret_value())

    @property
    def looks_at_every_picture(self) -> bool:
        return self.looks == "every" or (self.looks == "auto" and self.sub_source is not None)

    @property
    def shown_source(self) -> str:
        """The source without credentials."""
        return redact(self.source.get_secret_value())

    @property
    def camera(self) -> Camera:
        return Camera(id=self.id, name=self.name, site=self.site)

    @property
    def masks(self) -> tuple[Polygon, ...]:
        return tuple(Polygon(tuple(Point(*point) for point in mask)) for mask in self.privacy_masks)


class CoordinatorConfig(_Section):
    """Where alerts go. The token stands in a file or in an environment variable, never in the configuration."""

    url: Annotated[str, AfterValidator(_http_address)]
    token_file: Path | None = None
    token_env: Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")] | None = None
    assigns_cameras: bool = False
    """The coordinator says which cameras this box watches, besides those under `cameras`."""

    @model_validator(mode="after")
    def _one_token(self) -> Self:
        if (self.token_file is None) == (self.token_env is None):
            raise ValueError("name the box's token by either token_file or token_env")
        return self


class HealthConfig(_Section):
    """The local status pages. They need no token: keep them on the loopback address unless the network is trusted."""

    host: Annotated[str, StringConstraints(min_length=1, max_length=255)] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8701
    """0 takes a free one, which the log names."""
    report_every_s: Annotated[float, Field(ge=0.2, le=300)] = 5.0
    """How often the coordinator hears from the box."""


class OutboxConfig(_Section):
    """How much may wait for a coordinator that cannot be reached."""

    max_bytes: Annotated[ByteSize, Field(ge=MIB)] = ByteSize(512 * MIB)
    min_free_disk_bytes: Annotated[ByteSize, Field(ge=0)] = ByteSize(256 * MIB)


class ClipsConfig(_Section):
    """The video that goes with an alert: so many seconds before and after it, and how much of it may wait on disk."""

    enabled: bool = True
    pre_roll_s: Annotated[float, Field(ge=0, le=60)] = 10.0
    post_roll_s: Annotated[float, Field(ge=0, le=60)] = 5.0
    max_bytes: Annotated[ByteSize, Field(ge=MIB)] = ByteSize(1024 * MIB)


class InferenceConfig(_Section):
    """Where networks run. `slots` is how many run at once, 0 as many as there are cores."""

    provider: Literal["cpu", "openvino", "cuda", "tensorrt"] = "cpu"
    slots: Annotated[int, Field(ge=0, le=256)] = 0


class EdgeConfig(_Section):
    """A whole box. Paths are absolute."""

    box_id: Slug
    coordinator: CoordinatorConfig
    data_dir: Path
    models_dir: Path | None = None
    detector: DetectorName = "auto"
    plates: bool = True
    hot_list: Path | None = None
    """Vehicles to look for, as CSV or compiled; None: for none."""
    health: HealthConfig = HealthConfig()
    outbox: OutboxConfig = OutboxConfig()
    ring: RingConfig = RingConfig()
    clips: ClipsConfig = ClipsConfig()
    position: PositionConfig | None = None
    """None: the box does not move, or does not know where it is."""
    gate: GateMode = "auto"
    picture_health: PictureHealthConfig = PictureHealthConfig()
    inference: InferenceConfig = InferenceConfig()
    decode_threads: Annotated[int, Field(ge=0, le=256)] = 0
    """Threads that decode and analyse all cameras; 0 as many as there are cores."""
    connects_at_once: Annotated[int, Field(ge=1, le=256)] = DEFAULT_SLOTS
    """So many cameras may connect at the same time."""
    camera_logins: Path | None = None
    """Users and passwords of assigned cameras, by name."""
    cameras: Annotated[tuple[CameraConfig, ...], Field(max_length=1024)] = ()

    @model_validator(mode="after")
    def _watches_something(self) -> Self:
        if not self.cameras and not self.coordinator.assigns_cameras:
            raise ValueError("'cameras' names none; add one, or set 'coordinator.assigns_cameras: true'")
        return self

    @field_validator("hot_list")
    @classmethod
    def _hits_need_reads(cls, file: Path | None, info: ValidationInfo) -> Path | None:
        if file and not info.data.get("plates", True):
            raise ValueError("needs 'plates: true': without reading plates nothing can be found")
        return file

    @model_validator(mode="after")
    def _rings_hold_clips(self) -> Self:
        clips = self.clips
        needed_s = clips.pre_roll_s + clips.post_roll_s + CLIP_SLACK_S
        for index, camera in enumerate(self.cameras):
            held_s = self.ring_of(camera).max_seconds
            if clips.enabled and held_s < needed_s:
                raise ValueError(
                    f"the ring of cameras[{index}] holds {held_s:g} s, clips of {clips.pre_roll_s:g} s before and "
                    f"{clips.post_roll_s:g} s after an alert need {needed_s:g} s; give 'ring.max_seconds' more"
                )
        return self

    def ring_of(self, camera: CameraConfig) -> RingConfig:
        return camera.ring or self.ring

    def picture_health_of(self, camera: CameraConfig) -> PictureHealthConfig:
        return camera.picture_health or self.picture_health

    def position_of(self, camera: CameraConfig) -> PositionConfig | None:
        return camera.position or self.position

    def gate_of(self, camera: CameraConfig) -> GateMode:
        return camera.gate or self.gate
