"""`skynet plates …`: number plates in still pictures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from skynet.cli.images import for_each_image
from skynet.domain import PlateRead
from skynet.vision import ModelStore, StillImage, create_plate_reader
from skynet.vision.plates import MIN_CONFIDENCE

SURE = 0.9
"""Reads given at least this are right 99 times in 100 (docs/models.md); people are told which are not so sure."""

app = typer.Typer(no_args_is_help=True, help="Read number plates in pictures.")


@app.callback()
def plates() -> None:
    """Read number plates in pictures."""


@app.command()
def read(
    images: Annotated[list[Path], typer.Argument(help="Picture files.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a picture.")] = False,
    crop: Annotated[bool, typer.Option("--crop", help="The pictures already are one plate each.")] = False,
    min_confidence: Annotated[float, typer.Option(min=0, max=1, help="Leave out what is less sure.")] = MIN_CONFIDENCE,
    models_dir: Annotated[Path | None, typer.Option(help="Folder to look for model files in first.")] = None,
) -> None:
    """Text, kind, confidence and corners of the plates in each picture, best first."""
    reader = create_plate_reader(ModelStore.standard(models_dir), min_confidence=min_confidence)

    def show(path: Path, image: StillImage) -> None:
        found = reader.read(image.pixels, crop=crop)
        if as_json:
            rows = [plate.model_dump(mode="json") for plate in found]
            typer.echo(json.dumps({"source": str(path), "plates": rows}, ensure_ascii=False))
            return
        typer.echo(f"{path}: " + (f"{len(found)} plates" if found else "no plate that can be read"))
        for plate in found:
            typer.echo(f"  {_in_words(plate)}")

    for_each_image(images, show)


def _in_words(plate: PlateRead) -> str:
    x, y = plate.corners[0]
    unsure = "" if plate.confidence >= SURE else " unsure"
    return f"{plate.text}  {plate.kind.value}  {plate.confidence:.2f}{unsure}  at {x:.0f},{y:.0f}"
