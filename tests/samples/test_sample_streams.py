"""The committed sample clips and their truth belong together and keep what they promise."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import av
import pytest

from skynet.domain.plate import PlateText

FOLDER = Path(__file__).parents[2] / "sample_streams"
CLIPS = ("road", "school_gate", "night_street", "car_park")
MAX_BYTES = 4_000_000
MAX_TRUTH_BYTES = 400_000
LABELS = {"car", "bus", "truck", "motorcycle", "bicycle", "person"}
PROMISED = {
    "road": {"line_crossing", "wrong_way"},
    "school_gate": {"zone_entry"},
    "night_street": {"zone_entry", "line_crossing"},
    "car_park": {"loitering", "stopped_vehicle"},
}
PLACES = {
    "zone_entry": "zones",
    "loitering": "zones",
    "stopped_vehicle": "zones",
    "line_crossing": "lines",
    "wrong_way": "lanes",
}

every_clip = pytest.mark.parametrize("name", CLIPS)


@cache
def truth(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return document


def plate_widths(document: dict[str, Any]) -> dict[str, float]:
    """The widest sight of every plate, pixels."""
    widest: dict[str, float] = {}
    for thing in document["objects"]:
        for seen in thing["frames"]:
            if seen["plate"]:
                left, right = seen["plate"][0], seen["plate"][1]
                width = ((right[0] - left[0]) ** 2 + (right[1] - left[1]) ** 2) ** 0.5
                widest[thing["plate"]["text"]] = max(width, widest.get(thing["plate"]["text"], 0.0))
    return widest


@every_clip
def test_clip_is_h264_of_the_promised_size_and_length(name: str) -> None:
    path = FOLDER / f"{name}.mp4"
    assert path.stat().st_size <= MAX_BYTES
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        packets = [packet for packet in container.demux(stream) if packet.pts is not None]
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert (stream.width, stream.height) == (truth(name)["width"], truth(name)["height"])
        assert stream.height >= 720
        assert stream.average_rate == truth(name)["fps"] == 25
    assert len(packets) == truth(name)["frames"]
    assert 20 <= len(packets) / 25 <= 40
    keyframes = [index for index, packet in enumerate(packets) if packet.is_keyframe]
    assert keyframes == list(range(0, len(packets), 50))
    assert all(packet.pts == packet.dts for packet in packets), "no B-frames: cameras send none"


@every_clip
def test_index_stands_in_front_of_the_pictures(name: str) -> None:
    head = (FOLDER / f"{name}.mp4").read_bytes()[:4096]
    assert b"moov" in head


@every_clip
def test_truth_is_small_and_boxes_lie_in_the_picture(name: str) -> None:
    assert (FOLDER / f"{name}.json").stat().st_size <= MAX_TRUTH_BYTES
    document = truth(name)
    identities = [thing["id"] for thing in document["objects"]]
    assert len(set(identities)) == len(identities)
    for thing in document["objects"]:
        assert thing["label"] in LABELS
        indices = [seen["i"] for seen in thing["frames"]]
        assert indices == sorted(set(indices))
        assert 0 <= indices[0] <= indices[-1] < document["frames"]
        for seen in thing["frames"]:
            x, y, width, height = seen["box"]
            assert x >= 0
            assert y >= 0
            assert width > 0
            assert height > 0
            assert x + width <= document["width"] + 0.15
            assert y + height <= document["height"] + 0.15
            assert 0 < seen["visible"] <= 1
            for corner_x, corner_y in seen["plate"] or []:
                assert 0 <= corner_x <= document["width"]
                assert 0 <= corner_y <= document["height"]


@every_clip
def test_plates_are_grammatical_and_of_their_kind(name: str) -> None:
    for thing in truth(name)["objects"]:
        if thing["plate"]:
            parsed = PlateText.parse(thing["plate"]["text"])
            assert parsed.text == thing["plate"]["text"]
            assert thing["plate"]["kind"] in {str(kind) for kind in parsed.kinds}


@every_clip
def test_events_refer_to_known_places_and_objects(name: str) -> None:
    document = truth(name)
    identities = {thing["id"] for thing in document["objects"]}
    for event in document["events"]:
        assert event["place"] in document[PLACES[event["kind"]]]
        assert event["object_id"] in identities
        assert 0 <= event["t_s"] < document["frames"] / document["fps"]
    assert {event["kind"] for event in document["events"]} >= PROMISED[name]
    corners = [corner for zone in document["zones"].values() for corner in zone]
    corners += [corner for lane in document["lanes"].values() for corner in lane["zone"]]
    corners += [line[end] for line in document["lines"].values() for end in ("from", "to")]
    assert all(0 <= value <= 1 for corner in corners for value in corner)


def test_road_has_traffic_with_readable_plates_and_one_wrong_way_driver() -> None:
    document = truth("road")
    vehicles = [thing for thing in document["objects"] if thing["label"] in LABELS - {"person", "bicycle"}]
    assert len(vehicles) >= 10
    assert sum(width >= 110 for width in plate_widths(document).values()) >= 4
    assert len([event for event in document["events"] if event["kind"] == "wrong_way"]) == 1


def test_gate_is_entered_only_after_the_closing_hour() -> None:
    document = truth("school_gate")
    entries = [event for event in document["events"] if event["kind"] == "zone_entry"]
    assert len(entries) == 1
    assert document["clock"]["start"] < document["clock"]["closed_from"]
    assert entries[0]["t_s"] > 12


def test_stopped_car_shows_its_plate() -> None:
    document = truth("car_park")
    stopped = {event["object_id"] for event in document["events"] if event["kind"] == "stopped_vehicle"}
    plates = [thing["plate"]["text"] for thing in document["objects"] if thing["id"] in stopped]
    assert len(plates) == 1
    assert plate_widths(document)[plates[0]] >= 120
