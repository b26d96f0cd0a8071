"""Runs one command over several picture files: a bad one is one line on stderr, and the others go on."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import typer

from skynet.vision import ImageError, StillImage

_STDERR = 2


def for_each_image(paths: Sequence[Path], show: Callable[[Path, StillImage], None]) -> None:
    """Call `show` with every picture that can be loaded. Exits with code 2 at the end when one could not."""
    failed = False
    for path in paths:
        try:
            with _decoders_silenced():
                image = StillImage.load(path)
        except ImageError as error:
            typer.echo(f"skynet: {error}", err=True)
            failed = True
            continue
        show(path, image)
    if failed:
        raise typer.Exit(2)


@contextmanager
def _decoders_silenced() -> Iterator[None]:
    """libpng, libtiff and others write about a bad file for themselves, past Python: we say it once, with its name.

    Nothing else may write to stderr meanwhile: these commands have one thread.
    """
    try:
        kept = os.dup(_STDERR)
    except OSError:  # started without a stderr
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, _STDERR)
        yield
    finally:
        os.dup2(kept, _STDERR)
        os.close(nowhere)
        os.close(kept)
