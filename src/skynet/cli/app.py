"""The `skynet` command: puts the sub-commands together and turns errors into one line and an exit code."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated

import typer

import skynet
from skynet.cli import standard_streams
from skynet.domain.errors import BadInputError, WorkFailedError

COMMANDS = {
    "demo": "skynet.cli.demo.command:demo",
    "analyze": "skynet.cli.analyze.command:analyze",
    "edge": "skynet.cli.edge:app",
    "coordinator": "skynet.cli.coordinator:app",
    "audit": "skynet.cli.audit:app",
    "models": "skynet.cli.models:app",
    "detect": "skynet.cli.detect:detect",
    "plates": "skynet.cli.plates:app",
    "cameras": "skynet.cli.cameras.command:app",
    "lists": "skynet.cli.lists:app",
    "registry": "skynet.cli.registry:app",
    "bench": "skynet.cli.bench.command:app",
}
"""Where each command lives: a function, or an app with commands of its own."""


def build_app(args: Sequence[str]) -> typer.Typer:
    """The command line for `args`. Only the command that they name is imported: the coordinator must not wait for
    video codecs to load, nor a box for a database. Help and typing errors need all of them."""
    app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False)
    app.callback()(_root)
    wanted = next((arg for arg in args if not arg.startswith("-")), "")
    names = [] if "--version" in args else list(COMMANDS)
    for name in [wanted] if wanted in COMMANDS else names:
        module, attribute = COMMANDS[name].split(":")
        command = getattr(import_module(module), attribute)
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name)
        else:
            app.command(name)(command)
    return app


def main() -> None:
    """Run the command line. Exit codes: 0 done, 1 the work failed, 2 bad usage or bad input, 130 ended by Ctrl-C."""
    standard_streams.prepare()
    try:
        app = build_app(sys.argv[1:])
        signal.signal(signal.SIGINT, signal.default_int_handler)  # from here on there may be something to put in order
        app()
    except KeyboardInterrupt:
        sys.exit(130)
    except BadInputError as error:
        typer.echo(f"skynet: {error}", err=True)
        sys.exit(2)
    except WorkFailedError as error:
        typer.echo(f"skynet: {error}", err=True)
        sys.exit(1)
    except standard_streams.StdoutError as error:
        standard_streams.give_up_stdout()
        typer.echo(f"skynet: stdout: it cannot be written ({error.strerror}); see that its disk has room", err=True)
        sys.exit(1)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"skynet {skynet.__version__}")
        raise typer.Exit


def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """天网 Skynet: watch cameras on the box beside them, push alerts to a coordinator that dispatchers work from."""
