"""`skynet cameras …`: its commands put together."""

from __future__ import annotations

import typer

from skynet.cli.cameras.add import add
from skynet.cli.cameras.discover import discover_cameras
from skynet.cli.cameras.events import events
from skynet.cli.cameras.list_cameras import list_cameras
from skynet.cli.cameras.probe import probe_camera
from skynet.cli.cameras.ptz import ptz

app = typer.Typer(no_args_is_help=True, help="Find cameras by ONVIF, look at them, add them to a box, turn them.")
app.command("discover")(discover_cameras)
app.command("probe")(probe_camera)
app.command("add")(add)
app.command("list")(list_cameras)
app.command("ptz")(ptz)
app.command("events")(events)
