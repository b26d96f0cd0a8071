"""A subscription to a camera's events over real sockets: held, made anew, given back."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import pytest

from skynet.domain import SystemClock
from skynet.edge.camera_events import CameraEvents
from skynet.edge.event_listener import EventListener
from skynet.edge.onvif import Credentials
from skynet.edge.onvif.camera_event import EventKind
from tests.e2e.fault_proxy import FaultLines
from tests.onvif_stub import HIKVISION, PROFILE_T, OnvifStub, notice
from tests.onvif_stub.persona import Persona

WITHIN_S = 15.0


def wait(until: Callable[[], object]) -> None:
    deadline = time.monotonic() + WITHIN_S
    while not until():
        assert time.monotonic() < deadline, "it does not come"
        time.sleep(0.01)


def listener(url: str, credentials: Credentials) -> EventListener:
    clock = SystemClock()
    return EventListener(url, credentials, CameraEvents("gate", clock), clock, random.Random(1), first_retry_s=0.1)


def of(stub: OnvifStub) -> EventListener:
    return listener(stub.url, Credentials(stub.login.user, stub.login.password))


def leave(listening: EventListener) -> None:
    listening.ask_to_stop()
    listening.ask_to_stop()  # whoever asks twice changes nothing
    assert listening.join(time.monotonic() + WITHIN_S)
    assert not listening.events.listening


@pytest.mark.parametrize("persona", [HIKVISION, PROFILE_T], ids=lambda persona: persona.model)
def test_tampering_is_heard_and_the_subscription_given_back(persona: Persona) -> None:
    with OnvifStub(persona) as stub:
        listening = of(stub)
        listening.start()
        try:
            wait(lambda: listening.events.listening)
            stub.emit(notice.tamper(True))
            wait(lambda: listening.events.stands(EventKind.TAMPER))
            assert "reports tampering" in listening.events.line()
            stub.emit(notice.face("somebody"))
            stub.emit(notice.tamper(False))
            wait(lambda: not listening.events.stands(EventKind.TAMPER))
            assert sum(listening.events.counts.values()) == 2
            assert stub.open_subscriptions == 1
        finally:
            leave(listening)
        assert stub.open_subscriptions == 0


def test_a_camera_that_is_away_is_named_and_heard_when_it_is_back() -> None:
    with OnvifStub(HIKVISION) as stub, FaultLines() as lines:
        line = lines.line(stub.port)
        line.off()
        url = stub.url.replace(f":{stub.port}/", f":{line.port}/")
        listening = listener(url, Credentials(stub.login.user, stub.login.password))
        listening.start()
        try:
            wait(lambda: "cannot be reached" in listening.events.line())
            line.on()
            wait(lambda: listening.events.listening)
            assert (listening.events.line(), listening.events.subscriptions) == ("", 1)
        finally:
            leave(listening)


def test_a_refused_login_is_not_tried_again_and_again() -> None:
    with OnvifStub(HIKVISION) as stub:
        listening = listener(stub.url, Credentials(stub.login.user, "wr0ng-Secret"))
        listening.start()
        try:
            wait(lambda: listening.events.line())
            asked = len(stub.journal.calls)
            assert "wr0ng" not in listening.events.line()
            time.sleep(0.5)  # five times the pause after any other failure
            assert len(stub.journal.calls) == asked
        finally:
            leave(listening)


def test_it_can_be_stopped_before_it_has_started() -> None:
    with OnvifStub(HIKVISION) as stub:
        listening = of(stub)
        listening.ask_to_stop()
        assert listening.join(time.monotonic())
        listening.start()
        assert listening.join(time.monotonic() + WITHIN_S)
        assert stub.open_subscriptions == 0
