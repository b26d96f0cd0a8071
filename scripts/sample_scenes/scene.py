"""A scene as data: camera, light, street, actors, and the zones, lines and rules that its events refer to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from .actors import Actor
from .camera_look import SensorLook
from .camera_view import CameraView
from .lighting import Lighting
from .scenery import Prop

Ground = tuple[float, float]


@dataclass(frozen=True)
class Line:
    """A counting line between two points of the ground."""

    start: Ground
    end: Ground


@dataclass(frozen=True)
class Lane:
    """A piece of carriageway and the permitted direction of travel, on the ground."""

    zone: tuple[Ground, ...]
    direction: Ground


@dataclass(frozen=True)
class Rule:
    """Which events the truth lists: a kind, a place, and the labels it is about."""

    kind: str
    place: str
    labels: tuple[str, ...]


VEHICLES = ("car", "bus", "truck", "motorcycle")


@dataclass
class Scene:
    """All that is needed to render a clip and to write its truth; `lettering` is the overlay's size in heights."""

    name: str
    camera_name: str
    camera: CameraView
    lighting: Lighting
    props: list[Prop]
    actors: list[Actor]
    seconds: float
    start: datetime
    look: SensorLook
    bit_rate: int
    shadow_centre: tuple[float, float, float]
    shadow_half: float
    zones: dict[str, tuple[Ground, ...]] = field(default_factory=dict)
    lines: dict[str, Line] = field(default_factory=dict)
    lanes: dict[str, Lane] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    fps: int = 25
    clock_from: datetime | None = None
    name_above: bool = False
    lettering: float = 0.04
