from __future__ import annotations

import pytest

from skynet.media.recording_clock import RecordingClock


def test_a_recording_runs_by_its_time_stamps_from_its_base() -> None:
    clock = RecordingClock(5000.0)
    assert [clock.stamp(pts, pts) for pts in (90.0, 90.04, 95.0)] == pytest.approx([5000.0, 5000.04, 5005.0])
    assert clock.reanchors == 0


def test_pictures_coded_out_of_order_keep_their_own_times() -> None:
    clock = RecordingClock(0.0)
    shown = [0.0, 0.12, 0.04, 0.08, 0.24, 0.16, 0.20]
    assert [clock.stamp(pts, order * 0.04) for order, pts in enumerate(shown)] == pytest.approx(shown)
    assert clock.reanchors == 0


def test_a_recording_without_time_stamps_goes_on_frame_by_frame() -> None:
    clock = RecordingClock(10.0, frame_s=0.5)
    assert [clock.stamp(None, None) for _ in range(3)] == [10.0, 10.5, 11.0]


@pytest.mark.parametrize("jump_to", [1.0, 90_000.0])
def test_a_recording_whose_time_stamps_jump_goes_on_from_where_it_was(jump_to: float) -> None:
    clock = RecordingClock(0.0, frame_s=0.04)
    clock.stamp(500.0, 500.0)
    stamps = [clock.stamp(jump_to, jump_to), clock.stamp(jump_to + 0.04, jump_to + 0.04)]
    assert stamps == pytest.approx([0.04, 0.08])
    assert clock.reanchors == 1
