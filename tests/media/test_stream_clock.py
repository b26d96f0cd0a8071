"""With clocks set by hand: what a picture's capture time is, whatever camera, network and clocks do."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skynet.media.stream_clock import BACKWARD_TOLERANCE_S, UNSEEN_DELAY_S, StreamClock, in_seconds

NOW = 1_800_000_000.0
FRAME_S = 0.04


def stamps(clock: StreamClock, delays: list[float], first: int = 0, camera: float | None = None) -> list[float]:
    """Pictures taken at NOW + number × FRAME_S that come so much later; `camera`: how far its clock is ahead."""
    out, arrival = [], 0.0
    for number, delay in enumerate(delays, first):
        t = number * FRAME_S
        arrival = max(arrival, t + delay)
        told = None if camera is None else NOW + t + camera
        out.append(clock.stamp(t, t, NOW + arrival, arrival, told))
    return out


def taken(first: int, count: int) -> list[float]:
    return [NOW + number * FRAME_S for number in range(first, first + count)]


def jitter(count: int, least: float = 0.05, most: float = 0.3) -> list[float]:
    chance = random.Random(7)
    return [chance.uniform(least, most) for _ in range(count)]


def strictly_grows(times: list[float]) -> bool:
    return all(after > before for before, after in pairwise(times))


def test_jitter_does_not_show_and_the_error_is_within_its_bound() -> None:
    clock = StreamClock()
    times = stamps(clock, jitter(5000))
    assert strictly_grows(times)
    assert [a - b for a, b in zip(times[4000:], taken(4000, 1000), strict=True)] == pytest.approx(
        [0.05] * 1000, abs=0.03
    )
    assert UNSEEN_DELAY_S <= clock.error_s < UNSEEN_DELAY_S + 0.1


def test_a_camera_that_tells_the_right_time_settles_the_delay() -> None:
    clock = StreamClock()
    times = stamps(clock, jitter(5000), camera=0.0)
    assert times[-1000:] == pytest.approx(taken(4000, 1000), abs=0.005)
    assert clock.error_s < 0.15
    assert clock.camera_ahead_s == pytest.approx(-0.05, abs=0.03)


@pytest.mark.parametrize("ahead", [86_400.0, -86_400.0, 3.0, -3.0])
def test_a_camera_whose_clock_is_wrong_is_not_believed(ahead: float) -> None:
    clock = StreamClock()
    times = stamps(clock, jitter(5000), camera=ahead)
    assert times[-1] - taken(4999, 1)[0] == pytest.approx(0.05, abs=0.03)
    assert clock.error_s >= UNSEEN_DELAY_S
    assert clock.camera_ahead_s == pytest.approx(ahead - 0.05, abs=0.03)


def test_a_report_that_comes_late_is_taken_up_without_a_leap() -> None:
    clock = StreamClock()
    before = stamps(clock, jitter(2000))
    after = stamps(clock, jitter(2000), 2000, camera=0.0)
    times = before[1000:] + after
    assert all(0.035 < b - a < 0.045 for a, b in pairwise(times))
    assert after[-1] == pytest.approx(taken(3999, 1)[0], abs=0.005)


def test_a_camera_whose_clock_is_set_does_not_move_time() -> None:
    clock = StreamClock()
    before = stamps(clock, jitter(2000), camera=0.0)
    after = stamps(clock, jitter(2000), 2000, camera=3600.0)
    times = before[1000:] + after
    assert all(0.035 < b - a < 0.045 for a, b in pairwise(times))
    assert clock.reanchors == 0


def test_a_burst_at_the_start_does_not_put_pictures_into_the_future() -> None:
    clock = StreamClock()
    burst = [clock.stamp(i * 0.1, i * 0.1, NOW, 0.0) for i in range(20)]
    assert max(burst) <= NOW + 0.03
    assert strictly_grows(burst)
    assert clock.reanchors == 0


def test_a_backlog_after_a_hiccup_keeps_the_times_of_capture() -> None:
    clock = StreamClock()
    stamps(clock, [0.0] * 500)
    assert stamps(clock, [5.0 - i * FRAME_S for i in range(100)], 500) == pytest.approx(taken(500, 100), abs=0.08)


@pytest.mark.parametrize("step", [3600.0, -3600.0, 86_400.0 * 365])
def test_the_boxs_clock_being_set_disturbs_no_order_and_one_interval_at_most(step: float) -> None:
    clock = StreamClock()
    times = []
    for number in range(3000):
        t = number * FRAME_S
        times.append(clock.stamp(t, t, NOW + t + (step if number >= 1000 else 0), t))
    assert strictly_grows(times)
    steps = [b - a for a, b in pairwise(times)]
    assert sum(abs(one - FRAME_S) > 0.01 * FRAME_S for one in steps) == (step > 0)
    assert clock.reanchors == (step > 0)
    right = NOW + 2999 * FRAME_S + step
    assert abs(times[-1] - right) <= clock.error_s


@pytest.mark.parametrize("rate", [1.0005, 0.9995, 1.01, 0.99])
def test_a_camera_whose_clock_drifts_is_followed(rate: float) -> None:
    clock = StreamClock()
    times, errors = [], []
    for number, delay in enumerate(jitter(50_000)):
        t = number * FRAME_S
        times.append(clock.stamp(t * rate, t * rate, NOW + t + delay, t + delay))
        errors.append(abs(times[-1] - NOW - t) - clock.error_s)
    assert strictly_grows(times)
    assert max(errors[1000:]) <= 0
    assert clock.reanchors == 0


@pytest.mark.parametrize("jump_to", [0.0, -100.0, 5000.0])
def test_a_jump_of_the_time_stamps_is_tied_to_arrival_and_counted(jump_to: float) -> None:
    clock = StreamClock()
    for i in range(10):
        clock.stamp(100 + i * 0.1, 100 + i * 0.1, NOW + i * 0.1, i * 0.1)
    after = [clock.stamp(jump_to + i * 0.1, jump_to + i * 0.1, NOW + 1 + i * 0.1, 1 + i * 0.1) for i in range(10)]
    assert after == pytest.approx([NOW + 1 + i * 0.1 for i in range(10)], abs=0.01)
    assert clock.reanchors == 1


@pytest.mark.parametrize("bits", [32, 33])
def test_time_stamps_that_wrap_are_tied_anew(bits: int) -> None:
    clock = StreamClock()
    whole = (1 << bits) / 90_000
    times = []
    for number in range(200):
        t = number * FRAME_S
        pts = (whole - 4.0 + t) % whole
        times.append(clock.stamp(pts, pts, NOW + t, t))
    assert times == pytest.approx(taken(0, 200), abs=0.002)
    assert clock.reanchors == 1


def test_missing_time_stamps_fall_back_to_arrival() -> None:
    clock = StreamClock()
    clock.stamp(0.0, 0.0, NOW, 0.0)
    assert [clock.stamp(None, None, NOW + i, float(i)) for i in (1, 2)] == [NOW + 1, NOW + 2]
    assert clock.error_s >= UNSEEN_DELAY_S
    assert clock.stamp(7.0, 7.0, NOW + 3, 3.0) == pytest.approx(NOW + 3)
    assert clock.reanchors == 1


def test_a_reconnected_stream_goes_on_later() -> None:
    clock = StreamClock()
    first = clock.stamp(1000.0, 1000.0, NOW, 0.0)
    clock.restart()
    assert clock.stamp(0.0, 0.0, NOW + 30, 30.0) == NOW + 30 > first
    assert clock.reanchors == 0


def test_a_delay_that_stays_is_found_out() -> None:
    clock = StreamClock()
    stamps(clock, [0.0] * 500)
    late = stamps(clock, [5.0] * 4000, 500)
    assert late[-1] == pytest.approx(taken(4499, 1)[0] + 5, abs=0.01)
    assert strictly_grows(late)


times_of_stream = st.none() | st.floats(-1e6, 1e6)


@given(st.lists(st.tuples(times_of_stream, st.floats(-1e5, 1e5), st.floats(0, 100)), max_size=60))
def test_without_reordering_time_strictly_grows(packets: list[tuple[float | None, float, float]]) -> None:
    clock = StreamClock()
    monotonic, newest, shown, latest = 0.0, 0.0, float("-inf"), float("-inf")
    for pts, wall, passed in packets:
        monotonic += passed
        at = clock.stamp(pts, pts, NOW + monotonic + wall, monotonic)
        anew = pts is None or pts - shown < -BACKWARD_TOLERANCE_S
        if pts is None or anew or pts >= latest:  # else it stepped back a little: shown before one that came sooner
            assert at > newest
        shown = float("-inf") if pts is None else pts
        latest = shown if anew else max(latest, shown)
        newest = max(newest, at)
        assert clock.error_s >= 0


@given(st.permutations(range(4)), st.lists(st.floats(0, 3), min_size=40, max_size=40))
def test_pictures_shown_in_another_order_than_they_come_stay_in_order(order: list[int], delays: list[float]) -> None:
    clock = StreamClock()
    got = {}
    for number, delay in enumerate(delays):
        t = number * FRAME_S
        shown = (number - number % 4 + order[number % 4]) * FRAME_S
        got[shown] = clock.stamp(shown, t - 4 * FRAME_S, NOW + t + 0.2 + delay, t + 0.2 + delay)
    assert strictly_grows([got[shown] for shown in sorted(got)])


def test_seconds_of_a_time_stamp() -> None:
    assert in_seconds(45_000, Fraction(1, 90_000)) == 0.5
    assert in_seconds(None, Fraction(1, 90_000)) is None
