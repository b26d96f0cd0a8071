"""Makes roads out of the ways of a map."""

from __future__ import annotations

import itertools
import math
from array import array
from collections.abc import Hashable, Iterable
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from skynet.coordinator.dispatch.roads.map_file import Vertex, Way
from skynet.coordinator.dispatch.roads.road_class import RoadClass, road_class_of
from skynet.coordinator.dispatch.roads.roads import DRIVE, ONEWAY, WALK, Roads
from skynet.domain.errors import BadInputError
from skynet.domain.great_circle import great_circle_m

LONGEST_M = 100.0
"""Longer edges are cut: the search for the nearest edge goes by the edges' middles."""
SHORTEST_M = 0.1
ISLAND_SHARE = 0.05
"""Pieces of the network with a smaller share of all nodes than this are left out: whoever was put onto a car park that
the map does not join to any street would reach nothing."""


@dataclass(frozen=True, slots=True)
class ImportedRoads:
    """`ways` were used, `ignored` are no roads of ours, `cut_off` edges lay on pieces that nothing joins."""

    roads: Roads
    ways: int
    ignored: int
    cut_off: int


class _Drawing:
    """Nodes and edges as they are found."""

    def __init__(self) -> None:
        self.latitude, self.longitude = array("d"), array("d")
        self.tail, self.head = array("i"), array("i")
        self.length_m, self.speed_kmh, self.flags = array("f"), array("f"), array("B")
        self._known: dict[Hashable, int] = {}

    def node(self, vertex: Vertex) -> int:
        index = self._known.get(vertex.key)
        if index is None:
            index = self._known[vertex.key] = self.place(vertex.latitude, vertex.longitude)
        return index

    def place(self, latitude: float, longitude: float) -> int:
        self.latitude.append(latitude)
        self.longitude.append(longitude)
        return len(self.latitude) - 1

    def line(self, start: Vertex, end: Vertex, road: RoadClass) -> None:
        """Edges from `start` to `end`, none longer than LONGEST_M."""
        length = great_circle_m(start.latitude, start.longitude, end.latitude, end.longitude)
        pieces = max(1, math.ceil(length / LONGEST_M))
        flags = DRIVE * road.drive | WALK * road.walk | ONEWAY * (road.direction != 0)
        before = self.node(start)
        for i in range(1, pieces + 1):
            share = i / pieces
            if i == pieces:
                after = self.node(end)
            else:
                after = self.place(
                    start.latitude + share * (end.latitude - start.latitude),
                    start.longitude + share * (end.longitude - start.longitude),
                )
            self.tail.append(before)
            self.head.append(after)
            self.length_m.append(max(SHORTEST_M, length / pieces))
            self.speed_kmh.append(road.speed_kmh)
            self.flags.append(flags)
            before = after


def import_roads(ways: Iterable[Way]) -> ImportedRoads:
    """The roads of a map. Raises BadInputError when it has none."""
    drawing, used, ignored = _Drawing(), 0, 0
    for way in ways:
        road = road_class_of(way.tags)
        if road is None or len(way.vertices) < 2:
            ignored += 1
            continue
        used += 1
        vertices = way.vertices[::-1] if road.direction < 0 else way.vertices
        for start, end in itertools.pairwise(vertices):
            if start.key != end.key:
                drawing.line(start, end, road)
    if not drawing.tail:
        raise BadInputError("the map holds no roads: no line with two points and a 'highway' that is used here")
    whole = Roads(
        np.array(drawing.latitude, np.float64),
        np.array(drawing.longitude, np.float64),
        np.array(drawing.tail, np.int32),
        np.array(drawing.head, np.int32),
        np.array(drawing.length_m, np.float32),
        np.array(drawing.speed_kmh, np.float32),
        np.array(drawing.flags, np.uint8),
    )
    roads = _joined(whole)
    return ImportedRoads(roads, used, ignored, len(whole.tail) - len(roads.tail))


def _joined(roads: Roads) -> Roads:
    """Without the pieces that nothing joins. What only walkers use joins nothing for vehicles, so each way of moving
    is looked at by itself."""
    flags = roads.flags.copy()
    for bit in (DRIVE, WALK):
        used = (flags & bit) > 0
        if not used.any():
            continue
        count = len(roads.latitude)
        links = coo_array((np.ones(used.sum(), np.int8), (roads.tail[used], roads.head[used])), shape=(count, count))
        _, piece = connected_components(links, directed=False)
        touched = np.unique(np.concatenate([roads.tail[used], roads.head[used]]))
        sizes = np.bincount(piece[touched], minlength=count)
        small = sizes[piece[roads.tail]] < max(2, ISLAND_SHARE * len(touched))
        flags[used & small] &= np.uint8(0xFF ^ bit)
    keep = (flags & (DRIVE | WALK)) > 0
    nodes, ends = np.unique(np.concatenate([roads.tail[keep], roads.head[keep]]), return_inverse=True)
    tail, head = np.split(ends.astype(np.int32), 2)
    return Roads(
        roads.latitude[nodes],
        roads.longitude[nodes],
        tail,
        head,
        roads.length_m[keep],
        roads.speed_kmh[keep],
        flags[keep],
    )
