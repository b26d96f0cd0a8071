"""`skynet bench streams`: how many cameras this machine carries over RTSP before pictures come late or are lost."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from skynet.cli.bench.hotpath.command import favoured
from skynet.cli.bench.hotpath.feed import Feed, Task
from skynet.cli.bench.hotpath.heat import Heat, run_heat
from skynet.cli.bench.hotpath.report import percentile
from skynet.cli.bench.result import Claim, Result, Row, this_machine
from skynet.cli.bench.rtsp.server import RtspServer
from skynet.cli.bench.scenes.film import COST, load_scenes, standard_folder
from skynet.cli.bench.scenes.truth import Truth
from skynet.domain.errors import BadInputError

LATEST_S = 0.2
SETTLED_S = 4.0
"""Pictures are called late from so long after a wake on: before, what was slept through is being caught up with."""
_IDLE_S = 30.0
"""The empty part of the scene that cost is measured on is a little longer."""
_BUSY = "day"


@dataclass(frozen=True)
class Load:
    """One stage: so many idle and busy cameras. `late_s` is the p99 lateness of analysed pictures, None without any."""

    idle: int
    busy: int
    late_s: float | None
    lost: int
    cpu_ms: float
    memory_mb: float

    @property
    def carried(self) -> bool:
        return self.lost == 0 and (self.late_s is None or self.late_s <= LATEST_S)


def streams(
    cameras: Annotated[int, typer.Option(min=1, max=1024, help="How many idle cameras to begin with.")] = 8,
    busy: Annotated[int, typer.Option(min=0, max=256, help="How many busy ones beside them.")] = 8,
    most: Annotated[int, typer.Option(min=1, max=1024, help="Do not go beyond so many idle ones.")] = 256,
    streams: Annotated[Path | None, typer.Option(help="Folder of rendered scenes; default: the user's cache.")] = None,
    models_dir: Annotated[Path | None, typer.Option(help="Folder to look for model files in first.")] = None,
    json: Annotated[Path | None, typer.Option(help="Write the result here.")] = None,
) -> None:
    """Double the idle cameras until the 99th percentile of lateness passes 200 ms or a picture is lost.

    All are read over RTSP, the busy ones analysed on their sub-stream. The server shares the machine.
    """
    scenes = {truth.scene: truth for truth in load_scenes(streams or standard_folder() / "score")}
    for name in (COST, _BUSY):
        if name not in scenes or not {"cbr", "sub"} <= set(scenes[name].files):
            raise BadInputError(f"the scene '{name}' is not there; make it with 'skynet bench scenes --only {name}'")
    folder = streams or standard_folder() / "score"
    loads: list[Load] = []
    number = cameras
    while number <= most:
        load = _carry(folder, scenes, number, busy, models_dir)
        loads.append(load)
        late = "-" if load.late_s is None else f"{1000 * load.late_s:.0f} ms"
        Console(stderr=True).print(f"{number} idle, {busy} busy: p99 late {late}, lost {load.lost}")
        if not load.carried:
            break
        number *= 2
    result = Result(machine=this_machine(), rounds=1, rows=_rows(loads), reach=_reach(loads, busy))
    result.show()
    if json:
        result.write(json)


def _carry(folder: Path, scenes: dict[str, Truth], idle: int, busy: int, models_dir: Path | None) -> Load:
    names = {"idle": (COST, "cbr"), "busy": (_BUSY, "cbr"), "busy-sub": (_BUSY, "sub"), "idle-sub": (COST, "sub")}
    clips = {name: folder / scenes[scene].files[encoding] for name, (scene, encoding) in names.items()}
    cores = sorted(os.sched_getaffinity(0))
    with RtspServer(clips, cores) as server:
        feeds = [Feed(main=server.url("idle"), sub=server.url("idle-sub"))] * idle
        feeds += [Feed(main=server.url("busy"), sub=server.url("busy-sub"))] * busy
        task = Task(
            contender="ours-sub",
            feeds=tuple(feeds),
            seconds=_IDLE_S,
            detector=favoured(models_dir),
            models_dir=str(models_dir) if models_dir else None,
        )
        heat = run_heat(task, cores)
    late = _lateness(heat)
    return Load(
        idle,
        busy,
        percentile(late, 0.99) if late else None,
        sum(record.lost for record in heat.records),
        1000 * heat.cpu_between(6.0, _IDLE_S) / (_IDLE_S - 6.0),
        heat.memory / (idle + busy) / 1e6,
    )


def _lateness(heat: Heat) -> list[float]:
    late = []
    for record in heat.records:
        for since, until in record.awake_spans(heat.task.seconds):
            settled = [look for look in record.looks if since + SETTLED_S <= look.t_s <= until]
            late += [look.at_s - look.t_s for look in settled]
    return late


def _rows(loads: Sequence[Load]) -> list[Row]:
    rows = []
    for load in loads:
        name = f"{load.idle} idle + {load.busy} busy"
        if load.late_s is not None:
            rows.append(Row.of(name, "late p99", "ms", [1000 * load.late_s]))
        rows.append(Row.of(name, "lost", "pictures", [float(load.lost)]))
        rows.append(Row.of(name, "cpu", "CPU-ms/s", [load.cpu_ms]))
        rows.append(Row.of(name, "memory", "MB/camera", [load.memory_mb]))
    return rows


def _reach(loads: Sequence[Load], busy: int) -> list[Claim]:
    carried = max((load.idle for load in loads if load.carried), default=0)
    words = f"idle cameras carried beside {busy} busy ones, none late or lost"
    return [Claim(claim=words, value=carried, target=64, met=carried >= 64)]
