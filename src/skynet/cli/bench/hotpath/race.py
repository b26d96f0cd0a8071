"""All contenders side by side: what they cost, in shuffled rounds on one core, and what they see, over all scenes."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from skynet.cli.bench.hotpath.contender import Contender
from skynet.cli.bench.hotpath.feed import Feed, Task
from skynet.cli.bench.hotpath.heat import Heat, run_heat
from skynet.cli.bench.hotpath.score import Sight, cost_ms
from skynet.cli.bench.rtsp.server import RtspServer
from skynet.cli.bench.scenes.truth import Truth
from skynet.domain.errors import WorkFailedError

_WARM_UP_S = 16.0
"""Gates learn what a quiet street looks like, and are awake meanwhile."""


@dataclass(frozen=True)
class Course:
    """What is watched: `scenes` with the folder of their files, in one `encoding`, over RTSP or from files.

    `cost_seconds` of `cost_scene` are watched in each round; of the others everything, once.
    """

    folder: Path
    scenes: tuple[Truth, ...]
    cost_scene: Truth
    encoding: str
    cost_seconds: float
    over_rtsp: bool
    detector: str
    models_dir: Path | None

    def task(self, contender: Contender, feeds: Sequence[Feed], seconds: float) -> Task:
        models_dir = str(self.models_dir) if self.models_dir else None
        return Task(
            contender=contender.name, feeds=tuple(feeds), seconds=seconds, detector=self.detector, models_dir=models_dir
        )

    def files(self, truth: Truth) -> dict[str, Path]:
        """The main stream and, where there is one, the sub-stream."""
        files = {"main": self.folder / truth.files[self.encoding]}
        if "sub" in truth.files:
            files["sub"] = self.folder / truth.files["sub"]
        return files


@dataclass(frozen=True)
class Cost:
    """Of one round, for each camera: CPU-ms per stream-second, and memory with a share of the process's own; None where
    the stream was not watched for long enough."""

    idle_ms: float | None
    busy_ms: float | None
    memory_mb: float


def run_costs(
    course: Course, contenders: Sequence[Contender], rounds: int, tell: Callable[[str], None]
) -> dict[str, list[Cost]]:
    """Costs by contender and round. The server is on the last processor, contenders on the first."""
    costs: dict[str, list[Cost]] = {contender.name: [] for contender in contenders}
    cores = sorted(os.sched_getaffinity(0))
    with ExitStack() as stack:
        addresses = _addresses(course, cores, stack)
        order = random.Random(rounds)  # noqa: S311 - only shuffles
        for turn in range(rounds):
            for contender in order.sample(list(contenders), len(contenders)):
                tell(f"round {turn + 1}/{rounds}: {contender.name}")
                feed = Feed(main=addresses["main"], sub=addresses.get("sub"))
                task = course.task(contender, [feed] * contender.copies, course.cost_seconds)
                heat = run_heat(task, cores[:1])
                idle, busy = cost_ms(heat, course.cost_scene, from_s=min(_WARM_UP_S, course.cost_seconds / 4))
                memory = heat.memory / contender.copies / 1e6
                costs[contender.name].append(Cost(idle, busy, memory))
    return costs


def run_sights(course: Course, contenders: Sequence[Contender], tell: Callable[[str], None]) -> dict[str, Sight]:
    """What each saw of all scenes, from files at their own pace: all scenes at once, on all processors."""
    sights: dict[str, Sight] = {}
    for contender in contenders:
        if not contender.sees:
            continue
        tell(f"all scenes: {contender.name}")
        sight = sights[contender.name] = Sight()
        for batch in _batches(course.scenes, contender.at_once):
            seconds = min(truth.seconds for truth in batch) - 0.5
            feeds = [_feed(course.files(truth)) for truth in batch]
            heat = run_heat(course.task(contender, feeds, seconds), sorted(os.sched_getaffinity(0)))
            _add(sight, batch, heat, seconds)
    return sights


def _add(sight: Sight, batch: Sequence[Truth], heat: Heat, seconds: float) -> None:
    for truth, record in zip(batch, heat.records, strict=True):
        sight.add(truth, record, seconds)


def _batches(scenes: Sequence[Truth], size: int) -> list[Sequence[Truth]]:
    return [scenes[start : start + size] for start in range(0, len(scenes), size)]


def _feed(files: Mapping[str, Path]) -> Feed:
    return Feed(main=str(files["main"]), sub=str(files["sub"]) if "sub" in files else None)


def _addresses(course: Course, cores: Sequence[int], stack: ExitStack) -> dict[str, str]:
    files = course.files(course.cost_scene)
    if not course.over_rtsp:
        return {name: str(path) for name, path in files.items()}
    if len(cores) < 2:
        raise WorkFailedError("over RTSP the server needs a processor of its own; use --from files on this machine")
    server = stack.enter_context(RtspServer(files, cores[-1:]))
    return {name: server.url(name) for name in files}
