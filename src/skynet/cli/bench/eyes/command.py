"""`skynet bench eyes`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.progress import Progress

from skynet.cli.bench.eyes.detector_contender import MODELS, DetectorContender, file_contender, manifest_contender
from skynet.cli.bench.eyes.detector_race import DetectorCourse, detector_claims, run_detectors
from skynet.cli.bench.eyes.shared_data import SharedData
from skynet.cli.bench.result import Claim, Result, Row, this_machine
from skynet.domain.errors import BadInputError
from skynet.vision import ModelStore

Part = Literal["detectors", "plates"]


def eyes(
    data: Annotated[Path, typer.Option(help="Folder of the shared data.")] = Path("../shared/data"),
    only: Annotated[Part | None, typer.Option(help="Only this half.")] = None,
    contender: Annotated[list[str] | None, typer.Option(help="Only this contender; repeatable.")] = None,
    model: Annotated[
        Path | None,
        typer.Option(help="A detector file to score, of the six classes in YOLOX layout; alone, but for --contender."),
    ] = None,
    size: Annotated[str, typer.Option(help="Its input, width×height.")] = "416x416",
    threshold: Annotated[float | None, typer.Option(min=0, max=1, help="Its own threshold.")] = None,
    rounds: Annotated[int, typer.Option(min=1, max=100, help="In which cost is measured.")] = 5,
    models_dir: Annotated[Path | None, typer.Option(help="Folder to look for model files in first.")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="A smoke run; proves nothing.")] = False,
    json: Annotated[Path | None, typer.Option(help="Write the result here.")] = None,
) -> None:
    """How well ours and others find people, vehicles and plates, and at what cost, on the shared sets."""
    shared = SharedData.at(data)
    console = Console(stderr=True)
    rows: list[Row] = []
    claims: list[Claim] = []
    rounds = 1 if quick else rounds
    with Progress(console=console, disable=not console.is_terminal) as progress:
        if only != "plates":
            store = ModelStore.standard(models_dir or shared.weights)
            detectors = _detectors(store, [] if model and not contender else contender, console)
            if model is not None:
                detectors.append(file_contender(model, _size(size), threshold))
            scores, rows = run_detectors(DetectorCourse.load(shared, quick=quick), detectors, rounds, progress)
            claims += detector_claims(scores, rows)
    result = Result(machine=this_machine(), rounds=rounds, rows=rows, reach=None if quick else claims)
    result.show()
    if json:
        result.write(json)


def _detectors(store: ModelStore, wanted: list[str] | None, console: Console) -> list[DetectorContender]:
    found = []
    for name in MODELS if wanted is None else [name for name in MODELS if name in wanted]:
        contender = manifest_contender(name, store)
        if contender is None:
            console.print(f"left out: {name}, its model {MODELS[name]} is not at hand")
        else:
            found.append(contender)
    return found


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.replace("×", "x").partition("x")
    if not (width.isdecimal() and height.isdecimal()):
        raise BadInputError(f"--size {text}: is no size; write width×height, as in 416x256")
    return int(width), int(height)
