"""What is chosen of a camera's profiles, and the entry that comes out."""

from __future__ import annotations

from dataclasses import replace

import yaml

from skynet.edge.onvif.camera_entry import CameraEntry, slug
from skynet.edge.onvif.camera_report import choose
from skynet.edge.onvif.media_profile import MediaProfile

MAIN = MediaProfile("m", "main", "hevc", 2560, 1440, 25, source="lens-1", stream_uri="rtsp://h/m")
SUB = MediaProfile("s", "sub", "h264", 640, 360, 15, source="lens-1", stream_uri="rtsp://h/s")


def test_the_largest_is_recorded_and_the_small_one_analysed() -> None:
    middle = replace(SUB, token="x", width=1280, height=720, stream_uri="rtsp://h/x")
    choice = choose([SUB, middle, MAIN])
    assert (choice.record, choice.analysis) == (MAIN, SUB)


def test_a_sub_stream_that_shows_too_little_or_another_view_is_not_analysed() -> None:
    tiny = replace(SUB, width=320, height=180)
    elsewhere = replace(SUB, source="lens-2")
    same = replace(SUB, stream_uri=MAIN.stream_uri)
    unsized = replace(SUB, width=0, height=0)
    for other in (tiny, elsewhere, same, unsized):
        assert choose([MAIN, other]).analysis is None


def test_what_cannot_be_read_is_chosen_last() -> None:
    jpeg = replace(MAIN, token="j", codec="jpeg", stream_uri="rtsp://h/j")
    assert choose([jpeg, SUB]).record == SUB
    assert choose([jpeg]).record == jpeg
    assert choose([replace(MAIN, stream_uri="")]).record is None


def test_an_entry_is_yaml_whatever_the_camera_calls_itself() -> None:
    for name in ('"} evil: [', "# no comment", "yes", "大门: #1", "a\\b"):
        text = CameraEntry("yes", name, "site-1", "rtsp://h/a?b=c#d", logs_in=True).yaml(2)
        (entry,) = yaml.safe_load(text)
        assert (entry["id"], entry["name"]) == ("yes", name)
        assert entry["source"] == "rtsp://${CAMERA_YES_USER}:${CAMERA_YES_PASSWORD}@h/a?b=c#d"


def test_an_entry_names_where_its_events_are_without_a_login_in_it() -> None:
    entry = CameraEntry("gate", "Gate", "site-1", "rtsp://h/a", logs_in=True, onvif="http://h/onvif/device_service")
    (read,) = yaml.safe_load(entry.yaml(2))
    assert read["onvif"] == "http://${CAMERA_GATE_USER}:${CAMERA_GATE_PASSWORD}@h/onvif/device_service"


def test_any_name_makes_an_id() -> None:
    assert slug("DS-2DE4425IW-DE 10.0.0.1") == "ds-2de4425iw-de-10-0-0-1"
    assert slug("大门") == "camera"
    assert len(slug("x" * 500)) <= 64
