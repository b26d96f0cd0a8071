from __future__ import annotations

import heapq
import itertools
import math
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from skynet.coordinator.dispatch.roads.road_network import MAX_OFF_ROAD_M, WALK_KMH, OnRoad, RoadNetwork
from skynet.coordinator.dispatch.roads.roads import DRIVE, ONEWAY, WALK, Roads

METRE = 1 / 111_195.08
"""One metre north, in degrees."""


def roads(nodes: list[tuple[float, float]], edges: list[tuple[int, int, float, int]]) -> Roads:
    """Nodes in metres east and north of 0, 0 (on the equator); edges: tail, head, km/h, flags."""
    east, north = (np.array(axis, np.float64) for axis in zip(*nodes, strict=True))
    tail, head = (np.array([edge[i] for edge in edges], np.int32) for i in (0, 1))
    length = np.hypot(east[tail] - east[head], north[tail] - north[head])
    speed = np.array([edge[2] for edge in edges], np.float32)
    flags = np.array([edge[3] for edge in edges], np.uint8)
    return Roads(north * METRE, east * METRE, tail, head, np.maximum(length, 0.1).astype(np.float32), speed, flags)


places = st.tuples(*[st.integers(-300, 300).map(float)] * 2)


@st.composite
def random_roads(draw: st.DrawFn) -> Roads:
    nodes = draw(st.lists(places, min_size=2, max_size=12, unique=True))
    ends = st.tuples(*[st.integers(0, len(nodes) - 1)] * 2).filter(lambda pair: pair[0] != pair[1])
    speeds = st.sampled_from([10.0, 25.0, 60.0])
    flags = st.sampled_from([DRIVE, DRIVE | WALK, DRIVE | ONEWAY, DRIVE | WALK | ONEWAY, WALK])
    edges = draw(st.lists(st.tuples(ends, speeds, flags), min_size=1, max_size=25))
    return roads(nodes, [(*pair, speed, flag) for pair, speed, flag in edges])


def slowest_way_round(found: Roads, edges: list[int], on_foot: bool, start: OnRoad, to: OnRoad) -> float:
    """Seconds from `start` to `to` by the textbook: both are nodes of their own that cut their edges in pieces."""
    arcs: dict[object, list[tuple[object, float]]] = defaultdict(list)
    for number, edge in enumerate(edges):
        speed = WALK_KMH if on_foot else float(found.speed_kmh[edge])
        seconds = float(found.length_m[edge]) / (speed / 3.6)
        stops = [(0.0, int(found.tail[edge])), (1.0, int(found.head[edge]))]
        stops += [(point.share, name) for point, name in ((start, "start"), (to, "to")) if point.edge == number]
        stops.sort(key=lambda stop: stop[0])
        both = on_foot or not found.flags[edge] & ONEWAY
        for (a, here), (b, there) in itertools.pairwise(stops):
            arcs[here].append((there, (b - a) * seconds))
            if both or a == b:
                arcs[there].append((here, (b - a) * seconds))
    best: dict[object, float] = {"start": 0.0}
    queue: list[tuple[float, int, object]] = [(0.0, 0, "start")]
    while queue:
        so_far, _, here = heapq.heappop(queue)
        if so_far > best[here]:
            continue
        for there, seconds in arcs[here]:
            if so_far + seconds < best.get(there, math.inf):
                best[there] = so_far + seconds
                heapq.heappush(queue, (so_far + seconds, len(best) * 1000 + len(queue), there))
    return best.get("to", math.inf)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(random_roads(), st.lists(places, min_size=2, max_size=5), st.booleans())
def test_every_way_is_as_quick_as_brute_force_finds_it(
    found: Roads, points: list[tuple[float, float]], on_foot: bool
) -> None:
    used = [int(i) for i in np.flatnonzero(found.flags & (WALK if on_foot else DRIVE))]
    assume(used)
    network = RoadNetwork(found, on_foot=on_foot)
    near = network.nearest([(north * METRE, east * METRE) for east, north in points])
    placed = [point for point in near if point is not None]
    assume(len(placed) >= 2)
    to, starts = placed[0], placed[1:]
    for start, route in zip(starts, network.routes(to, starts, 1e9), strict=True):
        expected = slowest_way_round(found, used, on_foot, start, to)
        if route is None:
            assert expected == math.inf
            continue
        off_s = (start.off_m + to.off_m) / (WALK_KMH / 3.6)
        assert route.duration_s - off_s == pytest.approx(expected, abs=1e-3)
        if on_foot:
            assert route.distance_m == pytest.approx(route.duration_s * WALK_KMH / 3.6, abs=0.05)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(random_roads(), places)
def test_the_nearest_edge_is_as_near_as_brute_force_finds_it(found: Roads, point: tuple[float, float]) -> None:
    assume((found.flags & DRIVE).any())
    network = RoadNetwork(found, on_foot=False)
    east, north = point
    distances = []
    for edge in np.flatnonzero(found.flags & DRIVE):
        a, b = (np.array([found.longitude[i], found.latitude[i]]) / METRE for i in (found.tail[edge], found.head[edge]))
        share = np.clip(np.dot([east, north] - a, b - a) / np.dot(b - a, b - a), 0, 1)
        distances.append(float(np.hypot(*(a + share * (b - a) - [east, north]))))
    (nearest,) = network.nearest([(north * METRE, east * METRE)])
    if nearest is None:
        assert min(distances) >= MAX_OFF_ROAD_M - 0.01
    else:
        assert nearest.off_m == pytest.approx(min(distances), abs=0.01)


SQUARE = [(0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (0.0, 100.0)]


def test_a_one_way_is_driven_round_and_walked_back() -> None:
    both = DRIVE | WALK
    ring = roads(SQUARE, [(i, (i + 1) % 4, 36.0, both | ONEWAY) for i in range(4)])
    metres = {}
    for on_foot in (False, True):
        network = RoadNetwork(ring, on_foot=on_foot)
        to, start = network.nearest([(0, 25 * METRE), (0, 75 * METRE)])
        assert to is not None
        assert start is not None
        (route,) = network.routes(to, [start], 1e6)
        assert route is not None
        metres[on_foot] = route.distance_m
    assert metres == {False: pytest.approx(350, abs=0.5), True: pytest.approx(50, abs=0.5)}


def test_what_is_too_far_or_not_joined_has_no_way() -> None:
    apart = roads([(0.0, 0.0), (100.0, 0.0), (0.0, 200.0), (100.0, 200.0)], [(0, 1, 36.0, DRIVE), (2, 3, 36.0, DRIVE)])
    network = RoadNetwork(apart, on_foot=False)
    to, near, far = network.nearest([(0, 0), (0, 100 * METRE), (200 * METRE, 0)])
    assert to is not None
    assert near is not None
    assert far is not None
    assert network.routes(to, [near, far], 60)[1] is None
    assert network.routes(to, [near], 9) == [None]
    assert network.routes(to, [], 9) == []
    assert network.nearest([(1.0, 1.0)]) == [None]
    with pytest.raises(ValueError, match="no roads for this way"):
        RoadNetwork(apart, on_foot=True)
