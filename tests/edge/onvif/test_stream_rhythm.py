"""How a stream really runs, read from real video."""

from __future__ import annotations

from pathlib import Path

import pytest

from skynet.domain import SystemClock
from skynet.edge.onvif.stream_rhythm import measure_rhythm, rhythm_of
from skynet.media import SourceError, StreamInfo, open_source

ROAD = Path(__file__).parents[3] / "sample_streams" / "road.mp4"


def test_rate_and_keyframe_distance_are_measured_and_reading_ends_when_they_are_plain() -> None:
    rhythm = measure_rhythm(open_source(ROAD, clock=SystemClock()), 30, SystemClock())
    assert (rhythm.codec, rhythm.gop) == ("h264", 50)
    assert rhythm.fps == pytest.approx(25, rel=0.05)
    assert rhythm.pictures == 101  # three keyframes, two seconds apart


def test_too_little_tells_nothing() -> None:
    info = StreamInfo("h264", 640, 360, None, None, None)
    assert rhythm_of(info, [], []).fps is None
    assert rhythm_of(info, [1.0, 1.0, 1.0], [0]).fps is None
    assert rhythm_of(info, [0.0, 0.1, 0.2, 0.3, 0.4], [0]).gop is None
    assert rhythm_of(info, [0.0, 0.1, 0.2, 0.3, 0.4], [0]).fps == pytest.approx(10)


def test_a_stream_that_is_not_there_is_an_error_of_the_source() -> None:
    source = open_source("rtsp://127.0.0.1:9/none", clock=SystemClock(), timeout_s=1)
    with pytest.raises(SourceError):
        measure_rhythm(source, 1, SystemClock())
