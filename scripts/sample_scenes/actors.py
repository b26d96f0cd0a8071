"""What moves (or stands parked) in a scene: vehicles, walkers, riders; each says where it is and how it is drawn."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from .lighting import HeadLight
from .mesh import Mesh, merged, rotation, translation
from .motion import Pose, Route
from .pedestrian import Look, person_mesh
from .plate_art import Plate
from .skeleton import stride_length, walking
from .two_wheeler import TwoWheeler, spun
from .vehicle_mesh import VehicleModel, plate_mesh

Matrix = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Piece:
    """A mesh to draw this frame. `key` names a mesh that never changes (uploaded once); None means drawn fresh."""

    mesh: Mesh
    model: Matrix
    key: str | None
    skin: str | None = None
    head_glow: float = 0.0
    tail_glow: float = 0.0


@dataclass(frozen=True)
class Contact:
    """The dark patch under something: centre, heading, half length, half width, strength."""

    pose: Pose
    half_length: float
    half_width: float
    strength: float
    softness: float


class Actor(ABC):
    """One object of the truth."""

    label: str
    colour_name: str
    plate: Plate | None

    def __init__(self, identity: int, route: Route) -> None:
        self.identity = identity
        self.route = route

    def pose(self, t: float) -> Pose | None:
        """Where it is at `t` seconds, None while absent."""
        return self.route.at(t)

    def placed(self, pose: Pose) -> Matrix:
        """Object axes to the world."""
        return translation(pose.x, pose.y, 0.0) @ rotation("z", pose.heading)

    @abstractmethod
    def pieces(self, t: float, pose: Pose) -> list[Piece]:
        """Meshes of this moment."""

    @abstractmethod
    def outline(self, t: float, pose: Pose) -> npt.NDArray[np.float32]:
        """World points whose picture spans the object, (n, 3)."""

    @abstractmethod
    def contact(self, pose: Pose) -> Contact:
        """The patch of shade under it."""

    def plate_corners(self, pose: Pose) -> list[npt.NDArray[np.float32]]:
        """World corners of its plates, each (4, 3): top left, top right, bottom right, bottom left."""
        return []

    def beams(self, t: float, pose: Pose) -> list[HeadLight]:
        """Head lights on the road."""
        return []


@dataclass(frozen=True)
class LampUse:
    """How bright a vehicle's lamps are drawn, and the colour of its beams (None: no beams, as by day)."""

    head: float = 0.0
    tail: float = 0.0
    brake: float = 0.0
    beam: tuple[float, float, float] | None = None


class VehicleActor(Actor):
    """A car, bus or lorry on a route."""

    def __init__(
        self, identity: int, route: Route, model: VehicleModel, colour_name: str, lamps: LampUse | None = None
    ) -> None:
        super().__init__(identity, route)
        self.model = model
        self.label = model.shape.label
        self.colour_name = colour_name
        self.plate = model.plates[0][1] if model.plates else None
        self.lamps = lamps or LampUse()
        corners = model.body.positions
        step = max(1, len(corners) // 1500)
        self._hull = np.concatenate([corners[::step], self._extremes(corners)])

    @staticmethod
    def _extremes(points: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Points farthest out in many directions."""
        rng = np.random.default_rng(7)
        directions = rng.normal(size=(300, 3)).astype(np.float32)
        return points[np.unique(np.argmax(points @ directions.T, axis=0))]

    def _braking(self, t: float) -> bool:
        later = self.route.at(t + 0.2)
        now = self.route.at(t)
        return bool(now and later and (later.speed < now.speed - 0.15 or (now.speed < 0.05 and t < self.route.end)))

    def pieces(self, t: float, pose: Pose) -> list[Piece]:
        placed = self.placed(pose)
        name = f"vehicle-{self.identity}"
        tail = self.lamps.brake if self._braking(t) else self.lamps.tail
        found = [Piece(self.model.body, placed, f"{name}-body", name, self.lamps.head, tail)]
        roll = rotation("y", pose.travelled / self.model.shape.wheel_radius)
        for x, y, z in self.model.wheel_places:
            side = rotation("z", 0.0 if y > 0 else np.pi)
            spin = roll if y > 0 else rotation("y", -pose.travelled / self.model.shape.wheel_radius)
            found.append(Piece(self.model.wheel, placed @ translation(x, y, z) @ side @ spin, f"{name}-wheel", name))
        for index, (mesh, plate) in enumerate(self.model.plates):
            found.append(Piece(mesh, placed, f"{name}-plate-{index}", f"plate-{plate.text}-{plate.two_rows}"))
        return found

    def outline(self, t: float, pose: Pose) -> npt.NDArray[np.float32]:
        placed = self.placed(pose)
        points = [self._hull]
        ring = np.linspace(0, 2 * np.pi, 12)
        radius = self.model.shape.wheel_radius
        for x, y, z in self.model.wheel_places:
            points.append(np.stack([x + radius * np.cos(ring), np.full(12, y), z + radius * np.sin(ring)], axis=1))
        return np.concatenate(points) @ placed[:3, :3].T + placed[:3, 3]

    def contact(self, pose: Pose) -> Contact:
        return Contact(pose, self.model.length / 2 + 0.25, self.model.width / 2 + 0.22, 0.82, 0.62)

    def plate_corners(self, pose: Pose) -> list[npt.NDArray[np.float32]]:
        placed = self.placed(pose)
        order = [3, 2, 1, 0]
        return [mesh.positions[order] @ placed[:3, :3].T + placed[:3, 3] for mesh, _ in self.model.plates]

    def beams(self, t: float, pose: Pose) -> list[HeadLight]:
        if not self.lamps.beam:
            return []
        placed = self.placed(pose)
        middle = np.mean(np.array(self.model.head_lamps), axis=0)
        place = placed[:3, :3] @ middle + placed[:3, 3]
        direction = placed[:3, :3] @ np.array([0.995, 0.0, -0.10])
        direction /= np.linalg.norm(direction)
        return [HeadLight(tuple(map(float, place)), tuple(map(float, direction)), self.lamps.beam)]


class PersonActor(Actor):
    """Someone on foot."""

    label = "person"
    plate = None

    def __init__(self, identity: int, route: Route, look: Look, colour_name: str, phase: float = 0.0) -> None:
        super().__init__(identity, route)
        self.look = look
        self.colour_name = colour_name
        self.phase = phase
        self._last: tuple[float, Mesh] | None = None

    def _mesh(self, t: float, pose: Pose) -> Mesh:
        if self._last is None or self._last[0] != t:
            self._last = (t, self._grow(t, pose))
        return self._last[1]

    def _grow(self, t: float, pose: Pose) -> Mesh:
        usual = stride_length(self.look.height, 1.2 if pose.speed < 2 else pose.speed)
        sway = 0.012 * np.sin(t * 0.9 + self.phase * 9)
        skeleton = walking(self.look.height, self.phase + pose.travelled / usual, pose.speed, float(sway))
        return person_mesh(skeleton, self.look)

    def pieces(self, t: float, pose: Pose) -> list[Piece]:
        return [Piece(self._mesh(t, pose), self.placed(pose), None)]

    def outline(self, t: float, pose: Pose) -> npt.NDArray[np.float32]:
        placed = self.placed(pose)
        return self._mesh(t, pose).positions @ placed[:3, :3].T + placed[:3, 3]

    def contact(self, pose: Pose) -> Contact:
        return Contact(pose, 0.34, 0.30, 0.55, 0.05)


@dataclass
class Ride:
    """A two-wheeler, its rider and its plate."""

    machine: TwoWheeler
    look: Look
    plate: Plate | None = None
    plate_place: tuple[float, float] = field(default=(-0.93, 0.44))


class RiderActor(Actor):
    """A bicycle or motorcycle with its rider, one object of the truth."""

    def __init__(self, identity: int, route: Route, ride: Ride, label: str, colour_name: str) -> None:
        super().__init__(identity, route)
        self.ride = ride
        self.label = label
        self.colour_name = colour_name
        self.plate = ride.plate
        self._last: tuple[float, Mesh] | None = None
        self._plate_mesh = plate_mesh(ride.plate, *ride.plate_place, forward=False) if ride.plate else None

    def _mesh(self, t: float, pose: Pose) -> Mesh:
        if self._last is None or self._last[0] != t:
            self._last = (t, self._grow(pose))
        return self._last[1]

    def _grow(self, pose: Pose) -> Mesh:
        machine = self.ride.machine
        turn = pose.travelled / machine.wheel_radius
        wheels = [spun(machine.wheel, place, turn) for place in machine.wheel_places]
        rider = person_mesh(machine.rider(self.ride.look.height, pose.travelled), self.ride.look)
        return merged([machine.frame, *wheels, rider])

    def pieces(self, t: float, pose: Pose) -> list[Piece]:
        placed = self.placed(pose)
        found = [Piece(self._mesh(t, pose), placed, None)]
        if self._plate_mesh and self.plate:
            key = f"rider-{self.identity}-plate"
            found.append(Piece(self._plate_mesh, placed, key, f"plate-{self.plate.text}-{self.plate.two_rows}"))
        return found

    def outline(self, t: float, pose: Pose) -> npt.NDArray[np.float32]:
        placed = self.placed(pose)
        return self._mesh(t, pose).positions @ placed[:3, :3].T + placed[:3, 3]

    def contact(self, pose: Pose) -> Contact:
        return Contact(pose, self.ride.machine.length / 2, 0.3, 0.5, 0.2)

    def plate_corners(self, pose: Pose) -> list[npt.NDArray[np.float32]]:
        if not self._plate_mesh:
            return []
        placed = self.placed(pose)
        return [self._plate_mesh.positions[[3, 2, 1, 0]] @ placed[:3, :3].T + placed[:3, 3]]
