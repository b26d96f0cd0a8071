"""The client against a device: turning, listening, finding, over real sockets."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest

from skynet.domain import SystemClock
from skynet.edge.onvif import Credentials, OnvifCamera, discover
from skynet.edge.onvif.camera_error import MissingServiceError, SilentError
from skynet.edge.onvif.camera_event import CameraEvent, EventKind
from skynet.edge.onvif.pace import Pace
from skynet.edge.onvif.probe_match import FoundDevice
from skynet.edge.onvif.ptz_service import Axes
from tests.onvif_stub import HIKVISION, UNIVIEW, OnvifStub, Quirk, notice

_T = TypeVar("_T")


def visit(stub: OnvifStub, work: Callable[[OnvifCamera], Awaitable[_T]]) -> _T:
    async def run() -> _T:
        credentials = Credentials(stub.login.user, stub.login.password)
        async with OnvifCamera(stub.url, credentials, SystemClock(), pace=_Unpaced(SystemClock())) as camera:
            await camera.connect()
            return await work(camera)

    return asyncio.run(run())


class _Unpaced(Pace):
    async def wait(self) -> None:
        return


def test_a_move_that_is_cancelled_still_stops() -> None:
    async def work(camera: OnvifCamera) -> None:
        ptz = await camera.ptz()
        turning = asyncio.ensure_future(ptz.move_for(Axes(pan=0.5), 60))
        while not stub.moves:
            await asyncio.sleep(0.01)
        turning.cancel()
        with pytest.raises(asyncio.CancelledError):
            await turning

    with OnvifStub(HIKVISION) as stub:
        visit(stub, work)
        assert stub.journal.calls[-1].action == "Stop"


def test_a_stop_that_the_camera_was_too_busy_for_goes_out_again() -> None:
    async def work(camera: OnvifCamera) -> None:
        ptz = await camera.ptz()
        await ptz.move_for(Axes(zoom=-0.5), 0.01)

    with OnvifStub(HIKVISION, {Quirk.PTZ_STOP_LOST}) as stub:
        visit(stub, work)
        stops = [call.outcome for call in stub.journal.calls if call.action == "Stop"]
        assert stops[-1] == "answered"
        assert len(stops) == 2


def test_only_the_axes_that_are_meant_are_commanded() -> None:
    assert "Zoom" not in Axes(pan=1).xml
    assert "PanTilt" not in Axes(zoom=0.2).xml
    with pytest.raises(ValueError, match="at least one"):
        Axes()
    with pytest.raises(ValueError, match="between"):
        Axes(pan=1.5)


def test_presets_are_kept_gone_to_and_removed() -> None:
    async def work(camera: OnvifCamera) -> None:
        ptz = await camera.ptz()
        token = await ptz.set_preset("大门 <gate>")
        assert ("大门 <gate>", token) in [(preset.name, preset.token) for preset in await ptz.presets()]
        await ptz.go_to_preset(token)
        await ptz.remove_preset(token)
        assert token not in [preset.token for preset in await ptz.presets()]

    with OnvifStub(HIKVISION) as stub:
        visit(stub, work)


def test_a_fixed_camera_says_that_it_does_not_turn() -> None:
    with OnvifStub(UNIVIEW) as stub, pytest.raises(MissingServiceError, match="fixed camera"):
        visit(stub, lambda camera: camera.ptz())


async def _first_events(camera: OnvifCamera, stub: OnvifStub, messages: list[str], count: int) -> list[CameraEvent]:
    found: list[CameraEvent] = []
    async with asyncio.timeout(20):
        async with camera.events(pull_s=2) as subscription:
            for message in messages:
                stub.emit(message)
            async for event in subscription.events():
                found.append(event)
                if len(found) == count:
                    break
    return found


def test_events_come_typed_faces_do_not_and_the_subscription_is_given_back() -> None:
    messages = [notice.face("p-1"), notice.motion(True), notice.plate("皖A12345"), notice.tamper(True)]
    with OnvifStub(HIKVISION) as stub:
        found = visit(stub, lambda camera: _first_events(camera, stub, messages, 3))
        assert [event.kind for event in found] == [EventKind.MOTION, EventKind.PLATE, EventKind.TAMPER]
        assert found[1].plate
        assert found[1].plate.number == "皖A12345"
        assert stub.open_subscriptions == 0


@pytest.mark.parametrize(
    "quirk",
    [
        Quirk.EVENTS_OTHER_PORT,
        Quirk.EVENTS_LAN_ADDRESS,
        Quirk.EVENTS_REFERENCE_PARAMETERS,
        Quirk.EVENTS_NO_SYNC_POINT,
        Quirk.EVENTS_FLAT_ADDRESS,
        Quirk.EVENTS_FOUR_SLOTS,
    ],
    ids=lambda quirk: quirk.name,
)
def test_events_come_whatever_the_subscription_is_like(quirk: Quirk) -> None:
    with OnvifStub(HIKVISION, {quirk}) as stub:
        found = visit(stub, lambda camera: _first_events(camera, stub, [notice.motion(True)], 1))
        assert found[0].kind is EventKind.MOTION
        assert stub.open_subscriptions == 0


def test_a_subscription_that_is_lost_is_made_anew_and_none_is_left_behind() -> None:
    async def work(camera: OnvifCamera) -> list[CameraEvent]:
        found: list[CameraEvent] = []
        async with asyncio.timeout(20):
            async with camera.events(pull_s=0.3) as subscription:
                stub.emit(notice.motion(True))
                async for event in subscription.events():
                    found.append(event)
                    if len(found) == 3:
                        break
                    asyncio.get_running_loop().call_later(1.0, stub.emit, notice.motion(len(found) % 2 == 0))
        assert any("was lost" in line for line in camera.findings.lines)
        return found

    with OnvifStub(HIKVISION, {Quirk.EVENTS_PULL_FAULT}) as stub:
        assert len(visit(stub, work)) == 3
        assert stub.open_subscriptions == 0


def find(*stubs: OnvifStub) -> tuple[list[FoundDevice], int, list[FoundDevice]]:
    told: list[FoundDevice] = []
    found = asyncio.run(discover(0.5, [stub.discovery_address for stub in stubs], told.append))
    return list(found.devices), found.unreadable, told


def test_devices_are_found_once_each_with_all_their_addresses() -> None:
    with OnvifStub(HIKVISION, {Quirk.DISCOVERY_TWICE}) as first, OnvifStub(UNIVIEW) as second:
        devices, unreadable, told = find(first, second)
        assert sorted(device.endpoint for device in devices) == sorted({device.endpoint for device in told})
        assert len(devices) == 2
        assert {first.url, second.url} <= {xaddr for device in devices for xaddr in device.xaddrs}
        assert unreadable == 0


@pytest.mark.parametrize("quirk", [Quirk.DISCOVERY_JUNK, Quirk.DISCOVERY_XML_BOMB], ids=lambda quirk: quirk.name)
def test_answers_that_cannot_be_read_are_counted(quirk: Quirk) -> None:
    with OnvifStub(HIKVISION, {quirk}) as bad, OnvifStub(UNIVIEW) as good:
        devices, unreadable, _ = find(bad, good)
        assert good.url in {xaddr for device in devices for xaddr in device.xaddrs}
        assert unreadable > 0


@pytest.mark.parametrize(
    "quirk", [Quirk.DISCOVERY_DIALECT_2009, Quirk.DISCOVERY_NO_METADATA_VERSION], ids=lambda quirk: quirk.name
)
def test_answers_in_other_dialects_are_read(quirk: Quirk) -> None:
    with OnvifStub(HIKVISION, {quirk}) as stub:
        devices, _, _ = find(stub)
        assert [device.xaddrs[0] for device in devices] == [stub.url]


def test_nobody_there_is_a_clear_line() -> None:
    async def knock() -> None:
        async with OnvifCamera(url, None, SystemClock()) as camera:
            await camera.connect()

    with OnvifStub(UNIVIEW) as stub:
        url = stub.url
    with pytest.raises(SilentError, match="cannot be reached"):
        asyncio.run(knock())
