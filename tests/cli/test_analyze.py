"""`skynet analyze` as a program calls it: real files in, JSON lines out, one clear line an error."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

RULES = """
zones:
  right: [[0.5, 0], [1, 0], [1, 1], [0.5, 1]]
lines:
  middle: {from: [0.5, 0], to: [0.5, 1]}
rules:
  - {id: entry, kind: zone_entry, zone: right}
  - {id: count, kind: line_crossing, line: middle, direction: backward}
"""


def skynet(*args: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "skynet", "analyze", *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)


def lines(ended: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in ended.stdout.splitlines()]


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight seconds: an empty yard, then a bright block crosses it from left to right."""
    path = tmp_path_factory.mktemp("clip") / "yard.mp4"
    noise = np.random.default_rng(1).integers(60, 90, (360, 640, 3), np.uint8)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
        stream.time_base = Fraction(1, 25)
        for i in range(200):
            picture = noise.copy()
            if i >= 75:
                x = (i - 75) * 5
                picture[180:280, x : x + 70] = (200, 210, 220)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        container.mux(stream.encode())
    return path


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "rules.yaml"
    path.write_text(RULES, encoding="utf-8")
    return path


def test_json_lines_tell_the_whole_story(clip: Path, rules: Path) -> None:
    ended = skynet(clip, "--json", "--rules", rules, "--detector", "motion", "--no-plates")
    assert ended.returncode == 0, ended.stderr
    events = lines(ended)
    meta, summary = events[0], events[-1]
    assert (meta["type"], meta["codec"], meta["width"], meta["height"], meta["fps"]) == ("meta", "h264", 640, 360, 25.0)
    assert meta["models"] == {"detector": "motion", "plates": "none"}
    assert summary["type"] == "summary"
    assert (summary["frames_decoded"], summary["frames_total"], summary["alerts"]) == (200, 200, 2)
    assert summary["frames_analysed"] == 40
    tracks = [event for event in events if event["type"] == "track"]
    assert len(tracks) == 1
    alerts = {event["rule_id"]: event for event in events if event["type"] == "alert"}
    # its anchor is at x = 35 + 5 i px from frame 75 on and passes the middle in frame 132, at 5.3 s
    assert alerts.keys() == {"entry", "count"}
    assert 5.2 <= float(str(alerts["count"]["t_s"])) <= 5.9
    assert alerts["entry"]["place"] == "right"


def test_frames_gives_a_line_for_every_analysed_frame(clip: Path) -> None:
    events = lines(skynet(clip, "--json", "--frames", "--every-frame", "--detector", "motion", "--no-plates"))
    frames = [event for event in events if event["type"] == "frame"]
    assert [frame["index"] for frame in frames] == list(range(200))
    seen = frames[150]["detections"]
    assert isinstance(seen, list)
    x, y, width, height = seen[0]["box"]
    assert abs(x - 375) < 15
    assert abs(y - 180) < 15
    assert abs(width - 70) < 25
    assert abs(height - 100) < 25


def test_annotate_writes_a_video_that_plays(clip: Path, rules: Path, tmp_path: Path) -> None:
    out = tmp_path / "annotated.mp4"
    ended = skynet(clip, "--rules", rules, "--detector", "motion", "--no-plates", "--annotate", out)
    assert ended.returncode == 0, ended.stderr
    with av.open(str(out)) as container:
        frames = list(container.decode(video=0))
    assert len(frames) == 200
    before, after = (frames[i].to_ndarray(format="bgr24").astype(int) for i in (40, 150))
    assert np.abs(after - before)[160:300, 360:460].max() > 80, "the block and its box are in the picture"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["annotated.mp4", "rules.yaml"], "nothing half-written is left"


def test_a_schedule_follows_the_start_time(clip: Path, tmp_path: Path) -> None:
    rules = tmp_path / "rules.yaml"
    window = '{timezone: Asia/Shanghai, windows: [{from: "22:00", to: "06:00"}]}'
    rules.write_text(RULES.replace("zone: right}", f"zone: right, schedule: {window}}}"), encoding="utf-8")
    for start, alerts in (("2026-03-02T22:05:00+08:00", 2), ("2026-03-02T12:00:00+08:00", 1)):
        ended = skynet(clip, "--json", "--rules", rules, "--detector", "motion", "--no-plates", "--start-time", start)
        assert lines(ended)[-1]["alerts"] == alerts, ended.stderr


def test_a_bad_source_is_one_line_and_the_others_go_on(clip: Path, tmp_path: Path) -> None:
    text = tmp_path / "text.mp4"
    text.write_text("this is no video\n" * 50, encoding="utf-8")
    empty = tmp_path / "empty.mp4"
    empty.touch()
    ended = skynet(tmp_path / "missing.mp4", text, empty, clip, "--json", "--detector", "motion", "--no-plates")
    assert ended.returncode == 2
    complaints = ended.stderr.splitlines()
    assert len(complaints) == 3, ended.stderr
    assert all(line.startswith("skynet: ") for line in complaints)
    assert [name in line for name, line in zip(("missing.mp4", "text.mp4", "empty.mp4"), complaints, strict=True)]
    assert lines(ended)[-1]["frames_decoded"] == 200


def test_a_truncated_file_is_analysed_as_far_as_it_goes(clip: Path, tmp_path: Path) -> None:
    whole = tmp_path / "whole.mkv"
    with av.open(str(clip)) as source, av.open(str(whole), "w") as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    cut = tmp_path / "cut.mkv"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size * 9 // 10])
    ended = skynet(cut, "--json", "--detector", "motion", "--no-plates")
    summary = lines(ended)[-1]
    assert summary["type"] == "summary"
    assert 10 < int(str(summary["frames_decoded"])) < 190
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--detector", "yolo-nonsense"], "yolo-nonsense"),
        (["--models-dir", "/nonexistent"], "/nonexistent"),
        (["--start-time", "yesterday"], "--start-time: 'yesterday' is no ISO date"),
        (["--start-time", "0001-01-01T00:00:00"], "--start-time: 1 is no year of a recording"),
        (["--start-time", "9999-12-31T23:59:59Z"], "--start-time: 9999 is no year of a recording"),
        (["--frames"], "--frames needs --json"),
        (["--rules", "/nonexistent.yaml"], "/nonexistent.yaml"),
    ],
)
def test_bad_usage_is_one_clear_line(clip: Path, options: list[str], complaint: str) -> None:
    ended = skynet(clip, "--no-plates", *options)
    assert ended.returncode == 2
    assert len(ended.stderr.splitlines()) == 1, ended.stderr
    assert complaint in ended.stderr


def test_the_source_is_never_written_over(clip: Path, tmp_path: Path) -> None:
    own, other_name = tmp_path / "own.mp4", tmp_path / "other.mp4"
    own.write_bytes(clip.read_bytes())
    other_name.symlink_to(own)
    for out in (own, other_name):
        ended = skynet(own, "--detector", "motion", "--no-plates", "--annotate", out)
        assert ended.returncode == 2
        assert "this is the source itself" in ended.stderr
    assert own.read_bytes() == clip.read_bytes()


def test_pictures_that_cannot_be_decoded_are_told(clip: Path, tmp_path: Path) -> None:
    """The index is whole and every sample is there, but what is in the samples is not."""
    damaged = tmp_path / "damaged.mp4"
    content = bytearray(clip.read_bytes())
    with av.open(str(clip)) as container:
        sizes = [(packet.pos, packet.size) for packet in container.demux(video=0) if packet.size]
    for at, size in sizes[20:]:
        content[at : at + size] = b"\xff" * size
    damaged.write_bytes(content)
    ended = skynet(damaged, "--json", "--detector", "motion", "--no-plates")
    assert ended.returncode == 2
    assert len(ended.stderr.splitlines()) == 1, ended.stderr
    assert "pictures could not be decoded; it is damaged" in ended.stderr
    assert str(lines(ended)[-1]["problem"]) in ended.stderr


def test_a_name_that_is_no_text_still_gives_json(clip: Path, tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/gate\xff \xe5\xa4\xa9.mp4"
    Path(os.fsdecode(name)).write_bytes(clip.read_bytes())
    command = [sys.executable, "-m", "skynet", "analyze", "--json", "--detector", "motion", "--no-plates", name]
    for locale in ({"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, {"LC_ALL": "C.UTF-8"}):
        ended = subprocess.run(command, capture_output=True, timeout=100, check=False, env={**os.environ, **locale})
        assert ended.returncode == 0, ended.stderr
        events = [json.loads(line) for line in ended.stdout.decode("utf-8").splitlines()]
        assert os.fsencode(events[0]["source"]) == name


def test_stdout_that_cannot_be_written_is_one_line(clip: Path) -> None:
    command = [sys.executable, "-m", "skynet", "analyze", "--json", "--detector", "motion", "--no-plates", str(clip)]
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=100, check=False)
    assert ended.returncode == 1
    assert (
        ended.stderr == "skynet: stdout: it cannot be written (No space left on device); see that its disk has room\n"
    )
    closed = subprocess.run(["sh", "-c", '"$@" >&-', "sh", *command], capture_output=True, timeout=100, check=False)
    assert (closed.returncode, closed.stderr) == (0, b"")


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_with_a_summary(sign: signal.Signals, clip: Path) -> None:
    command = [sys.executable, "-m", "skynet", "analyze", "--json", "--frames", "--every-frame", "--no-plates"]
    many = [str(clip)] * 50
    with subprocess.Popen([*command, "--detector", "motion", *many], stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        running.stdout.readline()
        running.send_signal(sign)
        said = running.stdout.read().splitlines()
    assert running.returncode == 0
    assert json.loads(said[-1])["type"] == "summary"
    assert sum('"summary"' in line for line in said) < len(many)


def test_ctrl_c_while_it_loads_is_no_traceback(clip: Path) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "skynet", "analyze", str(clip)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr is not None
        for line in running.stderr:
            if "typer" in line:  # it is loading what it needs
                break
        running.send_signal(signal.SIGINT)
        rest = running.stderr.read()
    assert running.returncode == -signal.SIGINT
    assert "Traceback" not in rest


def test_a_tracks_plate_is_told_once_with_the_place_and_time_where_it_was_read_best() -> None:
    samples = Path(__file__).parents[2] / "sample_streams"
    events = lines(skynet(samples / "car_park.mp4", "--json", "--detector", "motion", "--seconds", "16"))
    plates = [event for event in events if event["type"] == "plate"]
    assert len({plate["track_id"] for plate in plates}) == len(plates)
    (plate,) = [plate for plate in plates if plate["text"] == "云A4Z673"]
    assert plate["kind"] == "blue"
    assert len(plate["characters"]) == 7
    truth = json.loads((samples / "car_park.json").read_text("utf-8"))
    (car,) = [thing for thing in truth["objects"] if thing["plate"] and thing["plate"]["text"] == plate["text"]]
    (there,) = [sight["plate"] for sight in car["frames"] if sight["i"] == round(plate["t_s"] * truth["fps"])]
    assert np.abs(np.array(plate["corners"]) - there).max() < 12
