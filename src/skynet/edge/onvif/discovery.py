"""Finds devices: asks all of a network at once, or given addresses one by one, and listens for a while.

Bounded: so many devices, so many answers. What cannot be read is left out and counted.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from uuid import uuid4

from skynet.domain.errors import WorkFailedError
from skynet.edge.onvif.camera_error import StrangeAnswerError
from skynet.edge.onvif.probe_match import MAX_XADDRS, FoundDevice, read_probe_matches, write_probe

GROUP = ("239.255.255.250", 3702)
MAX_DEVICES = 4096
MAX_ANSWERS = 50_000
SPREAD_S = (0.0, 0.25, 0.7)
"""The question goes out three times, since datagrams get lost."""


@dataclass(frozen=True, slots=True)
class Discovery:
    """`unreadable` answers were left out, `too_many` were not looked at."""

    devices: tuple[FoundDevice, ...] = ()
    unreadable: int = 0
    too_many: int = 0
    unsent: tuple[str, ...] = field(default=())
    """Addresses that the question could not be sent to."""


class _Listener(asyncio.DatagramProtocol):
    def __init__(self, tell: Callable[[FoundDevice], None]) -> None:
        self.devices: dict[str, FoundDevice] = {}
        self.unreadable = self.too_many = self._answers = 0
        self._tell = tell

    def datagram_received(self, data: bytes, addr: tuple[str | object, int]) -> None:
        self._answers += 1
        if self._answers > MAX_ANSWERS:
            self.too_many += 1
            return
        try:
            found = read_probe_matches(data, str(addr[0]))
        except StrangeAnswerError:
            self.unreadable += 1
            return
        for device in found:
            self._keep(device)

    def error_received(self, exc: Exception) -> None:
        """Nobody at one of the addresses: the others may answer all the same."""

    def _keep(self, device: FoundDevice) -> None:
        known = self.devices.get(device.endpoint)
        if known is None and len(self.devices) >= MAX_DEVICES:
            self.too_many += 1
            return
        if known is None:
            self._tell(device)
        else:  # it answers once for each of its networks
            xaddrs = tuple(dict.fromkeys((*known.xaddrs, *device.xaddrs)))[:MAX_XADDRS]
            device = replace(known, xaddrs=xaddrs)
        self.devices[device.endpoint] = device


async def discover(
    seconds: float = 4.0,
    targets: Sequence[tuple[str, int]] = (GROUP,),
    tell: Callable[[FoundDevice], None] = lambda device: None,
    interface: str = "",
) -> Discovery:
    """Who answers within `seconds`, in order of address. `tell` hears of each once, at once. `interface` is the own
    address to ask from, where the machine has several.

    Raises WorkFailedError when nothing can be sent at all.
    """
    loop = asyncio.get_running_loop()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        try:
            _prepare(sock, interface)
        except OSError as error:
            raise WorkFailedError(f"discovery: no socket to ask from ({error.strerror}); see --interface") from None
        transport, listener = await loop.create_datagram_endpoint(lambda: _Listener(tell), sock=sock)
        try:
            unsent = await _ask(sock, targets, seconds)
        finally:
            transport.close()
    devices = sorted(listener.devices.values(), key=lambda device: (_sortable(device.seen_at), device.endpoint))
    return Discovery(tuple(devices), listener.unreadable, listener.too_many, unsent)


def _prepare(sock: socket.socket, interface: str) -> None:
    sock.setblocking(False)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    if interface:
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(interface))
    sock.bind((interface or "0.0.0.0", 0))  # noqa: S104 - answers come in by any network


async def _ask(sock: socket.socket, targets: Sequence[tuple[str, int]], seconds: float) -> tuple[str, ...]:
    question = write_probe(uuid4())
    loop = asyncio.get_running_loop()
    unsent: dict[str, str] = {}
    began = loop.time()
    for delay in SPREAD_S:
        if delay >= seconds:
            break
        await asyncio.sleep(max(0.0, began + delay - loop.time()))
        for target in targets:
            try:
                sock.sendto(question, target)
            except OSError as error:
                unsent[f"{target[0]}:{target[1]}"] = error.strerror or "not sent"
            else:
                unsent.pop(f"{target[0]}:{target[1]}", None)
    await asyncio.sleep(max(0.0, began + seconds - loop.time()))
    if len(unsent) == len(set(targets)):
        where, why = next(iter(unsent.items()))
        raise WorkFailedError(
            f"discovery: {where} cannot be asked ({why}); name addresses with --at, or see --interface"
        )
    return tuple(unsent)


def _sortable(host: str) -> tuple[int, ...]:
    return tuple(int(part) if part.isdigit() else 0 for part in host.split("."))
