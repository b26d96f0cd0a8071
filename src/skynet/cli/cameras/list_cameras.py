"""`skynet cameras list`: the cameras of a configuration."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from skynet.cli.cameras.login_options import JsonOption
from skynet.edge import load_edge_config
from skynet.edge.config import CameraConfig
from skynet.edge.onvif.address import shown_address


def list_cameras(
    config: Annotated[Path, typer.Option("--config", help="The box's configuration.")], as_json: JsonOption = False
) -> None:
    """Show the cameras of a box, without their credentials."""
    cameras = load_edge_config(config, os.environ).cameras
    if as_json:
        for camera in cameras:
            typer.echo(json.dumps({"type": "camera", **_fields(camera)}, ensure_ascii=False))
        return
    table = Table("id", "name", "site", "source", "sub-stream", "rules")
    for camera in cameras:
        table.add_row(*(escape(str(value or "")) for value in _fields(camera).values()))
    Console(highlight=False).print(table)


def _fields(camera: CameraConfig) -> dict[str, str | int | None]:
    sub = camera.sub_source
    return {
        "id": camera.id,
        "name": camera.name,
        "site": camera.site,
        "source": shown_address(camera.source.get_secret_value()),
        "sub_source": shown_address(sub.get_secret_value()) if sub else None,
        "rules": len(camera.rules),
    }
