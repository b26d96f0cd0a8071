"""What cameras notice by themselves, and what we never take from them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skynet.edge.onvif.camera_error import StrangeAnswerError
from skynet.edge.onvif.camera_event import CameraEvent, CameraPlate, EventKind, plain_topic, read_events
from skynet.edge.onvif.xml_node import read_xml
from tests.onvif_stub import notice

_HEAD = (
    '<r xmlns:wsnt="http://docs.oasis-open.org/wsn/b-2" xmlns:tt="http://www.onvif.org/ver10/schema" '
    'xmlns:tns1="http://www.onvif.org/ver10/topics">'
)
AT = datetime(2026, 11, 25, 10, tzinfo=UTC)


def read(*messages: str) -> tuple[list[CameraEvent], int]:
    return read_events(read_xml(f"{_HEAD}{''.join(messages)}</r>".encode())[0])


def test_motion_and_tampering_have_a_state_and_a_time() -> None:
    (moved, still, covered), left_out = read(notice.motion(True, AT), notice.motion(False, AT), notice.tamper(True, AT))
    assert (moved.kind, moved.active, moved.at) == (EventKind.MOTION, True, AT)
    assert (still.kind, still.active) == (EventKind.MOTION, False)
    assert (covered.kind, covered.active, covered.source) == (EventKind.TAMPER, True, "VideoSource_1")
    assert left_out == 0


def test_a_plate_comes_with_its_kind_and_how_sure_the_camera_is() -> None:
    (event,), _ = read(notice.plate("皖A12345", 0.91, AT))
    assert event.kind is EventKind.PLATE
    assert event.plate == CameraPlate("皖A12345", "Normal", "CN", 0.91, 0.91)


@pytest.mark.parametrize(
    "topic",
    ["tns1:RuleEngine/Recognition/Face", "tns1:RuleEngine/FaceDetect", "tnsx:Vendor/humanface/Found", "x:FACE"],
)
def test_faces_are_left_out_under_every_topic(topic: str) -> None:
    message = notice.face("person-7").replace("tns1:RuleEngine/Recognition/Face", topic)
    assert read(message, notice.motion(True, AT)) == (read(notice.motion(True, AT))[0], 1)


def test_who_was_enrolled_is_left_out_under_a_harmless_topic_too() -> None:
    message = notice.face("person-7").replace("tns1:RuleEngine/Recognition/Face", "tns1:RuleEngine/CountAggregation")
    assert read(message) == ([], 1)


def test_a_network_interface_is_no_face() -> None:
    message = notice.motion(True).replace("CellMotionDetector", "NetworkInterface")
    assert len(read(message)[0]) == 1


def test_a_message_with_nothing_in_it_is_still_an_event() -> None:
    (event,), _ = read(notice.unparsable())
    assert (event.kind, event.at, event.active) == (EventKind.MOTION, None, None)


def test_topics_are_plain() -> None:
    assert plain_topic("tns1:RuleEngine/tns1:Cell/Motion//.") == "RuleEngine/Cell/Motion"


@given(st.text("<>/=\"' :tSimpleItemNameValueDataMessageTopicFace.123", max_size=200))
def test_whatever_a_message_holds_it_is_read_or_left_out(inside: str) -> None:
    content = f"{_HEAD}<wsnt:NotificationMessage>{inside}</wsnt:NotificationMessage></r>".encode()
    try:
        events, _ = read_events(read_xml(content)[0])
    except StrangeAnswerError:
        return
    assert all("face" not in event.topic.lower() for event in events)
