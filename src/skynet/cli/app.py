"""The `skynet` command: puts the sub-commands together and turns errors into one line and an exit code."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

import skynet
from skynet.cli import audit, coordinator, detect, models, plates
from skynet.cli.analyze.command import analyze
from skynet.cli.demo.command import demo
from skynet.domain.errors import BadInputError, WorkFailedError

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False)
app.add_typer(coordinator.app, name="coordinator")
app.add_typer(audit.app, name="audit")
app.add_typer(models.app, name="models")
app.add_typer(plates.app, name="plates")
app.command()(detect.detect)
app.command()(analyze)
app.command()(demo)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"skynet {skynet.__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """天网 Skynet: watch cameras on the box beside them, push alerts to a coordinator that dispatchers work from."""


def main() -> None:
    """Run the command line. Exit codes: 0 done, 1 the work failed, 2 bad usage or bad input."""
    try:
        app()
    except BadInputError as error:
        typer.echo(f"skynet: {error}", err=True)
        sys.exit(2)
    except WorkFailedError as error:
        typer.echo(f"skynet: {error}", err=True)
        sys.exit(1)
