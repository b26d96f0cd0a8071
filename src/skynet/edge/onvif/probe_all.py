"""Probes all devices that were found, a bounded number at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from skynet.domain.clock import Clock
from skynet.edge.onvif.camera import OnvifCamera
from skynet.edge.onvif.camera_error import CameraError, SilentError
from skynet.edge.onvif.camera_report import CameraReport
from skynet.edge.onvif.credentials import Credentials
from skynet.edge.onvif.probe import OpenStream, probe
from skynet.edge.onvif.probe_match import FoundDevice

Look = Callable[[OnvifCamera], Awaitable[CameraReport]]


@dataclass(frozen=True, slots=True)
class ProbedDevice:
    """`report` None: it could not be looked at, `problem` says why."""

    device: FoundDevice
    report: CameraReport | None
    problem: str = ""


async def probe_all(
    devices: Sequence[FoundDevice],
    credentials: Credentials | None,
    clock: Clock,
    *,
    verify_tls: bool = True,
    open_stream: OpenStream | None = None,
    seconds: float = 6.0,
    concurrency: int = 64,
    done: Callable[[], None] = lambda: None,
) -> list[ProbedDevice]:
    """In the order of `devices`. `done` is called after each."""
    gate = asyncio.Semaphore(concurrency)

    async def one(device: FoundDevice, look: Look) -> ProbedDevice:
        async with gate:
            probed = await _probed(device, credentials, clock, verify_tls, look)
        done()
        return probed

    with ThreadPoolExecutor(concurrency, "probe") as threads:

        async def look(camera: OnvifCamera) -> CameraReport:
            return await probe(camera, clock, open_stream, seconds, threads)

        return list(await asyncio.gather(*(one(device, look) for device in devices)))


async def _probed(
    device: FoundDevice,
    credentials: Credentials | None,
    clock: Clock,
    verify_tls: bool,
    look: Look,
) -> ProbedDevice:
    """Each address in turn, since a device names those that only it can reach as well."""
    problem = ""
    for xaddr in device.xaddrs:
        try:
            async with OnvifCamera(xaddr, credentials, clock, verify_tls=verify_tls, named=False) as camera:
                return ProbedDevice(device, await look(camera))
        except SilentError as error:
            problem = str(error)
        except CameraError as error:
            return ProbedDevice(device, None, str(error))
    return ProbedDevice(device, None, problem)
