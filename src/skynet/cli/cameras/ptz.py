"""`skynet cameras ptz`: turns a camera."""

from __future__ import annotations

import json
from enum import StrEnum
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
from skynet.domain.errors import BadInputError
from skynet.edge.onvif import OnvifCamera
from skynet.edge.onvif.ptz_service import Axes, PtzService


class Action(StrEnum):
    MOVE = "move"
    STOP = "stop"
    GOTO = "goto"
    STATUS = "status"
    PRESETS = "presets"
    SET_PRESET = "set-preset"
    GOTO_PRESET = "goto-preset"
    REMOVE_PRESET = "remove-preset"


_NAMED = (Action.SET_PRESET, Action.GOTO_PRESET, Action.REMOVE_PRESET)


def ptz(
    url: Address,
    action: Annotated[Action, typer.Argument(help="move for --seconds and stop; goto a position; …")],
    preset: Annotated[str, typer.Argument(help="set-preset: a name; goto-preset, remove-preset: a token.")] = "",
    pan: Annotated[float | None, typer.Option(min=-1, max=1, help="Speed or position, left to right.")] = None,
    tilt: Annotated[float | None, typer.Option(min=-1, max=1, help="Speed or position, down to up.")] = None,
    zoom: Annotated[float | None, typer.Option(min=-1, max=1, help="Speed or position, wide to near.")] = None,
    seconds: Annotated[float, typer.Option(min=0.1, max=60, help="How long to move.")] = 1.0,
    user: UserOption = None,
    password_env: PasswordEnvOption = None,
    insecure_tls: InsecureOption = False,
    as_json: JsonOption = False,
) -> None:
    """Turn a camera, or manage its presets. A move ends with a stop, whatever happens."""
    if action in _NAMED and not preset:
        raise BadInputError(f"{action}: name the preset, after the action")
    axes = None
    if action in (Action.MOVE, Action.GOTO):
        try:
            axes = Axes(pan, tilt, zoom)
        except ValueError as error:
            raise BadInputError(f"{action}: {error}") from None
    address, credentials = target(url, user, password_env)

    async def work(camera: OnvifCamera) -> object:
        await camera.connect()
        return await _do(await camera.ptz(), action, axes, preset, seconds)

    _show(with_camera(address, credentials, not insecure_tls, work), as_json)


async def _do(service: PtzService, action: Action, axes: Axes | None, preset: str, seconds: float) -> object:
    match action:
        case Action.MOVE if axes:
            await service.move_for(axes, seconds)
        case Action.GOTO if axes:
            await service.go(axes)
        case Action.STOP:
            await service.stop()
        case Action.STATUS:
            status = await service.status()
            return {"pan": status.pan, "tilt": status.tilt, "zoom": status.zoom, "moving": status.moving}
        case Action.PRESETS:
            return [{"token": preset.token, "name": preset.name} for preset in await service.presets()]
        case Action.SET_PRESET:
            return {"token": await service.set_preset(preset)}
        case Action.GOTO_PRESET:
            await service.go_to_preset(preset)
        case Action.REMOVE_PRESET:
            await service.remove_preset(preset)
    return None


def _show(result: object, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"done": True} if result is None else result, ensure_ascii=False))
    elif isinstance(result, list):
        for item in result:
            typer.echo(f"{item['token']}\t{item['name']}")
    elif isinstance(result, dict):
        typer.echo("  ".join(f"{name} {value}" for name, value in result.items()))
    else:
        typer.echo("done")
