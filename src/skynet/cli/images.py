"""Runs one command over several picture files: a bad one is one line on stderr, and the others go on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import typer

from skynet.vision import ImageError, StillImage


def for_each_image(paths: Sequence[Path], show: Callable[[Path, StillImage], None]) -> None:
    """Call `show` with every picture that can be loaded. Exits with code 2 at the end when one could not."""
    failed = False
    for path in paths:
        try:
            image = StillImage.load(path)
        except ImageError as error:
            typer.echo(f"skynet: {error}", err=True)
            failed = True
            continue
        show(path, image)
    if failed:
        raise typer.Exit(2)
