"""The `skynet demo` command: set the stage, show what happens, give a verdict."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Event
from types import FrameType
from typing import Annotated

import httpx
import platformdirs
import typer
from pydantic import TypeAdapter
from rich.console import Console
from rich.live import Live
from rich.text import Text

from skynet.cli.demo.dispatcher import Dispatcher, SeenAlert
from skynet.cli.demo.outcome import Outcome
from skynet.cli.demo.stage import Stage
from skynet.cli.shipped import shipped_file
from skynet.domain import CameraHealth
from skynet.domain.errors import BadInputError, WorkFailedError

_LINE_EVERY_S = 5.0
_SETTLE_S = 15.0
_HEALTH = TypeAdapter(CameraHealth)


def demo(
    headless: Annotated[bool, typer.Option("--headless", help="Plain lines and a verdict, for scripts.")] = False,
    seconds: Annotated[
        float | None, typer.Option(min=1, max=86400, help="End by itself after so many seconds (headless: 60).")
    ] = None,
    port: Annotated[
        int, typer.Option(min=1024, max=65534, help="The coordinator's port; the edge takes the next.")
    ] = 8700,
    data_dir: Annotated[
        Path | None, typer.Option(help="Where the demo keeps its data; a second start finds it again.")
    ] = None,
    config: Annotated[
        Path | None, typer.Option(help="Another edge configuration than the four sample cameras.")
    ] = None,
    json_out: Annotated[Path | None, typer.Option("--json", help="Write the figures of the run to this file.")] = None,
) -> None:
    """Coordinator, edge and four sample cameras on this machine, with a console polling the alerts."""
    seconds = seconds or (60.0 if headless else None)
    console = Console(highlight=False, soft_wrap=True)
    home = data_dir or Path(platformdirs.user_data_dir("skynet")) / "demo"
    if json_out:
        _require_writable(json_out)
    with _ctrl_c() as stopped:
        stage = Stage(home.absolute(), config or shipped_file("configs/demo.yaml"), port, stopped)
        stage.open()
        try:
            outcome = _run(stage, console, stopped, seconds, plain=headless or not console.is_terminal)
        finally:
            stage.close()
    outcome = outcome.with_cpu(stage)
    outcome.print(console)
    if json_out:
        json_out.write_text(json.dumps(outcome.figures(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    if headless and outcome.failures():
        raise WorkFailedError("the demo did not show every camera and every alert going all the way; see above")


def _run(stage: Stage, console: Console, stopped: Event, seconds: float | None, plain: bool) -> Outcome:
    since = time.time()
    stage.start()
    with stage.client() as client, stage.client() as feed:
        dispatcher = Dispatcher(feed, stage.data_dir / "console-cursor.json", lambda alert: _say(console, alert))
        found = (
            f"found its data again: {dispatcher.seen_before} alerts seen before"
            if stage.known_data
            else "new data folder"
        )
        console.print(f"[bold]Skynet 天网[/] at {stage.url} · {found} · Ctrl-C stops it")
        console.print(f"console page: {stage.url}/#token={stage.console_token()}")
        dispatcher.start()
        started = time.monotonic()
        with Live(console=console, refresh_per_second=4, transient=True) if not plain else _nothing() as live:
            _watch(stage, lambda: _cameras(client, since), dispatcher, console, stopped, started, seconds, live)
        elapsed = time.monotonic() - started
        console.print("stopping: the edge delivers what it still holds …")
        cameras, pending = _settle(stage, client, dispatcher, since)
        dispatcher.stop()
    seen = tuple(alert for alert in dispatcher.seen if alert.record.alert.occurred_at.timestamp() >= since)
    return Outcome(cameras, seen, dispatcher.doubled, pending, elapsed)


def _require_writable(path: Path) -> None:
    """Raises BadInputError: better now than after the run whose figures are wanted."""
    try:
        path.open("a", encoding="utf-8").close()
    except OSError as error:
        raise BadInputError(f"--json {path}: it cannot be written ({error.strerror}); name another file") from None


def _watch(
    stage: Stage,
    cameras: Callable[[], list[CameraHealth]],
    dispatcher: Dispatcher,
    console: Console,
    stopped: Event,
    started: float,
    seconds: float | None,
    live: Live | None,
) -> None:
    """Show a running line until time is up or Ctrl-C."""
    next_line = started
    while not stopped.is_set() and (seconds is None or time.monotonic() - started < seconds):
        stage.check()
        try:
            line = _line(cameras(), dispatcher, time.monotonic() - started)
        except httpx.HTTPError:  # too busy for once, or ended by itself, which `check` sees
            stopped.wait(0.5)
            continue
        if live:
            live.update(Text(line, style="cyan"))
        elif time.monotonic() >= next_line:
            console.print(line)
            next_line += _LINE_EVERY_S
        stopped.wait(0.5)


def _line(cameras: list[CameraHealth], dispatcher: Dispatcher, elapsed: float) -> str:
    live = sum(c.state == "live" for c in cameras)
    fps = sum(c.decode_fps for c in cameras)
    return (
        f"{elapsed:5.0f} s · cameras {live}/{len(cameras)} live · {fps:5.1f} frames/s · alerts {len(dispatcher.seen)}"
    )


def _say(console: Console, alert: SeenAlert) -> None:
    what = alert.record.alert
    plate = f" · {what.plate.text}" if what.plate else ""
    who = what.track.label.value if what.track else what.fault.kind.value.replace("_", " ") if what.fault else ""
    at = time.strftime("%H:%M:%S", time.localtime(what.occurred_at.timestamp()))
    console.print(
        f"  {at} [bold]{what.camera_id}[/] {what.kind.value.replace('_', ' ')} · {what.place} · "
        f"{who}{plate} [dim]({alert.latency_s * 1000:.0f} ms)[/]"
    )


def _cameras(client: httpx.Client, since: float) -> list[CameraHealth]:
    """The cameras that the box has reported in this run, which began at `since` (POSIX seconds)."""
    answer = client.get("/api/v1/cameras", params={"limit": 500})
    answer.raise_for_status()
    return [
        _HEALTH.validate_python(item["health"])
        for item in answer.json()["items"]
        if datetime.fromisoformat(item["last_report_at"]).timestamp() >= since
    ]


def _settle(
    stage: Stage, client: httpx.Client, dispatcher: Dispatcher, since: float
) -> tuple[tuple[CameraHealth, ...], int]:
    """Stop the cameras and wait until the console has everything that they raised."""
    assert stage.edge is not None  # noqa: S101 (started before)
    stage.edge.stop()
    deadline = time.monotonic() + _SETTLE_S
    while True:
        try:
            cameras = _cameras(client, since)
            pending = sum(box["outbox_pending"] for box in client.get("/api/v1/boxes").json()["items"])
        except httpx.HTTPError as error:
            raise WorkFailedError(
                f"the coordinator does not answer any more ({error}); see {stage.data_dir / 'coordinator.log'}"
            ) from None
        complete = pending == 0 and sum(c.alerts for c in cameras) <= len(dispatcher.seen)
        if complete or time.monotonic() > deadline:
            return tuple(cameras), pending
        time.sleep(0.1)


@contextmanager
def _ctrl_c() -> Iterator[Event]:
    """An event that Ctrl-C or SIGTERM sets, instead of an exception in the middle of things."""
    stopped = Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopped.set()

    before = {sign: signal.signal(sign, stop) for sign in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopped
    finally:
        for sign, handler in before.items():
            signal.signal(sign, handler)


@contextmanager
def _nothing() -> Iterator[None]:
    yield None
