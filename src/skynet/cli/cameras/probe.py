"""`skynet cameras probe`: one camera, whole."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from skynet.cli.cameras.login_options import (
    Address,
    InsecureOption,
    JsonOption,
    PasswordEnvOption,
    UserOption,
    target,
)
from skynet.cli.cameras.report_table import print_report
from skynet.cli.cameras.session import with_camera
from skynet.cli.cameras.streams import open_stream
from skynet.domain import SystemClock
from skynet.edge.onvif import probe
from skynet.edge.onvif.camera_entry import entry_of

NoStreamOption = Annotated[bool, typer.Option("--no-stream", help="Do not read the streams to measure them.")]
SecondsOption = Annotated[
    float, typer.Option("--seconds", min=1, max=120, help="Read each stream for at most so long.")
]


def probe_camera(
    url: Address,
    user: UserOption = None,
    password_env: PasswordEnvOption = None,
    insecure_tls: InsecureOption = False,
    no_stream: NoStreamOption = False,
    seconds: SecondsOption = 6.0,
    serial: Annotated[bool, typer.Option("--serial", help="Show the serial number, too.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Say what a camera is and delivers, what is wrong with it, and how to enter it into a box's configuration.

    Exits with 1 when it cannot be reached, refuses the login, or has no stream that could be used.
    """
    address, credentials = target(url, user, password_env)
    report = with_camera(
        address,
        credentials,
        not insecure_tls,
        lambda camera: probe(camera, SystemClock(), None if no_stream else open_stream, seconds),
    )
    entry = entry_of(report, logs_in=credentials is not None)
    if as_json:
        document = {**report.as_json(serial), "entry": entry.yaml() if entry else None}
        typer.echo(json.dumps(document, ensure_ascii=False))
    else:
        print_report(report, entry, serial)
    if report.problem:
        raise typer.Exit(1)
