"""Finds the addresses of a host without making the hub wait for a name server."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to connect: family and what `socket.connect` takes."""

    family: int
    address: tuple[str | int | bytes, ...]


def look_up(host: str, port: int, tell: Callable[[list[Endpoint]], None]) -> None:
    """Call `tell` with all addresses, none when the host is not known: at once when it is a number, else from a thread
    of its own, which may outlive the wish.
    """
    try:
        tell(_endpoints(host, port, socket.AI_NUMERICHOST))
    except (socket.gaierror, UnicodeError):
        threading.Thread(target=_ask, args=(host, port, tell), name="rtsp-lookup", daemon=True).start()


def _ask(host: str, port: int, tell: Callable[[list[Endpoint]], None]) -> None:
    try:
        found = _endpoints(host, port, 0)
    except (socket.gaierror, UnicodeError):
        found = []
    tell(found)


def _endpoints(host: str, port: int, flags: int) -> list[Endpoint]:
    answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=flags)
    return [Endpoint(family, address) for family, _, _, _, address in answers]
