"""Rows and claims from what was measured."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence

from skynet.cli.bench.hotpath.contender import CONTENDERS
from skynet.cli.bench.hotpath.race import Cost
from skynet.cli.bench.hotpath.score import SIZES, Sight
from skynet.cli.bench.reach import Reach
from skynet.cli.bench.result import Claim, Row


def rows_of(costs: Mapping[str, Sequence[Cost]], sights: Mapping[str, Sight]) -> list[Row]:
    """A contender that detects nothing gets no score for its speed."""
    rows = []
    for contender in CONTENDERS:
        name, sight = contender.name, sights.get(contender.name)
        blind = contender.sees and sight is not None and sight.events > 0 and sight.detected == 0
        if (spent := costs.get(name)) and not blind:
            for metric, values in (("idle", [c.idle_ms for c in spent]), ("busy", [c.busy_ms for c in spent])):
                if known := [value for value in values if value is not None]:
                    rows.append(Row.of(name, metric, "CPU-ms/s", known))
            rows.append(Row.of(name, "memory", "MB/camera", [cost.memory_mb for cost in spent]))
        if sight:
            rows += _seen(name, sight)
    return rows


def _seen(name: str, sight: Sight) -> list[Row]:
    rows = []
    if sight.events:
        rows.append(Row.of(name, "events seen", "%", [100 * sight.seen / sight.events]))
        marks = {size: sight.by_size[size] for size in SIZES if sight.by_size[size]}
        rows += [Row.of(name, size, "%", [100 * sum(hits) / len(hits)]) for size, hits in marks.items()]
        rows.append(Row.of(name, "detected", "%", [100 * sight.detected / sight.events]))
        rows.append(Row.of(name, "event frames", "% of 5/s", [100 * sight.analysed / max(1, sight.slots)]))
    if sight.latencies_s:
        rows.append(Row.of(name, "latency p50", "s", [statistics.median(sight.latencies_s)]))
        rows.append(Row.of(name, "latency p95", "s", [percentile(sight.latencies_s, 0.95)]))
    if sight.idle_s:
        rows.append(Row.of(name, "idle awake", "%", [100 * sight.awake_idle_s / sight.idle_s]))
        rows.append(Row.of(name, "false wakes", "1/h", [3600 * sight.false_wakes / sight.idle_s]))
    return rows


def reach_of(rows: Sequence[Row]) -> list[Claim]:
    """The claims of the hot path that these rows can decide."""
    reach = Reach(rows)
    reach.at_most("idle on the main stream, CPU-ms/s", reach.median("ours-main", "idle"), 8.0)
    reach.at_least("idle: Frigate's way on main / ours on main", reach.ratio("frigate-main", "ours-main", "idle"), 15.0)
    reach.at_most("idle with a sub-stream, CPU-ms/s", reach.median("ours-sub", "idle"), 8.0)
    reach.at_least(
        "idle: Frigate's way on sub / ours with a sub-stream", reach.ratio("frigate-sub", "ours-sub", "idle"), 3.0
    )
    reach.at_most("wake latency p95 with a sub-stream, s", reach.median("ours-sub", "latency p95"), 0.3)
    reach.at_most("busy on the sub-stream, CPU-ms/s (30 cameras a core)", reach.median("ours-sub", "busy"), 1000 / 30)
    for name in ("ours-main", "ours-sub"):
        reach.at_least(f"events seen, {name}, %", reach.median(name, "events seen"), 99.0)
        reach.at_most(f"idle time awake, {name}, %", reach.median(name, "idle awake"), 5.0)
        reach.at_least(f"frames of events analysed, {name}, % of 5/s", reach.median(name, "event frames"), 97.0)
        reach.at_most(f"memory a camera, {name}, MB", reach.median(name, "memory"), 45.0)
    return reach.claims


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
