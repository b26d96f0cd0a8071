"""`skynet cameras add`: probes a camera and enters it into a box's configuration."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from skynet.cli.cameras.login_options import (
    Address,
    InsecureOption,
    PasswordEnvOption,
    UserOption,
    target,
)
from skynet.cli.cameras.probe import NoStreamOption, SecondsOption
from skynet.cli.cameras.session import with_camera
from skynet.cli.cameras.streams import open_stream
from skynet.domain import SystemClock
from skynet.domain.errors import BadInputError, WorkFailedError
from skynet.edge.config_addition import add_camera
from skynet.edge.onvif import probe
from skynet.edge.onvif.address import shown_address
from skynet.edge.onvif.camera_entry import entry_of


def add(
    url: Address,
    config: Annotated[Path, typer.Option("--config", help="The box's configuration, which gets the entry.")],
    site: Annotated[str, typer.Option("--site", help="The id of the place that the camera watches.")],
    camera_id: Annotated[str, typer.Option("--id", help="Its id; made from model and address when left out.")] = "",
    name: Annotated[str, typer.Option("--name", help="Its name for people.")] = "",
    user: UserOption = None,
    password_env: PasswordEnvOption = None,
    insecure_tls: InsecureOption = False,
    no_stream: NoStreamOption = False,
    seconds: SecondsOption = 6.0,
) -> None:
    """Look at a camera and add it to a configuration, whose comments and order stay. A wrong result is not written."""
    address, credentials = target(url, user, password_env)
    if not config.is_file():
        raise BadInputError(f"--config {config}: there is no such file; start from configs/edge.yaml")
    report = with_camera(
        address,
        credentials,
        not insecure_tls,
        lambda camera: probe(camera, SystemClock(), None if no_stream else open_stream, seconds),
    )
    entry = entry_of(report, credentials is not None, camera_id, name, site)
    if entry is None:
        raise WorkFailedError(f"{shown_address(address)}: {report.problem or 'has no stream that can be used'}")
    add_camera(config, entry, os.environ)
    typer.echo(f"{config}: added {entry.id} ({entry.name})")
    if entry.logs_in:
        typer.echo(f"set {entry.variables[0]} and {entry.variables[1]} in the box's environment before it starts")
    if credentials and insecure_tls:
        typer.echo("its TLS certificate was not verified")
