from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skynet.media.stream_clock import COUNTED_STEP_S, StreamClock, in_seconds

NOW = 1_800_000_000.0


def test_a_recording_runs_by_its_time_stamps_from_its_base() -> None:
    clock = StreamClock(base=5000.0)
    assert [clock.stamp(pts, pts) for pts in (90.0, 90.04, 95.0)] == pytest.approx([5000.0, 5000.04, 5005.0])
    assert clock.reanchors == 0


def test_pictures_coded_out_of_order_keep_their_own_times() -> None:
    clock = StreamClock(base=0.0)
    shown = [0.0, 0.12, 0.04, 0.08, 0.24, 0.16, 0.20]
    assert [clock.stamp(pts, order * 0.04) for order, pts in enumerate(shown)] == pytest.approx(shown)
    assert clock.reanchors == 0


def test_network_jitter_does_not_show_in_capture_times() -> None:
    clock = StreamClock()
    late = (0.0, 0.3, 0.05, 0.2, 0.01, 0.4)
    stamps = [clock.stamp(i * 0.1, i * 0.1, NOW + i * 0.1 + delay) for i, delay in enumerate(late)]
    assert stamps == pytest.approx([NOW + i * 0.1 for i in range(len(late))])


def test_a_burst_at_the_start_does_not_put_pictures_into_the_future() -> None:
    clock = StreamClock()
    burst = [clock.stamp(i * 0.1, i * 0.1, NOW) for i in range(20)]
    assert max(burst) <= NOW + 0.02
    assert burst == sorted(burst)
    assert clock.stamp(2.0, 2.0, NOW + 0.1) == pytest.approx(NOW + 0.1, abs=0.03)
    assert clock.reanchors == 0


def test_a_backlog_after_a_hiccup_keeps_the_times_of_capture() -> None:
    clock = StreamClock()
    before = clock.stamp(0.0, 0.0, NOW)
    backlog = [clock.stamp(0.1 * i, 0.1 * i, NOW + 5.0) for i in range(1, 50)]
    assert backlog == pytest.approx([before + 0.1 * i for i in range(1, 50)])
    assert clock.reanchors == 0


@pytest.mark.parametrize("jump_to", [0.0, -100.0, 5000.0])
def test_a_jump_of_the_time_stamps_is_tied_to_arrival_and_counted(jump_to: float) -> None:
    clock = StreamClock()
    for i in range(10):
        clock.stamp(100 + i * 0.1, 100 + i * 0.1, NOW + i * 0.1)
    after = [clock.stamp(jump_to + i * 0.1, jump_to + i * 0.1, NOW + 1 + i * 0.1) for i in range(10)]
    assert after == pytest.approx([NOW + 1 + i * 0.1 for i in range(10)], abs=0.01)
    assert clock.reanchors == 1


def test_missing_time_stamps_fall_back_to_arrival() -> None:
    clock = StreamClock()
    clock.stamp(0.0, 0.0, NOW)
    assert [clock.stamp(None, None, NOW + 1), clock.stamp(None, None, NOW + 2)] == [NOW + 1, NOW + 2]
    assert clock.stamp(7.0, 7.0, NOW + 3) == pytest.approx(NOW + 3)
    assert clock.reanchors == 1


def test_a_recording_without_time_stamps_goes_on_frame_by_frame() -> None:
    clock = StreamClock(base=10.0, frame_s=0.5)
    assert [clock.stamp(None, None) for _ in range(3)] == [10.0, 10.5, 11.0]


def test_a_recording_whose_time_stamps_fall_back_goes_on_from_where_it_was() -> None:
    clock = StreamClock(base=0.0, frame_s=0.04)
    clock.stamp(500.0, 500.0)
    assert [clock.stamp(1.0, 1.0), clock.stamp(1.04, 1.04)] == pytest.approx([0.04, 0.08])
    assert clock.reanchors == 1


def test_a_camera_whose_clock_is_slow_is_followed() -> None:
    clock = StreamClock()
    at = 0.0
    for i in range(20_000):  # 1 % slow: 20 s late after 2000 s
        at = clock.stamp(i * 0.099, i * 0.099, NOW + i * 0.1)
    assert NOW + 1999.9 - at < 1.5
    assert clock.reanchors > 10


def test_a_wall_clock_set_back_never_turns_time_back_and_is_counted_once() -> None:
    clock = StreamClock()
    stamps = [clock.stamp(i * 0.1, i * 0.1, NOW + i * 0.1 - (3600 if i >= 50 else 0)) for i in range(200)]
    assert stamps == sorted(stamps)
    assert clock.reanchors == 1


def test_a_reconnected_stream_goes_on_later() -> None:
    clock = StreamClock()
    first = clock.stamp(1000.0, 1000.0, NOW)
    clock.restart()
    assert clock.stamp(0.0, 0.0, NOW + 30) == NOW + 30 > first
    assert clock.reanchors == 0


stamps = st.none() | st.floats(-1e6, 1e6)
steps = st.floats(-10 * COUNTED_STEP_S, 10 * COUNTED_STEP_S)


@given(st.lists(st.tuples(stamps, steps), max_size=60), st.booleans())
def test_without_reordering_time_never_runs_backwards(packets: list[tuple[float | None, float]], live: bool) -> None:
    clock = StreamClock() if live else StreamClock(base=NOW)
    arrival, newest = NOW, 0.0
    for pts, step in packets:
        arrival += step
        at = clock.stamp(pts, pts, arrival if live else None)
        shown_earlier = pts is not None and at < newest
        if shown_earlier:  # only within the tolerance that B-pictures need
            assert newest - at < 0.6
        newest = max(newest, at)


def test_seconds_of_a_time_stamp() -> None:
    assert in_seconds(45_000, Fraction(1, 90_000)) == 0.5
    assert in_seconds(None, Fraction(1, 90_000)) is None
