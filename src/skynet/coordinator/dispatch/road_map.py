"""The ways of units of every kind to one place: by road where the graph knows one, else along the great circle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from skynet.coordinator.dispatch.pace import DRIVEN, ON_FOOT_KMH, STRAIGHT_KMH
from skynet.coordinator.dispatch.roads.road_network import WALK_KMH, RoadNetwork
from skynet.coordinator.dispatch.roads.roads import DRIVE, WALK, Roads
from skynet.coordinator.metrics import Metrics
from skynet.domain.great_circle import great_circle_m
from skynet.domain.patrol_unit import PatrolKind

MAX_DRIVE_S = 3600.0
"""How far out the search along roads goes; whoever is farther is told by great circle."""


class Method(StrEnum):
    """What a distance was measured along."""

    ROAD = "road"
    GREAT_CIRCLE = "great_circle"


@dataclass(frozen=True, slots=True)
class Start:
    """A unit of a kind at a place."""

    kind: PatrolKind
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Reach:
    """How far and how long it is. `speed_kmh` is the stated speed of a great circle, None along roads."""

    distance_m: float
    duration_s: float
    method: Method
    speed_kmh: float | None


class RoadMap:
    """Immutable once made; without `roads` every way goes along the great circle."""

    def __init__(self, roads: Roads | None, metrics: Metrics) -> None:
        self._metrics = metrics
        self._driven = self._walked = None
        if roads is not None:
            self._driven = RoadNetwork(roads, on_foot=False) if (roads.flags & DRIVE).any() else None
            self._walked = RoadNetwork(roads, on_foot=True) if (roads.flags & WALK).any() else None

    def reaches(self, latitude: float, longitude: float, starts: Sequence[Start]) -> list[Reach]:
        """From each start to the place, in the order given. One search along roads for all that drive, one for all that
        walk."""
        found: dict[int, Reach] = {}
        expected = 0
        for network, kinds in ((self._driven, DRIVEN), (self._walked, frozenset(ON_FOOT_KMH))):
            if network is not None:
                mine = [(index, start) for index, start in enumerate(starts) if start.kind in kinds]
                expected += len(mine)
                found |= _along(network, latitude, longitude, mine)
        self._metrics.off_road.inc(expected - len(found))
        return [found.get(i) or _straight(latitude, longitude, start) for i, start in enumerate(starts)]


def _along(
    network: RoadNetwork, latitude: float, longitude: float, starts: Sequence[tuple[int, Start]]
) -> dict[int, Reach]:
    if not starts:
        return {}
    target, *points = network.nearest(
        [(latitude, longitude), *((start.latitude, start.longitude) for _, start in starts)]
    )
    if target is None:
        return {}
    placed = [(index, start, point) for (index, start), point in zip(starts, points, strict=True)]
    on_road = [(index, start, point) for index, start, point in placed if point is not None]
    routes = network.routes(target, [point for _, _, point in on_road], MAX_DRIVE_S)
    found = {}
    for (index, start, _), route in zip(on_road, routes, strict=True):
        if route is not None:
            slower = WALK_KMH / ON_FOOT_KMH.get(start.kind, WALK_KMH)
            found[index] = Reach(route.distance_m, route.duration_s * slower, Method.ROAD, None)
    return found


def _straight(latitude: float, longitude: float, start: Start) -> Reach:
    metres = great_circle_m(start.latitude, start.longitude, latitude, longitude)
    speed = STRAIGHT_KMH[start.kind]
    return Reach(metres, metres / (speed / 3.6), Method.GREAT_CIRCLE, speed)
