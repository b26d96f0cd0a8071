"""`skynet models …`: the model files that this machine has, their proof and their speed."""

from __future__ import annotations

import statistics
import time
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TransferSpeedColumn
from rich.table import Table

from skynet.domain.errors import BadInputError
from skynet.vision import ModelError, ModelStore, StillImage, create_detector
from skynet.vision.create_plate_reader import create_plate_finder, create_plate_scorer
from skynet.vision.download import download
from skynet.vision.model_store import user_cache

app = typer.Typer(no_args_is_help=True, help="List, fetch and verify models, and time detectors.")

ModelsDir = Annotated[Path | None, typer.Option(help="Folder to look for model files in first.")]
WARM_UP_RUNS = 3


@app.command("list")
def list_models(models_dir: ModelsDir = None) -> None:
    """All models of the manifest and where each lies."""
    store = ModelStore.standard(models_dir)
    table = Table("model", "task", "adapter", "input", "licence", "file", box=None)
    table.columns[-1].overflow = "fold"
    for name, entry in store.manifest.models.items():
        found = store.find(name)
        where = str(found) if found else ("not here; models pull" if entry.url else "not here")
        size = f"{entry.input[0]}×{entry.input[1]}"
        table.add_row(name, entry.task, entry.adapter, size, entry.licence, where)
    table.add_row("motion", "detector", "motion", "any", "-", "built in")
    Console(soft_wrap=True).print(table)


@app.command()
def verify(
    names: Annotated[list[str] | None, typer.Argument(help="Models; default: all that are here.")] = None,
    models_dir: ModelsDir = None,
) -> None:
    """Compare model files with their sha256, and load each once."""
    store = ModelStore.standard(models_dir)
    chosen = names or [name for name in store.manifest.models if store.find(name)]
    if not chosen:
        typer.echo("no model file is here; 'skynet models list' shows which are known")
    failed = False
    for name in chosen:
        try:
            _load(name, store)
        except ModelError as error:
            typer.echo(f"skynet: {error}", err=True)
            failed = True
        else:
            typer.echo(f"{name}: good")
    if failed:
        raise typer.Exit(2)


def _load(name: str, store: ModelStore) -> None:
    """Raises ModelError unless `name` is a usable model of its task."""
    task = store.manifest.entry(name).task
    if task == "plate_finder":
        create_plate_finder(name, store)
    elif task == "plate_reader":
        create_plate_scorer(name, store)
    else:
        create_detector(name, store)


@app.command()
def pull(names: Annotated[list[str], typer.Argument(help="Models of the manifest.")]) -> None:
    """Fetch models into the user's cache; a file is kept only if its sha256 is right."""
    store = ModelStore.standard()
    for name in names:
        entry = store.manifest.entry(name)
        if entry.url is None:
            raise ModelError(f"model '{name}' has no address to be pulled from; source: {entry.source or 'not stated'}")
        columns = ("{task.description}", BarColumn(), DownloadColumn(), TransferSpeedColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task(name, total=None)
            path = download(
                entry.url,
                user_cache() / entry.file,
                entry.sha256,
                lambda done, total, task=task: progress.update(task, completed=done, total=total),  # type: ignore[misc]  # mypy cannot infer a lambda's default
            )
        typer.echo(f"{name}: {path}")


@app.command()
def bench(
    names: Annotated[list[str] | None, typer.Argument(help="Models; default: all that are here.")] = None,
    models_dir: ModelsDir = None,
    rounds: Annotated[int, typer.Option(min=1, max=10000)] = 30,
) -> None:
    """Time detectors on a 640×360 picture of noise: one thread, CPU time of the whole `detect` call."""
    store = ModelStore.standard(models_dir)
    detectors = [name for name, entry in store.manifest.models.items() if entry.task == "detector"]
    chosen = names or [*(name for name in detectors if store.find(name)), "motion"]
    if "auto" in chosen:
        raise BadInputError("'auto' is a choice, not a model; name the models to time")
    noise = np.random.default_rng(0).integers(0, 255, (360, 640, 3), dtype=np.uint8)
    table = Table("model", "median CPU-ms", "min", "max", box=None)
    for name in chosen:
        detector = create_detector(name, store)
        spent = []
        for turn in range(WARM_UP_RUNS + rounds):
            frame = StillImage(noise, captured_at=turn / 5)
            started = time.process_time()
            detector.detect(frame)
            spent.append((time.process_time() - started) * 1000)
        spent = spent[WARM_UP_RUNS:]
        table.add_row(name, f"{statistics.median(spent):.1f}", f"{min(spent):.1f}", f"{max(spent):.1f}")
    Console(soft_wrap=True).print(table)
