from __future__ import annotations

import logging

import pytest

from skynet.domain import Camera, CameraState
from skynet.edge.camera_status import CameraStatus
from skynet.edge.frame_rate import FrameRate
from tests.media.clips import StillClock

CAMERA = Camera(id="gate", name="Gate", site="s")


def test_a_state_has_its_time_and_each_change_is_one_line(caplog: pytest.LogCaptureFixture) -> None:
    clock = StillClock(1_772_460_300.0)
    status = CameraStatus(CAMERA, clock)
    with caplog.at_level(logging.INFO):
        status.become(CameraState.REFUSED, "port 554 is closed")
        clock.now += 60
        status.become(CameraState.REFUSED, "port 555 is closed")
        status.become(CameraState.LIVE)
    assert caplog.messages == ["camera gate: refused: port 554 is closed", "camera gate: live"]
    assert status.health().since.timestamp() == clock.now
    assert status.health().detail == ""


def test_details_that_are_too_long_for_the_report_are_cut() -> None:
    status = CameraStatus(CAMERA, StillClock())
    status.become(CameraState.FAILED, "x" * 2000)
    assert len(status.health().detail) == 500


def test_the_rate_is_that_of_the_last_seconds() -> None:
    rate = FrameRate(window_s=5)
    for tenth in range(100):  # 10 s at 10 frames a second
        rate.add(1, 1000 + tenth / 10)
    assert rate.per_second(1010.0) == pytest.approx(10, rel=0.1)
    assert rate.per_second(1030.0) == 0


def test_the_rate_of_a_camera_that_has_just_begun_is_not_too_low() -> None:
    rate = FrameRate(window_s=5)
    for frame in range(50):
        rate.add(1, 1000.5 + frame / 25)
    assert rate.per_second(1002.5) == pytest.approx(25, rel=0.1)
