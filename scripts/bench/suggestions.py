"""Measures how long it takes to find the ways of many units to one place on a city's road graph.

    .venv/bin/python scripts/bench/suggestions.py [--roads FILE.npz] [--edges 100000] [--units 100] [--rounds 50]

Without a file the graph is a grid of streets with random speeds, one-ways and gaps, about as many edges as asked for.
The contender is the plain way: one bounded Dijkstra in Python for each unit, until the place is reached.
"""

from __future__ import annotations

import argparse
import heapq
import math
import time
from pathlib import Path

import numpy as np

from skynet.coordinator.dispatch.road_map import MAX_DRIVE_S
from skynet.coordinator.dispatch.roads.road_network import OnRoad, RoadNetwork
from skynet.coordinator.dispatch.roads.roads import DRIVE, ONEWAY, WALK, Roads


def grid(edges: int, random: np.random.Generator) -> Roads:
    """Streets 90 m apart around 31.8 N 117.3 E, a tenth of them missing, a quarter one-way."""
    side = round(math.sqrt(edges / 1.8))
    step = 90 / 111_195
    row, column = np.divmod(np.arange(side * side), side)
    latitude = 31.8 + row * step
    longitude = 117.3 + column * step / math.cos(math.radians(31.8))
    index = np.arange(side * side).reshape(side, side)
    tail = np.concatenate([index[:, :-1].ravel(), index[:-1].ravel()])
    head = np.concatenate([index[:, 1:].ravel(), index[1:].ravel()])
    keep = random.random(len(tail)) > 0.1
    tail, head = tail[keep].astype(np.int32), head[keep].astype(np.int32)
    flags = np.full(len(tail), DRIVE | WALK, np.uint8)
    flags[random.random(len(tail)) < 0.25] |= ONEWAY
    speed = random.choice([15, 25, 35, 45], len(tail)).astype(np.float32)
    return Roads(latitude, longitude, tail, head, np.full(len(tail), 90, np.float32), speed, flags)


class PlainDijkstra:
    """One search a unit, in Python."""

    def __init__(self, roads: Roads) -> None:
        self._arcs: list[list[tuple[int, float]]] = [[] for _ in roads.latitude]
        for tail, head, metres, speed, flags in zip(
            *(getattr(roads, name).tolist() for name in ("tail", "head", "length_m", "speed_kmh", "flags")), strict=True
        ):
            if flags & DRIVE:
                seconds = metres / (speed / 3.6)
                self._arcs[tail].append((head, seconds))
                if not flags & ONEWAY:
                    self._arcs[head].append((tail, seconds))

    def seconds(self, start: int, goal: int) -> float:
        best, queue = {start: 0.0}, [(0.0, start)]
        while queue:
            so_far, here = heapq.heappop(queue)
            if here == goal:
                return so_far
            if so_far > best[here]:
                continue
            for there, seconds in self._arcs[here]:
                if so_far + seconds < best.get(there, math.inf) and so_far + seconds <= MAX_DRIVE_S:
                    best[there] = so_far + seconds
                    heapq.heappush(queue, (so_far + seconds, there))
        return math.inf


def quantiles(seconds: list[float]) -> str:
    ms = np.array(seconds) * 1000
    return f"median {np.median(ms):.1f} ms, p95 {np.quantile(ms, 0.95):.1f} ms, max {ms.max():.1f} ms"


def main() -> None:
    """Prints what was measured."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--roads", type=Path)
    parser.add_argument("--edges", type=int, default=100_000)
    parser.add_argument("--units", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--plain-rounds", type=int, default=2)
    asked = parser.parse_args()
    random = np.random.default_rng(7)
    roads = Roads.load(asked.roads) if asked.roads is not None else grid(asked.edges, random)
    began = time.perf_counter()
    network = RoadNetwork(roads, on_foot=False)
    print(f"{len(roads.tail)} edges, {len(roads.latitude)} nodes; made ready in {time.perf_counter() - began:.2f} s")
    ours, cpu, plain = [], [], []
    contender = PlainDijkstra(roads)
    for number in range(asked.rounds):
        nodes = random.integers(0, len(roads.latitude), asked.units + 1)
        began, cpu_began = time.perf_counter(), time.process_time()
        points = network.nearest([(roads.latitude[i], roads.longitude[i]) for i in nodes])
        placed = [point for point in points if point is not None]
        target: OnRoad = placed[0]
        routes = network.routes(target, placed[1:], MAX_DRIVE_S)
        ours.append(time.perf_counter() - began)
        cpu.append(time.process_time() - cpu_began)
        if number < asked.plain_rounds:
            began = time.perf_counter()
            times = [contender.seconds(int(i), int(nodes[0])) for i in nodes[1:]]
            plain.append(time.perf_counter() - began)
            if asked.roads is None:
                for route, seconds in zip(routes, times, strict=True):
                    found = math.inf if route is None else route.duration_s
                    if found != seconds and abs(found - seconds) > 0.5:
                        raise SystemExit(f"the two ways disagree: {found} s and {seconds} s")
    print(f"one search for all {asked.units} units, snapping included: {quantiles(ours)}; CPU {quantiles(cpu)}")
    print(f"one search a unit: {quantiles(plain)}")


if __name__ == "__main__":
    main()
