"""`skynet plates …`: number plates in still pictures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from skynet.cli.images import for_each_image
from skynet.vision import RapidOcrPlateReader, StillImage

app = typer.Typer(no_args_is_help=True, help="Read number plates in pictures.")


@app.callback()
def plates() -> None:
    """Read number plates in pictures."""


@app.command()
def read(
    images: Annotated[list[Path], typer.Argument(help="Picture files.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a picture.")] = False,
    crop: Annotated[bool, typer.Option("--crop", help="The pictures already are one plate each.")] = False,
) -> None:
    """Text, kind, confidence and corners of the plates in each picture, best first."""
    reader = RapidOcrPlateReader()

    def show(path: Path, image: StillImage) -> None:
        found = reader.read(image.pixels, crop=crop)
        if as_json:
            rows = [plate.model_dump(mode="json") for plate in found]
            typer.echo(json.dumps({"source": str(path), "plates": rows}, ensure_ascii=False))
            return
        typer.echo(f"{path}: " + (f"{len(found)} plates" if found else "no plate that can be read"))
        for plate in found:
            x, y = plate.corners[0]
            typer.echo(f"  {plate.text}  {plate.kind.value}  {plate.confidence:.2f}  at {x:.0f},{y:.0f}")

    for_each_image(images, show)
