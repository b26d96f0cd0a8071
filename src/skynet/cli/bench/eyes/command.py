"""`skynet bench eyes`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.progress import Progress

from skynet.cli.bench.eyes.contenders import (
    DETECTORS,
    PLATE_READERS,
    detectors_at_hand,
    plate_readers_at_hand,
    require_known,
)
from skynet.cli.bench.eyes.detector_contender import file_contender
from skynet.cli.bench.eyes.detector_race import DetectorCourse, detector_claims, run_detectors
from skynet.cli.bench.eyes.plate_race import PlateCourse, plate_claims, run_plates
from skynet.cli.bench.eyes.plate_score import PlateScore
from skynet.cli.bench.eyes.plot import write_plot
from skynet.cli.bench.eyes.shared_data import SharedData
from skynet.cli.bench.result import Claim, Result, Row, this_machine
from skynet.domain.errors import BadInputError
from skynet.vision import ModelStore


def eyes(
    data: Annotated[Path, typer.Option(help="Folder of the shared data.")] = Path("../shared/data"),
    only: Annotated[Literal["detectors", "plates"] | None, typer.Option(help="Only this half.")] = None,
    contender: Annotated[list[str] | None, typer.Option(help="Only this contender; repeatable.")] = None,
    model: Annotated[
        Path | None,
        typer.Option(help="A detector file to score, of the six classes in YOLOX layout; alone, but for --contender."),
    ] = None,
    size: Annotated[str, typer.Option(help="Its input, width×height.")] = "416x416",
    threshold: Annotated[float | None, typer.Option(min=0, max=1, help="Its own threshold.")] = None,
    finder: Annotated[Path | None, typer.Option(help="A file to take for our plate finder.")] = None,
    reader: Annotated[Path | None, typer.Option(help="A file to take for our plate reader.")] = None,
    rounds: Annotated[int, typer.Option(min=1, max=100, help="In which cost is measured.")] = 5,
    models_dir: Annotated[Path | None, typer.Option(help="Folder to look for model files in first.")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="A smoke run; proves nothing.")] = False,
    json: Annotated[Path | None, typer.Option(help="Write the result here.")] = None,
    plot: Annotated[Path | None, typer.Option(help="Draw precision and calibration into this SVG file.")] = None,
) -> None:
    """How well ours and others find people, vehicles and plates, and at what cost, on the shared sets."""
    shared = SharedData.at(data)
    require_known(contender or ())
    store = ModelStore.standard(models_dir or (shared.weights if shared.weights.is_dir() else None))
    rounds = 1 if quick else rounds
    rows: list[Row] = []
    claims: list[Claim] = []
    read: list[PlateScore] = []
    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal) as progress:
        if only != "plates":
            wanted: Sequence[str] = contender or (() if model else DETECTORS)
            detectors = detectors_at_hand(store, wanted, console.print)
            if model is not None:
                detectors.append(file_contender(model, _size(size), threshold))
            if detectors:
                seen, rows = run_detectors(DetectorCourse.load(shared, quick=quick), detectors, rounds, progress)
                claims += detector_claims(seen, rows)
        if only != "detectors" and model is None:
            readers = plate_readers_at_hand(
                store, shared.weights, contender or PLATE_READERS, (finder, reader), console.print
            )
            if readers:
                read, more = run_plates(PlateCourse.load(shared, quick=quick), readers, rounds, progress)
                rows, claims = rows + more, claims + plate_claims(read, more)
    result = Result(machine=this_machine(), rounds=rounds, rows=rows, reach=None if quick else claims)
    result.show()
    if json:
        result.write(json)
    if plot:
        write_plot(plot, rows, read)


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.replace("×", "x").partition("x")
    if not (width.isdecimal() and height.isdecimal()):
        raise BadInputError(f"--size {text}: is no size; write width×height, as in 416x256")
    return int(width), int(height)
