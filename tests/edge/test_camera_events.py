"""What a camera tells of itself: what counts, what stands, and what is not known any more."""

from __future__ import annotations

import logging

import pytest

from skynet.domain import Camera, SystemClock
from skynet.edge.camera_events import MAX_STANDING, CameraEvents
from skynet.edge.camera_status import CameraStatus
from skynet.edge.onvif.camera_event import CameraEvent, EventKind


@pytest.fixture
def events() -> CameraEvents:
    events = CameraEvents("gate", SystemClock())
    events.begin()
    return events


def told(kind: EventKind, active: bool | None, *, source: str = "1", initial: bool = False) -> CameraEvent:
    return CameraEvent(kind, f"VideoSource/{kind}", None, source, active, initial)


def test_tampering_stands_until_each_of_its_sources_is_well(
    events: CameraEvents, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    events.heard(told(EventKind.TAMPER, True, source="1"))
    events.heard(told(EventKind.TAMPER, True, source="2"))
    events.heard(told(EventKind.TAMPER, True, source="1"))  # some repeat it
    events.heard(told(EventKind.TAMPER, False, source="1"))
    assert events.stands(EventKind.TAMPER)
    assert "it reports tampering by itself since 2" in events.line()
    events.heard(told(EventKind.TAMPER, False, source="2"))
    assert not events.stands(EventKind.TAMPER)
    assert events.line() == ""
    assert len(caplog.records) == 4
    assert events.counts[EventKind.TAMPER] == 5


def test_a_state_from_before_stands_and_is_not_counted(events: CameraEvents) -> None:
    events.heard(told(EventKind.MOTION, True, initial=True))
    assert (events.stands(EventKind.MOTION), events.counts[EventKind.MOTION]) == (True, 0)


def test_a_plate_is_counted_and_does_not_stand(events: CameraEvents) -> None:
    events.heard(told(EventKind.PLATE, None))
    assert (events.stands(EventKind.PLATE), events.counts[EventKind.PLATE]) == (False, 1)


def test_what_cannot_be_heard_does_not_stand(events: CameraEvents) -> None:
    events.heard(told(EventKind.TAMPER, True))
    events.lost("no answer")
    assert (events.listening, events.stands(EventKind.TAMPER)) == (False, False)
    assert events.line() == "its events cannot be had: no answer"
    events.begin()
    assert (events.listening, events.line(), events.subscriptions) == (True, "", 2)


def test_a_camera_with_endless_names_fills_nothing(events: CameraEvents) -> None:
    for number in range(MAX_STANDING + 5):
        events.heard(told(EventKind.MOTION, True, source=str(number)))
    assert events.left_out == 5


def test_health_names_tampering_and_no_state_of_the_stream_is_hidden_by_it(events: CameraEvents) -> None:
    status = CameraStatus(Camera(id="gate", name="Gate", site="s"), SystemClock())
    status.events = events
    events.heard(told(EventKind.TAMPER, True))
    assert "reports tampering" in status.health().detail
    status.become(status.state, "no answer")
    assert status.health().detail == "no answer"
