"""`skynet edge …`: check a box's configuration, run the box."""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from threading import Event
from types import FrameType
from typing import Annotated

import cv2
import typer

from skynet.domain import SystemClock
from skynet.edge import EdgeConfig, load_edge_config
from skynet.edge.agent import EdgeAgent, load_detectors
from skynet.edge.config_file import Override
from skynet.edge.hot_list_file import bad_row_text, load_hot_list

app = typer.Typer(no_args_is_help=True, help="The box beside the cameras: watches them and pushes alerts.")

ConfigOption = Annotated[Path, typer.Option("--config", help="The box's configuration, see configs/edge.yaml.")]


class LogLevel(StrEnum):
    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@app.command()
def run(
    config: ConfigOption,
    data_dir: Annotated[Path | None, typer.Option(help="In place of data_dir.")] = None,
    coordinator_url: Annotated[str | None, typer.Option(help="In place of coordinator.url.")] = None,
    token_file: Annotated[Path | None, typer.Option(help="In place of coordinator.token_file.")] = None,
    health_port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="In place of health.port; 0 takes a free one.")
    ] = None,
    log_level: Annotated[LogLevel, typer.Option(help="How much to log, on stderr.")] = LogLevel.INFO,
) -> None:
    """Watch the cameras until SIGINT or SIGTERM."""
    given = {
        ("--data-dir", ("data_dir",)): _absolute(data_dir),
        ("--coordinator-url", ("coordinator", "url")): coordinator_url,
        ("--token-file", ("coordinator", "token_file")): _absolute(token_file),
        ("--health-port", ("health", "port")): health_port,
    }
    overrides = [Override(option, path, value) for (option, path), value in given.items() if value is not None]
    loaded = load_edge_config(config, os.environ, overrides)
    logging.basicConfig(level=log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    cv2.setNumThreads(1)  # cameras are what runs in parallel; threads within a picture only cost
    with _signals() as stop:
        EdgeAgent(loaded, SystemClock(), os.environ).run(stop)


@app.command()
def check(config: ConfigOption) -> None:
    """Say everything that is wrong with a configuration, and load the models it names. Opens no camera."""
    loaded = load_edge_config(config, os.environ)
    load_detectors(loaded, os.environ)
    vehicles = _vehicles(loaded)
    rules = sum(len(camera.rules) for camera in loaded.cameras)
    typer.echo(f"{config}: good; box {loaded.box_id}, {len(loaded.cameras)} cameras, {rules} rules{vehicles}")


def _vehicles(loaded: EdgeConfig) -> str:
    """How many vehicles the hot list holds, its bad rows told on stderr."""
    path = loaded.hot_list
    if path is None:
        return ""
    hot_list = load_hot_list(
        path, time.time(), tell=lambda row: typer.echo(f"skynet: {bad_row_text(path, row)}", err=True)
    ).hot_list
    return f", {len(hot_list):,} vehicles looked for"


def _absolute(path: Path | None) -> str | None:
    return None if path is None else str(path.absolute())


@contextmanager
def _signals() -> Iterator[Event]:
    """An event that Ctrl-C or SIGTERM sets, in place of an exception in the middle of things."""
    stop = Event()

    def set_it(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    before = {sign: signal.signal(sign, set_it) for sign in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for sign, handler in before.items():
            signal.signal(sign, handler)
