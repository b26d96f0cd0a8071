"""`skynet bench scenes`: render the streams that benchmarks run on."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from skynet.cli.bench.scenes.condition import CONDITIONS
from skynet.cli.bench.scenes.encoding import ENCODINGS
from skynet.cli.bench.scenes.film import COST, SEEDS, Half, Recipe, cost_recipe, film, standard_folder, standard_recipes
from skynet.domain.errors import BadInputError


def scenes(
    out: Annotated[Path | None, typer.Option(help="Folder; default: the user's cache.")] = None,
    half: Annotated[list[str] | None, typer.Option(help="tune or score; repeatable; default: both.")] = None,
    only: Annotated[list[str] | None, typer.Option(help="A condition, e.g. rain; repeatable.")] = None,
    encoding: Annotated[list[str] | None, typer.Option(help="An encoding, e.g. cbr; repeatable.")] = None,
    seconds: Annotated[float | None, typer.Option(min=100, max=3600, help="Length of each scene.")] = None,
) -> None:
    """Render street scenes with their truth: once, then they are kept. All take about an hour of one core."""
    folder = out or standard_folder()
    _known("--half", half, SEEDS)
    _known("--only", only, [COST, *(condition.name for condition in CONDITIONS)])
    _known("--encoding", encoding, [one.name for one in ENCODINGS])
    columns = (TextColumn("{task.description:>14}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        for one in SEEDS:
            if half and one not in half:
                continue
            for recipe in _recipes(one, only, encoding, seconds):
                task = progress.add_task(f"{one} {recipe.condition.name}", total=None)
                film(recipe, folder / one, lambda done, of, task=task: progress.update(task, completed=done, total=of))  # type: ignore[misc]  # mypy cannot infer a lambda's default
    typer.echo(folder)


def _recipes(half: Half, only: list[str] | None, encoding: list[str] | None, seconds: float | None) -> list[Recipe]:
    chosen = []
    for recipe in [cost_recipe(half), *standard_recipes(half)]:
        if only and recipe.condition.name not in only:
            continue
        if encoding:
            recipe = dataclasses.replace(recipe, encodings=tuple(e for e in ENCODINGS if e.name in encoding))
        chosen.append(
            dataclasses.replace(recipe, seconds=seconds) if seconds and recipe.condition.name != COST else recipe
        )
    return chosen


def _known(option: str, asked: list[str] | None, names: object) -> None:
    known = list(names)  # type: ignore[call-overload]  # any collection of names
    for name in asked or []:
        if name not in known:
            raise BadInputError(f"{option} {name}: there is none of this name; choose from {', '.join(known)}")
