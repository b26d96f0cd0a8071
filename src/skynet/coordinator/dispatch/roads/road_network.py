"""The ways from many units to one place, for one way of moving: vehicles, which obey one-ways, or people on foot.

One run of Dijkstra's algorithm goes from the place outwards against the direction of travel, bounded by a time; every
unit then reads its time off the two ends of the edge that it stands on. Turn restrictions and traffic are not known.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import KDTree

from skynet.coordinator.dispatch.roads.roads import DRIVE, ONEWAY, WALK, Roads
from skynet.domain.great_circle import EARTH_RADIUS_M

MAX_OFF_ROAD_M = 300.0
"""Whoever is farther from every road is on none of this map's."""
JUNCTION_M = 1.0
"""Whoever is so near to the end of an edge stands at the junction: no one-way keeps them from leaving it."""
WALK_KMH = 5.0
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class OnRoad:
    """The nearest point on a road: `share` of `edge` behind its tail, and how far off it the asked-for point lies."""

    edge: int
    share: float
    off_m: float


@dataclass(frozen=True, slots=True)
class Route:
    """The fastest way and its length, both with the walk to and from the road at its ends."""

    duration_s: float
    distance_m: float


class RoadNetwork:
    """Immutable once made; calls may come from any thread.

    `on_foot`: every edge that is walked, both ways, at WALK_KMH; else every edge that is driven.
    Raises ValueError when the roads hold none of either.
    """

    def __init__(self, roads: Roads, *, on_foot: bool) -> None:
        used = np.flatnonzero(roads.flags & (WALK if on_foot else DRIVE))
        if not len(used):
            raise ValueError("the map holds no roads for this way of moving")
        self._tail, self._head = roads.tail[used], roads.head[used]
        self._length = roads.length_m[used].astype(np.float64)
        speed = np.full(len(used), WALK_KMH) if on_foot else roads.speed_kmh[used].astype(np.float64)
        self._time = self._length / (speed / 3.6)
        self._both_ways = np.full(len(used), True) if on_foot else (roads.flags[used] & ONEWAY) == 0
        self._squeeze = math.cos(math.radians(float(roads.latitude.mean())))
        self._x, self._y = self._plane(roads.latitude, roads.longitude)
        middles = np.stack([self._middle(self._x), self._middle(self._y)], axis=1)
        self._middles = KDTree(middles)
        spans = np.hypot(*(axis[self._head] - axis[self._tail] for axis in (self._x, self._y)))
        self._half_longest = float(spans.max()) / 2
        self._arcs, self._arc_length = self._backwards(len(roads.latitude))
        size = self._arcs.shape[0]
        self._keys = np.repeat(np.arange(size, dtype=np.int64), np.diff(self._arcs.indptr)) * size + self._arcs.indices

    @property
    def edges(self) -> int:
        return len(self._tail)

    def nearest(self, places: Sequence[tuple[float, float]]) -> list[OnRoad | None]:
        """The nearest point of any edge to each place (latitude, longitude), None beyond MAX_OFF_ROAD_M."""
        if not places:
            return []
        where: Floats = np.array(places, np.float64)
        x, y = self._plane(where[:, 0], where[:, 1])
        points = np.stack([x, y], axis=1)
        answer, _ = self._middles.query(points, distance_upper_bound=MAX_OFF_ROAD_M + self._half_longest)
        closest: Floats = np.asarray(answer, np.float64)
        near = np.flatnonzero(np.isfinite(closest))
        answers: list[OnRoad | None] = [None] * len(places)
        if not len(near):
            return answers
        # The nearest edge is no farther than the edge with the nearest middle, so its own middle is at most half the
        # longest edge farther.
        found = self._middles.query_ball_point(points[near], closest[near] + self._half_longest + 1e-6)
        edges = np.concatenate(found).astype(np.int64)
        who = np.repeat(near, [len(one) for one in found])
        share, off = self._foot(x[who], y[who], edges)
        order = np.lexsort((off, who))
        for best in order[np.append(True, np.diff(who[order]) > 0)]:
            if off[best] <= MAX_OFF_ROAD_M:
                edge, at = int(edges[best]), float(share[best])
                if min(at, 1 - at) * self._length[edge] <= JUNCTION_M:
                    at = float(round(at))
                answers[who[best]] = OnRoad(edge, at, float(off[best]))
        return answers

    def routes(self, to: OnRoad, starts: Sequence[OnRoad], limit_s: float) -> list[Route | None]:
        """For each of `starts` the fastest way to `to`; None of one that takes longer than `limit_s` on the road, or
        that no road leads from."""
        if not starts:
            return []
        source = self._arcs.shape[0] - 1
        times, tree = dijkstra(
            self._with_target(to), directed=True, indices=np.array([source]), return_predecessors=True, limit=limit_s
        )
        time, before = times[0], tree[0]
        edges = np.array([start.edge for start in starts])
        share = np.array([start.share for start in starts])
        rest = 1.0 - share
        by_either, span = self._both_ways[edges] | (share == 0), self._time[edges]
        by_head = time[self._head[edges]] + rest * span
        by_tail = np.where(by_either, time[self._tail[edges]] + share * span, np.inf)
        over_head = by_head <= by_tail
        duration = np.where(over_head, by_head, by_tail)
        first = np.where(over_head, self._head[edges], self._tail[edges])
        distance = np.where(over_head, rest, share) * self._length[edges]
        found = np.isfinite(duration)
        distance[found] += self._walked_back(first[found], before, to)
        self._along_the_same_edge(to, edges, share, duration, distance)
        answers: list[Route | None] = []
        for start, seconds, metres in zip(starts, duration, distance, strict=True):
            off = start.off_m + to.off_m
            reached = math.isfinite(seconds) and seconds <= limit_s
            answers.append(Route(float(seconds) + off / (WALK_KMH / 3.6), float(metres) + off) if reached else None)
        return answers

    def _plane(self, latitude: Floats, longitude: Floats) -> tuple[Floats, Floats]:
        """Metres east and north on a plane that is true to 1 % within 100 km of the map's middle at city latitudes."""
        scale = math.radians(1.0) * EARTH_RADIUS_M
        return longitude * (scale * self._squeeze), latitude * scale

    def _middle(self, axis: Floats) -> Floats:
        middle: Floats = (axis[self._tail] + axis[self._head]) / 2
        return middle

    def _foot(self, x: Floats, y: Floats, edges: npt.NDArray[np.int64]) -> tuple[Floats, Floats]:
        """Of each point the nearest one of the edge beside it: its share of the edge, and how far off it lies."""
        start_x, start_y = self._x[self._tail[edges]], self._y[self._tail[edges]]
        along_x, along_y = self._x[self._head[edges]] - start_x, self._y[self._head[edges]] - start_y
        squared = np.maximum(along_x * along_x + along_y * along_y, 1e-12)
        share = np.clip(((x - start_x) * along_x + (y - start_y) * along_y) / squared, 0.0, 1.0)
        return share, np.hypot(start_x + share * along_x - x, start_y + share * along_y - y)

    def _backwards(self, nodes: int) -> tuple[csr_array, Floats]:
        """Arcs from head to tail, the quickest of parallel ones, and their lengths; the last node is for the target."""
        twice = self._both_ways
        start = np.concatenate([self._head, self._tail[twice]]).astype(np.int64)
        end = np.concatenate([self._tail, self._head[twice]]).astype(np.int64)
        time = np.concatenate([self._time, self._time[twice]])
        length = np.concatenate([self._length, self._length[twice]])
        order = np.lexsort((time, end, start))
        start, end, time, length = start[order], end[order], time[order], length[order]
        first = np.append(True, (start[1:] != start[:-1]) | (end[1:] != end[:-1]))
        start, end, time, length = start[first], end[first], time[first], length[first]
        counts = np.bincount(start, minlength=nodes + 1)
        starts = np.concatenate([[0], np.cumsum(counts)])
        arcs = csr_array((time, end.astype(np.int32), starts.astype(np.int32)), shape=(nodes + 1, nodes + 1))
        return arcs, length

    def _with_target(self, to: OnRoad) -> csr_array:
        """The arcs, and those from the target to the ends of its edge."""
        ends, times = [int(self._tail[to.edge])], [to.share * self._time[to.edge]]
        if self._both_ways[to.edge] or to.share == 1:
            ends.append(int(self._head[to.edge]))
            times.append((1 - to.share) * self._time[to.edge])
        arcs = self._arcs
        starts = arcs.indptr.copy()
        starts[-1] += len(ends)
        # A target at a node is no distance from it, and csgraph takes a zero for no arc at all.
        data = np.concatenate([arcs.data, np.maximum(times, 1e-9)])
        return csr_array((data, np.concatenate([arcs.indices, np.array(ends, np.int32)]), starts), shape=arcs.shape)

    def _walked_back(self, nodes: npt.NDArray[np.int32], before: npt.NDArray[np.int32], to: OnRoad) -> Floats:
        """Metres from each of `nodes` to the target along the tree of fastest ways, all walked at the same time."""
        source = self._arcs.shape[0] - 1
        metres, at, moving = np.zeros(len(nodes)), nodes.astype(np.int64), np.arange(len(nodes))
        while len(moving):
            here = at[moving]
            previous = before[here].astype(np.int64)
            last = previous == source
            ends_at_tail = here[last] == self._tail[to.edge]
            metres[moving[last]] += np.where(ends_at_tail, to.share, 1 - to.share) * self._length[to.edge]
            moving, here, previous = moving[~last], here[~last], previous[~last]
            metres[moving] += self._arc_length[np.searchsorted(self._keys, previous * (source + 1) + here)]
            at[moving] = previous
        return metres

    def _along_the_same_edge(
        self, to: OnRoad, edges: npt.NDArray[np.int64], share: Floats, duration: Floats, distance: Floats
    ) -> None:
        """Whoever stands on the target's own edge may go straight along it."""
        ahead = (edges == to.edge) & ((share <= to.share) | self._both_ways[to.edge])
        straight = np.abs(to.share - share)
        quicker = ahead & (straight * self._time[to.edge] < duration)
        duration[quicker] = straight[quicker] * self._time[to.edge]
        distance[quicker] = straight[quicker] * self._length[to.edge]
