"""The clip of an alert, from a real camera stream to a console: complete, sharp in time, masked, and never lost."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from skynet.media.clip import Clip
from tests.e2e.city import EVERYTHING_THAT_COMES, City, wait_for
from tests.e2e.rtsp_server import RtspServer
from tests.e2e.street import picture_of, walked, write_street
from tests.media.played_clip import PlayedClip, boxes, play

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]

FPS, GOP_S, BEFORE_S, AFTER_S = 25, 1.0, 2.0, 1.5
WALKS = ((4.0, 8.0),)
A_FRAME = 1 / FPS / (WALKS[0][1] - WALKS[0][0])
"""How far the figure comes from one frame to the next."""
MASK = [[0.0, 0.0], [1.0, 0.0], [1.0, 0.25], [0.0, 0.25]]
CLIPS = {"pre_roll_s": BEFORE_S, "post_roll_s": AFTER_S}


def camera(server: RtspServer, camera_id: str, **more: Any) -> dict[str, Any]:
    return {
        "id": camera_id,
        "name": camera_id,
        "site": "test",
        "source": server.url("street"),
        "timeout_s": 3,
        **EVERYTHING_THAT_COMES,
        **more,
    }


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("street") / "street.mp4"
    return write_street(path, fps=FPS, gop=round(FPS * GOP_S), seconds=10, walks=WALKS)


def seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def first_with_clip(city: City, camera_id: str) -> dict[str, Any]:
    def arrived() -> dict[str, Any] | None:
        items = [item for item in city.alerts() if item["alert"]["camera_id"] == camera_id]
        return next((record for item in items if (record := city.record(item["alert"]["id"]))["clip"]), None)

    return dict(wait_for(f"a clip of {camera_id} has arrived", arrived, within_s=90))


def played(city: City, record: dict[str, Any]) -> PlayedClip:
    content, ref = city.clip(record["alert"]["id"]), record["clip"]
    assert hashlib.sha256(content).hexdigest() == ref["sha256"]
    assert boxes(content)[:3] == ["ftyp", "moov", "moof"]
    begins, ends = seconds(ref["starts_at"]), seconds(ref["ends_at"])
    return play(Clip(memoryview(content), ref["codec"], ref["width"], ref["height"], begins, ends, 0))


def shown_at(clip: PlayedClip, at_s: float) -> tuple[float, float | None]:
    """Of the picture nearest to `at_s` seconds after the clip's beginning: how far off it is, and where the figure."""
    number = min(range(len(clip.times)), key=lambda number: abs(clip.times[number] - at_s))
    return clip.times[number] - at_s, walked(clip.pictures[number])


def test_clips_cover_the_event_true_to_a_frame_and_masked_where_the_camera_is(city: City, street: Path) -> None:
    with RtspServer({"street": street}) as server:
        city.start_coordinator()
        cameras = [camera(server, "open"), camera(server, "masked", privacy_masks=[MASK])]
        city.start_edge(cameras, clips=CLIPS)
        records = {name: first_with_clip(city, name) for name in ("open", "masked")}
        assert city.camera("open")["frames_dropped"] == city.camera("masked")["frames_dropped"] == 0
        assert city.stop("edge") == 0, city.log("edge")
    for name, record in records.items():
        alert, ref = record["alert"], record["clip"]
        occurred_at = seconds(alert["occurred_at"])
        clip = played(city, record)
        step_s = 1 / FPS if name == "open" else 2 / FPS
        assert clip.keyframes[0] == 0
        assert seconds(ref["starts_at"]) == pytest.approx(occurred_at - BEFORE_S, abs=GOP_S + step_s), name
        assert seconds(ref["starts_at"]) <= occurred_at - BEFORE_S + step_s
        assert seconds(ref["ends_at"]) == pytest.approx(occurred_at + AFTER_S, abs=step_s), name
        assert clip.times[0] == 0
        assert clip.times[-1] == pytest.approx(seconds(ref["ends_at"]) - seconds(ref["starts_at"]), abs=0.005)
        assert [b - a for a, b in zip(clip.times, clip.times[1:], strict=False)] == pytest.approx(
            [step_s] * (len(clip.times) - 1), abs=step_s / 2
        ), name
        still = walked(picture_of(city.snapshot(record)))
        assert still is not None, "the snapshot shows the figure"
        off_s, figure = shown_at(clip, occurred_at - seconds(ref["starts_at"]))
        assert figure is not None, "the clip shows the figure when the alert says"
        # where the picture of that very moment was left out, the figure has come further by just as much
        assert figure - still == pytest.approx(off_s * FPS * A_FRAME, abs=0.4 * A_FRAME + 2 / 640), name
        brightest = max(int(picture[: picture.shape[0] // 5].max()) for picture in clip.pictures)
        assert (brightest < 40) is (name == "masked"), name
        assert 0 <= alert["time_error_s"] < 2, name
        assert seconds(alert["raised_at"]) >= occurred_at - alert["time_error_s"]
    assert (records["open"]["clip"]["codec"], records["masked"]["clip"]["codec"]) == ("h264", "vp9")


def test_a_clip_made_while_nobody_could_take_it_is_delivered_after_both_came_back(city: City, street: Path) -> None:
    with RtspServer({"street": street}) as server:
        city.start_edge([camera(server, "open")], clips=CLIPS)  # no coordinator yet

        def kept() -> bool:
            return bool((city.edge_health().get("clips") or {}).get("kept", {}).get("pending"))

        wait_for("a clip lies on the disk", kept, within_s=90)
        city.kill("edge")
    city.start_coordinator()
    city.start_edge([camera(server, "open")], clips=CLIPS)  # the camera is gone for good
    record = first_with_clip(city, "open")
    clip = played(city, record)
    _, figure = shown_at(clip, seconds(record["alert"]["occurred_at"]) - seconds(record["clip"]["starts_at"]))
    assert figure is not None
    wait_for("nothing waits any more", lambda: city.edge_health()["clips"]["kept"]["pending"] == 0)
    assert city.stop("edge") == 0, city.log("edge")
