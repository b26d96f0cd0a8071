"""`skynet cameras discover`: who is on the network."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from ipaddress import IPv4Address
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from skynet.cli.cameras.login_options import InsecureOption, JsonOption, PasswordEnvOption, UserOption, credentials_of
from skynet.cli.cameras.probe import NoStreamOption, SecondsOption
from skynet.cli.cameras.streams import open_stream
from skynet.domain import SystemClock
from skynet.domain.errors import BadInputError
from skynet.edge.onvif import discover
from skynet.edge.onvif.discovery import GROUP, Discovery
from skynet.edge.onvif.probe_all import ProbedDevice, probe_all
from skynet.edge.onvif.probe_match import FoundDevice


def discover_cameras(
    wait: Annotated[float, typer.Option("--wait", min=0.2, max=60, help="Listen for so many seconds.")] = 4.0,
    at: Annotated[list[str] | None, typer.Option("--at", help="Ask this host or host:port, not the network.")] = None,
    interface: Annotated[str, typer.Option("--interface", help="The own IPv4 address to ask from.")] = "",
    with_probe: Annotated[bool, typer.Option("--probe", help="Look at each of them whole, too.")] = False,
    concurrency: Annotated[int, typer.Option(min=1, max=256, help="Probe so many at once.")] = 64,
    user: UserOption = None,
    password_env: PasswordEnvOption = None,
    insecure_tls: InsecureOption = False,
    no_stream: NoStreamOption = False,
    seconds: SecondsOption = 6.0,
    as_json: JsonOption = False,
) -> None:
    """List the cameras that answer on this network. With --json a line for each, then a summary."""
    logging.getLogger("httpx").setLevel(logging.WARNING)
    if interface and not _is_ipv4(interface):
        raise BadInputError(f"--interface {interface[:80]}: is no IPv4 address; name one of this machine's own")
    credentials = credentials_of(user, password_env) if with_probe else None
    targets = [_target(text) for text in at] if at else [GROUP]
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        found = asyncio.run(_listen(progress, wait, targets, interface))
        probed: list[ProbedDevice] = []
        if with_probe:
            task = progress.add_task("looking at each", total=len(found.devices))
            probed = asyncio.run(
                probe_all(
                    found.devices,
                    credentials,
                    SystemClock(),
                    verify_tls=not insecure_tls,
                    open_stream=None if no_stream else open_stream,
                    seconds=seconds,
                    concurrency=concurrency,
                    done=lambda: progress.advance(task),
                )
            )
    show: Callable[[Discovery, list[ProbedDevice]], None] = _print_json if as_json else _print_table
    show(found, probed)


async def _listen(progress: Progress, wait: float, targets: list[tuple[str, int]], interface: str) -> Discovery:
    task = progress.add_task("listening", total=wait)
    search = asyncio.ensure_future(discover(wait, targets, interface=interface))
    while not search.done():
        await asyncio.wait([search], timeout=0.1)
        progress.advance(task, 0.1)
    return await search


def _is_ipv4(text: str) -> bool:
    try:
        IPv4Address(text)
    except ValueError:
        return False
    return True


def _target(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon:
        return text, GROUP[1]
    if not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise BadInputError(f"--at {text[:80]}: is no host or host:port; e.g. 192.0.2.7 or 192.0.2.7:3702")
    return host, int(port)


def _print_json(found: Discovery, probed: list[ProbedDevice]) -> None:
    by_endpoint = {one.device.endpoint: one for one in probed}
    for device in found.devices:
        line: dict[str, object] = {"type": "device", **_fields(device)}
        if one := by_endpoint.get(device.endpoint):
            line["report"] = one.report.as_json() if one.report else None
            line["problem"] = one.problem or (one.report.problem if one.report else "")
        typer.echo(json.dumps(line, ensure_ascii=False))
    summary = {"devices": len(found.devices), "unreadable": found.unreadable, "left_out": found.too_many}
    typer.echo(json.dumps({"type": "summary", **summary, "not_asked": list(found.unsent)}, ensure_ascii=False))


def _print_table(found: Discovery, probed: list[ProbedDevice]) -> None:
    by_endpoint = {one.device.endpoint: one for one in probed}
    table = Table("address", "name", "hardware", "endpoint", *(["probe"] if probed else []))
    for device in found.devices:
        row = [device.xaddrs[0], device.name, device.hardware, device.endpoint]
        if probed:
            row.append(_outcome(by_endpoint.get(device.endpoint)))
        table.add_row(*(escape(cell) for cell in row))
    Console(highlight=False).print(table)
    typer.echo(f"devices: {len(found.devices)}")
    if found.unreadable or found.too_many:
        typer.echo(f"{found.unreadable} answers could not be read, {found.too_many} were too many", err=True)
    for target in found.unsent:
        typer.echo(f"skynet: --at {target}: could not be asked", err=True)


def _outcome(one: ProbedDevice | None) -> str:
    if one is None or one.report is None:
        return one.problem if one else ""
    identity = one.report.identity
    return one.report.problem or f"{identity.make} {identity.model}: {len(one.report.profiles)} profiles"


def _fields(device: FoundDevice) -> dict[str, object]:
    return {
        "endpoint": device.endpoint,
        "addresses": list(device.xaddrs),
        "seen_at": device.seen_at,
        "name": device.name,
        "hardware": device.hardware,
    }
