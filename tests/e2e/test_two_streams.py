"""A camera with a large and a small stream: the small one is analysed, the large one is what people get to see."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest

from tests.e2e.city import EVERYTHING_THAT_COMES, STREAMS, City, wait_for
from tests.e2e.rtsp_server import RtspServer
from tests.e2e.street import picture_of, walked, write_street

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]

SECONDS, WALKS = 6.0, ((2.0, 5.0),)
MAIN, SUB = (1920, 1080), (640, 360)


@pytest.fixture(scope="module")
def streams(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("streams")
    shape: dict[str, Any] = {"seconds": SECONDS, "walks": WALKS}
    return {
        "main": write_street(folder / "main.mp4", size=MAIN, fps=10, gop=10, **shape),
        "sub": write_street(folder / "sub.mp4", size=SUB, fps=5, gop=5, **shape),
    }


def snapshot_of(item: dict[str, Any]) -> tuple[int, int]:
    return item["alert"]["snapshot"]["width"], item["alert"]["snapshot"]["height"]


def clip_of(city: City, item: dict[str, Any]) -> tuple[int, int] | None:
    ref = city.record(item["alert"]["id"])["clip"]
    return (ref["width"], ref["height"]) if ref else None


def test_the_large_stream_is_shown_while_it_lives_and_the_small_one_goes_on_without_it(
    city: City, streams: dict[str, Path]
) -> None:
    with RtspServer({"main": streams["main"]}) as main, RtspServer({"sub": streams["sub"]}) as sub:
        camera = {
            "id": "gate",
            "name": "Gate",
            "site": "test",
            "source": main.url("main"),
            "sub_source": sub.url("sub"),
            "timeout_s": 2,
            **EVERYTHING_THAT_COMES,
        }
        city.start_coordinator()
        city.start_edge([camera], clips={"pre_roll_s": 1, "post_roll_s": 0.5})

        first = wait_for("an alert", city.alerts, within_s=40)[0]
        health = city.camera("gate")
        assert (health["width"], health["height"], health["detail"]) == (*SUB, "")
        assert snapshot_of(first) == (1280, 720), "from the large stream"
        assert walked(picture_of(city.snapshot(first))) is not None, "of the same moment"
        wait_for("its clip", lambda: clip_of(city, first))
        assert clip_of(city, first) == MAIN

        main.kill()
        wait_for("health names the large stream", lambda: "main stream" in city.camera("gate")["detail"])
        assert city.camera("gate")["state"] == "live"
        known = len(city.alerts())
        small = wait_for("alerts go on", lambda: city.alerts()[known:], within_s=40)[0]
        assert snapshot_of(small) == SUB
        wait_for("its clip", lambda: clip_of(city, small))
        assert clip_of(city, small) == SUB

        main.restart()
        wait_for("the large stream is back", lambda: city.camera("gate")["detail"] == "", within_s=40)
        sub.kill()
        wait_for("health says that nothing is analysed", lambda: city.camera("gate")["state"] != "live")
        assert city.stop("edge") == 0, city.log("edge")
    assert "Traceback" not in city.log("edge")


def write_tiny(source: Path, path: Path, *, seconds: float) -> Path:
    """The same pictures at 320×180 and five a second: no plate in them can be read."""
    with av.open(str(source)) as large, av.open(str(path), "w") as file:
        stream = file.add_stream("libx264", rate=5, options={"g": "5", "preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 5)
        for number, frame in enumerate(large.decode(video=0)):
            if frame.time is None or frame.time > seconds:
                break
            if number % 5 == 0:
                small = frame.reformat(320, 180)
                small.pts, small.time_base = number // 5, Fraction(1, 5)
                file.mux(stream.encode(small))
        file.mux(stream.encode(None))
    return path


def test_plates_that_the_small_stream_cannot_show_are_read_in_the_large_one(city: City, tmp_path: Path) -> None:
    car_park = STREAMS / "car_park.mp4"
    truth = json.loads(car_park.with_suffix(".json").read_text(encoding="utf-8"))
    stops = next(event for event in truth["events"] if event["kind"] == "stopped_vehicle")
    plate = next(one["plate"] for one in truth["objects"] if one["id"] == stops["object_id"])
    tiny = write_tiny(car_park, tmp_path / "tiny.mp4", seconds=14)
    rule = {"id": "stops", "kind": "stopped_vehicle", "zone": "no-parking", "labels": ["motion"], "stopped_s": 3}
    with RtspServer({"main": car_park, "tiny": tiny}) as server:
        camera = {
            "id": "car-park",
            "name": "Car park",
            "site": "test",
            "source": server.url("main"),
            "sub_source": server.url("tiny"),
            "zones": {"no-parking": truth["zones"]["no_parking"]},
            "rules": [rule],
        }
        city.start_coordinator()
        city.start_edge([camera], plates=True, clips={"enabled": False})
        alert = wait_for("an alert", city.alerts, within_s=60)[0]["alert"]
        assert city.stop("edge") == 0, city.log("edge")
    assert alert["plate"] is not None, city.log("edge")
    assert (alert["plate"]["text"], alert["plate"]["kind"]) == (plate["text"], plate["kind"])
