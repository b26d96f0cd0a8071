"""`skynet cameras events`: what a camera notices by itself, as it comes."""

from __future__ import annotations

import asyncio
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
from skynet.cli.cameras.session import with_camera
from skynet.edge.onvif import OnvifCamera
from skynet.edge.onvif.camera_event import CameraEvent


def events(
    url: Address,
    user: UserOption = None,
    password_env: PasswordEnvOption = None,
    insecure_tls: InsecureOption = False,
    seconds: Annotated[float | None, typer.Option("--seconds", min=0.1, help="Leave after so long.")] = None,
    count: Annotated[int | None, typer.Option("--count", min=1, help="Leave after so many.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Print motion, tampering and number plates as the camera reports them, until Ctrl-C.

    The subscription is given back in each case. What a camera says about faces is left out, always.
    """
    address, credentials = target(url, user, password_env)

    async def listen(camera: OnvifCamera) -> None:
        await camera.connect()
        try:
            async with asyncio.timeout(seconds):
                await _print_events(camera, count, as_json)
        except TimeoutError:
            return

    with_camera(address, credentials, not insecure_tls, listen)


async def _print_events(camera: OnvifCamera, count: int | None, as_json: bool) -> None:
    printed = 0
    async with camera.events() as subscription:
        async for event in subscription.events():
            typer.echo(json.dumps(_document(event), ensure_ascii=False) if as_json else _line(event))
            printed += 1
            if printed == count:
                return


def _document(event: CameraEvent) -> dict[str, object]:
    document: dict[str, object] = {
        "type": "event",
        "kind": event.kind,
        "topic": event.topic,
        "at": event.at.isoformat(timespec="milliseconds").replace("+00:00", "Z") if event.at else None,
        "source": event.source,
        "active": event.active,
        "initial": event.initial,
    }
    if plate := event.plate:
        document["plate"] = {
            "number": plate.number,
            "kind": plate.kind,
            "country": plate.country,
            "number_likelihood": plate.number_likelihood,
            "likelihood": plate.likelihood,
        }
    return document


def _line(event: CameraEvent) -> str:
    at = event.at.isoformat(timespec="seconds") if event.at else "(no time)"
    state = {True: " on", False: " off", None: ""}[event.active]
    plate = f" {event.plate.number} {event.plate.kind}".rstrip() if event.plate else ""
    return f"{at} {event.kind}{state}{plate} [{event.topic}]"
