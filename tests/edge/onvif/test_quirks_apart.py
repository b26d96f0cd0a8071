"""What one visit of one quirk does not show: makes, discovery, jumping clocks, taken slots, TLS, several at once."""

from __future__ import annotations

import asyncio
import functools
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, ExitStack

import pytest

from skynet.edge.onvif.camera_error import FaultError
from skynet.edge.onvif.discovery import Discovery, discover
from skynet.edge.onvif.probe_match import FoundDevice
from tests.edge.onvif.quirk_visit import Visit, look, open_camera, side_by_side, turn
from tests.onvif_stub import HIKVISION, PERSONAS, PROFILE_T, TP_LINK, OnvifStub, Quirk, notice

LOGINS = {
    "hikvision": "HTTP digest (md5)",
    "dahua": "HTTP digest (md5)",
    "uniview": "HTTP digest (md5)",
    "tp-link": "WS-UsernameToken",
    "profile-t": "HTTP digest (md5)",
    "old-profile-s": "WS-UsernameToken",
}
WORST = {
    Quirk.NO_GET_SERVICES,
    Quirk.WINDOW_5_S,
    Quirk.XADDR_ZERO_ADDRESS,
    Quirk.UNQUOTED_ATTRIBUTES,
    Quirk.LEADING_JUNK,
    Quirk.WRONG_CONTENT_TYPE,
    Quirk.CHUNKED,
    Quirk.DEVICE_INFO_MISSING,
    Quirk.NAME_ILLEGAL_XML,
    Quirk.PROFILE_NO_ENCODER,
    Quirk.STREAM_URI_USERINFO,
    Quirk.SNAPSHOT_HTML,
    Quirk.PTZ_SPACES_EMPTY,
    Quirk.FAULT_200,
}


@pytest.fixture(scope="module")
def visits() -> Iterator[dict[str, Visit]]:
    """The makes as they come, and cameras with more than one thing wrong."""
    with ExitStack() as stack:
        stubs = {name: OnvifStub(persona) for name, persona in PERSONAS.items()}
        stubs["the worst"] = OnvifStub(HIKVISION, WORST)
        stubs["wrong password, token"] = OnvifStub(TP_LINK, {Quirk.LOCKS_OUT})
        stubs["wrong password, digest"] = OnvifStub(HIKVISION, {Quirk.LOCKS_OUT})
        stubs["tls, verified"] = OnvifStub(PROFILE_T, tls=True)
        stubs["tls, left out"] = OnvifStub(PROFILE_T, tls=True)
        calls = {name: functools.partial(look, stack.enter_context(stub)) for name, stub in stubs.items()}
        for name in ("wrong password, token", "wrong password, digest"):
            calls[name] = functools.partial(look, stubs[name], "not this one")
        calls["tls, left out"] = functools.partial(look, stubs["tls, left out"], "", False)
        yield asyncio.run(side_by_side(calls))


@pytest.mark.parametrize("name", PERSONAS)
def test_a_make_as_it_comes_needs_no_workaround(visits: dict[str, Visit], name: str) -> None:
    report, persona = visits[name].report, PERSONAS[name]
    assert report is not None
    assert (report.findings, report.problem) == ((), "")
    assert (report.identity.make, report.identity.model) == (persona.manufacturer, persona.model)
    assert (report.login, report.media) == (LOGINS[name], "Media 2" if persona.media2 else "Media 1")
    assert (report.ptz, report.events) == (persona.ptz, True)
    assert report.choice.record is not None
    assert report.choice.analysis is not None
    assert report.choice.record.token == persona.profiles[0].token
    assert report.choice.analysis.token == persona.profiles[-1].token
    assert report.clock_offset_s is not None
    assert abs(report.clock_offset_s) < 5


def test_fourteen_things_wrong_at_once_are_got_by(visits: dict[str, Visit]) -> None:
    visit = visits["the worst"]
    assert visit.report is not None, visit.said
    assert (visit.report.problem, visit.report.login, visit.report.media) == ("", "WS-UsernameToken", "Media 1")
    assert visit.report.choice.record is not None
    assert visit.report.choice.record.stream_uri == "rtsp://127.0.0.1:554/Streaming/Channels/101"
    for told in (
        "GetCapabilities was asked",
        "dated by its own",
        "it names itself 0.0",
        "XML is broken",
        "held user and password",
    ):
        assert told in visit.said


@pytest.mark.parametrize("name", ["wrong password, token", "wrong password, digest"])
def test_a_wrong_password_does_not_lock_the_account(visits: dict[str, Visit], name: str) -> None:
    visit = visits[name]
    assert "the password was refused" in str(visit.error)
    assert 0 < visit.camera.journal.refused_logins < 5


def test_a_certificate_that_nobody_vouches_for_is_refused_unless_told_otherwise(visits: dict[str, Visit]) -> None:
    assert "certificate cannot be verified" in str(visits["tls, verified"].error)
    assert visits["tls, verified"].camera.journal.calls == []
    trusting = visits["tls, left out"].report
    assert trusting is not None
    assert trusting.tls.startswith("NOT verified")
    assert trusting.problem == ""


def test_a_clock_that_jumps_is_measured_again() -> None:
    async def work(stub: OnvifStub) -> None:
        async with open_camera(stub) as camera:
            await camera.connect()
            await camera.identity()
            stub.set_clock(-7 * 86_400 - 12.0)
            identity = await camera.identity()
            assert identity.model == TP_LINK.model
            assert "its clock had moved since it was read; it was read again" in camera.findings.lines

    with OnvifStub(TP_LINK) as stub:
        asyncio.run(work(stub))
        assert stub.journal.refused_logins == 1


def test_a_stop_that_goes_out_again_logs_in_anew() -> None:
    with OnvifStub(TP_LINK, {Quirk.PTZ_STOP_LOST}) as stub:
        visit = asyncio.run(turn(stub))
        assert visit.error is None
        assert [move.kind for move in stub.moves] == ["continuous", "stop", "continuous", "stop", "absolute"]
        assert stub.journal.refused_logins == 0  # a nonce sent twice would be one


def test_no_free_slot_is_a_clear_error_and_a_slot_that_is_freed_is_used() -> None:
    async def work(stub: OnvifStub) -> None:
        async with open_camera(stub) as camera, AsyncExitStack() as held:
            await camera.connect()
            first = camera.events(0.2)
            async with first:
                for _ in range(3):
                    await held.enter_async_context(camera.events(0.2))
                with pytest.raises(FaultError, match="no free subscription"):
                    async with camera.events(0.2):
                        pass
            await held.enter_async_context(camera.events(0.2))
            assert stub.open_subscriptions == 4

    with OnvifStub(HIKVISION, {Quirk.EVENTS_FOUR_SLOTS}) as stub:
        asyncio.run(work(stub))
        assert stub.open_subscriptions == 0
        assert stub.most_subscriptions == 4


class _HurryingClock:
    """Monotonic time that a test can put forward."""

    def __init__(self) -> None:
        self.ahead_s = 0.0

    def wall(self) -> float:
        return time.time()

    def monotonic(self) -> float:
        return time.monotonic() + self.ahead_s


@pytest.mark.parametrize("fails", [False, True], ids=["renewed", "renewing fails"])
def test_a_subscription_is_renewed_in_time_or_made_anew(fails: bool) -> None:
    async def work(stub: OnvifStub) -> None:
        clock = _HurryingClock()
        async with open_camera(stub, clock=clock) as camera:
            await camera.connect()
            async with camera.events(0.2) as pull:
                events = pull.events()
                stub.emit(notice.motion(True))
                assert (await anext(events)).active is True
                clock.ahead_s = 60.0  # past the time to renew, before the lease ends
                stub.emit(notice.motion(False))
                assert (await anext(events)).active is False
                await asyncio.to_thread(stub.journal.wait, "Renew", "fault" if fails else "answered")
                await events.aclose()

    with OnvifStub(HIKVISION, {Quirk.EVENTS_RENEW_FAILS} if fails else ()) as stub:
        asyncio.run(work(stub))
        assert len(stub.journal.named("CreatePullPointSubscription", "answered")) == (2 if fails else 1)
        assert len(stub.journal.named("Unsubscribe", "answered")) == (2 if fails else 1)
        assert stub.open_subscriptions == 0


DISCOVERY = [quirk for quirk in Quirk if quirk.name.startswith("DISCOVERY_")]


@pytest.fixture(scope="module")
def found() -> Iterator[tuple[Discovery, dict[Quirk, FoundDevice | None]]]:
    """One search over a camera for each way to answer it wrongly."""
    with ExitStack() as stack:
        stubs = {quirk: stack.enter_context(OnvifStub(HIKVISION, {quirk})) for quirk in DISCOVERY}
        result = asyncio.run(discover(0.5, [stub.discovery_address for stub in stubs.values()]))
        yield (
            result,
            {
                quirk: next((device for device in result.devices if stub.url in device.xaddrs), None)
                for quirk, stub in stubs.items()
            },
        )


LOST = {Quirk.DISCOVERY_SILENT, Quirk.DISCOVERY_NO_XADDRS, Quirk.DISCOVERY_XML_BOMB}


@pytest.mark.parametrize("quirk", DISCOVERY, ids=lambda quirk: quirk.name)
def test_a_camera_that_can_be_found_is_found(
    found: tuple[Discovery, dict[Quirk, FoundDevice | None]], quirk: Quirk
) -> None:
    device = found[1][quirk]
    assert (device is None) is (quirk in LOST)
    if device is not None:
        assert device.hardware == HIKVISION.model


def test_what_could_not_be_read_is_counted(found: tuple[Discovery, dict[Quirk, FoundDevice | None]]) -> None:
    assert found[0].unreadable >= 2
