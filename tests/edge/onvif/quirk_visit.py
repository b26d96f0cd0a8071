"""Drives the real client at one stub, as an operator's commands do: look, turn, listen; and tells what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from typing import TypeVar

from skynet.domain.clock import Clock, SystemClock
from skynet.edge.onvif.camera import OnvifCamera
from skynet.edge.onvif.camera_error import CameraError
from skynet.edge.onvif.camera_event import CameraEvent
from skynet.edge.onvif.camera_report import CameraReport
from skynet.edge.onvif.credentials import Credentials
from skynet.edge.onvif.pace import Pace
from skynet.edge.onvif.probe import probe
from skynet.edge.onvif.ptz_service import Axes, Preset, PtzStatus
from tests.onvif_stub import OnvifStub, Quirk, notice

T = TypeVar("T")
Key = TypeVar("Key")
PULL_S = 0.3


@dataclass
class Visit:
    """`error` is why it ended before its end; the rest is what was found out until then."""

    camera: OnvifStub
    report: CameraReport | None = None
    error: CameraError | None = None
    presets: tuple[Preset, ...] = ()
    status: PtzStatus | None = None
    token: str = ""
    faults: list[str] = field(default_factory=list)
    events: list[CameraEvent] = field(default_factory=list)
    left_out: int = 0
    findings: tuple[str, ...] = ()

    @property
    def said(self) -> str:
        """All that an operator is told."""
        lines = [*self.findings, *self.faults, str(self.error or "")]
        if self.report:
            lines += [*self.report.findings, self.report.problem]
        return "\n".join(line for line in lines if line)


async def look(stub: OnvifStub, password: str = "", verify_tls: bool = True) -> Visit:
    """`skynet cameras probe`, without its streams."""
    visit = Visit(stub)
    async with open_camera(stub, password, verify_tls) as camera:
        try:
            visit.report = await probe(camera, SystemClock(), None)
        except CameraError as error:
            visit.error = error
        visit.findings = camera.findings.lines
    return visit


async def turn(stub: OnvifStub) -> Visit:
    """`skynet cameras ptz`: zoom, pan, position, presets; what the camera does not know is put down and gone past."""
    visit = Visit(stub)
    async with open_camera(stub) as camera:
        try:
            await camera.connect()
            ptz = await camera.ptz()
            await ptz.spaces()
            await ptz.move_for(Axes(pan=0.5), 0.01)
            await _put_down(visit, ptz.move_for(Axes(zoom=0.5), 0.01))
            await _put_down(visit, ptz.go(Axes(zoom=0.25)))
            visit.status = await _put_down(visit, ptz.status())
            visit.presets = await _put_down(visit, ptz.presets()) or ()
            visit.token = await _put_down(visit, ptz.set_preset("north <gate> & yard")) or ""
        except CameraError as error:
            visit.error = error
        visit.findings = camera.findings.lines
    return visit


async def listen(stub: OnvifStub, wanted: int = 2, at_pull: int = 1, within_s: float = 20.0) -> Visit:
    """`skynet cameras events`: until so many came, or for so long; at that pull the camera tells three things."""
    visit = Visit(stub)
    moved = notice.foreign_motion if Quirk.EVENTS_FOREIGN_TOPIC in stub.quirks else notice.motion
    stub.emit_at_pull(at_pull, moved(True), notice.face("E-0042"), notice.plate("皖A12345"))
    async with open_camera(stub) as camera:
        try:
            await camera.connect()
            async with camera.events(PULL_S) as pull, aclosing(pull.events()) as events:
                with suppress(TimeoutError):
                    async with asyncio.timeout(within_s):
                        async for event in events:
                            visit.events.append(event)
                            if len(visit.events) >= wanted:
                                break
                visit.left_out = pull.left_out
        except CameraError as error:
            visit.error = error
        visit.findings = camera.findings.lines
    return visit


async def _put_down(visit: Visit, call: Awaitable[T]) -> T | None:
    try:
        return await call
    except CameraError as error:
        visit.faults.append(str(error))
        return None


def open_camera(
    stub: OnvifStub, password: str = "", verify_tls: bool = True, clock: Clock | None = None
) -> OnvifCamera:
    """With the camera's own password unless another is given."""
    credentials = Credentials(stub.login.user, password or stub.login.password)
    clock = clock or SystemClock()
    pace = None if Quirk.REBOOTS_WHEN_HURRIED in stub.quirks else _Unpaced(clock)
    return OnvifCamera(stub.url, credentials, clock, verify_tls=verify_tls, pace=pace)


class _Unpaced(Pace):
    """In no hurry to wait: the stub is none of the cameras that calls in a row restart."""

    async def wait(self) -> None:
        return


async def side_by_side(visits: dict[Key, Callable[[], Awaitable[Visit]]], at_once: int = 8) -> dict[Key, Visit]:
    """So that slow answers are waited for together; the slowest stand first, and not so many at once that a busy
    machine makes the others slow, too."""
    room = asyncio.Semaphore(at_once)

    async def take_turn(visit: Callable[[], Awaitable[Visit]]) -> Visit:
        async with room:
            return await visit()

    done = await asyncio.gather(*(take_turn(visit) for visit in visits.values()))
    return dict(zip(visits, done, strict=True))
