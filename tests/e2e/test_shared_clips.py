"""Real recordings, where the shared data lies beside the checkout: visits counted by eye, and every codec at hand."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.vision.conftest import shared_data

__all__ = ["shared_data"]
pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

VISITS_S = ((6.0, 19.7), (22.7, 44.6), (50.4, 69.7), (74.4, 86.6), (92.4, 119.6), (123.6, 135.8))
"""When someone was in the room, counted by eye; docs/design/tracker.md says how."""


def events(*args: str | Path) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "skynet", "analyze", *map(str, args), "--json", "--no-plates"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=170, check=False)
    assert ended.returncode == 0, ended.stderr
    return [json.loads(line) for line in ended.stdout.splitlines()]


def test_one_track_a_visit(shared_data: Path) -> None:
    clip = shared_data / "videos" / "intel_one-by-one-person-detection.mp4"
    found = events(clip, "--models-dir", shared_data / "weights", "--detector", "yolox-nano-coco")
    people = [event for event in found if event["type"] == "track" and event["label"] == "person"]
    assert len(people) == len(VISITS_S)
    for track, (came, went) in zip(people, VISITS_S, strict=True):
        assert abs(track["t_start_s"] - came) < 1.5
        assert abs(track["t_end_s"] - went) < 1.5


@pytest.mark.parametrize("codec", ["h264", "h265", "vp9", "av1"])
def test_each_codec_is_decoded_whole(shared_data: Path, codec: str) -> None:
    found = events(shared_data / "videos" / f"mediamtx_offline_{codec}.mp4", "--detector", "motion")
    assert found[0]["codec"] == {"h265": "hevc"}.get(codec, codec)
    assert found[-1]["frames_decoded"] == found[-1]["frames_total"] == 30
    assert found[-1]["problem"] is None
