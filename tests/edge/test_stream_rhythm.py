"""How long a silence of a stream is none: learnt from the stream."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skynet.edge.camera_reader import GIVE_UP_S
from skynet.edge.stream_rhythm import FLOOR_S, LEARNT_AFTER, SOURCE_PATIENCE, StreamRhythm

CEILING_S = 10.0


def fed(pauses: list[float], ceiling_s: float = CEILING_S, *, gop: int = 0) -> StreamRhythm:
    rhythm = StreamRhythm(ceiling_s)
    at = 100.0
    rhythm.heard(at, keyframe=gop > 0)
    for number, pause in enumerate(pauses, 1):
        at += pause
        rhythm.heard(at, keyframe=gop > 0 and number % gop == 0)
    return rhythm


def test_nothing_is_known_before_there_were_some_pauses() -> None:
    rhythm = fed([0.04] * (LEARNT_AFTER - 1))
    assert (rhythm.patience_s, rhythm.interval_s) == (CEILING_S, None)
    assert fed([0.04] * LEARNT_AFTER).interval_s == pytest.approx(0.04)


def test_a_camera_of_25_pictures_a_second_is_missed_after_two_seconds() -> None:
    assert fed([0.04] * 50).patience_s == FLOOR_S


def test_packets_that_come_in_bunches_are_no_less_regular() -> None:
    assert fed([0.0, 0.0, 0.12] * 50).patience_s == FLOOR_S


def test_a_picture_a_second_is_given_several_of_its_seconds() -> None:
    assert 3.0 <= fed([1.0] * 20).patience_s <= CEILING_S


def test_a_camera_that_pauses_now_and_then_is_given_its_pauses() -> None:
    assert fed(([0.04] * 50 + [3.0]) * 3 + [0.04] * 50).patience_s > 3.0


def test_one_long_pause_is_an_outage_and_no_habit() -> None:
    assert fed([0.04] * 50 + [3.0] + [0.04] * 50).patience_s == FLOOR_S


def test_pauses_of_long_ago_are_forgotten() -> None:
    assert fed([0.04] * 20 + [3.0] * 3 + [0.1] * 3000).patience_s == FLOOR_S


NARROWED = [0.87, 0.6, 0.8, 0.74, 0.69, 0.61, 2.94]
"""The long pauses of a stream of 10 pictures a second whose line carried 1 kB/s for 8 s, as they were measured."""


@pytest.mark.parametrize("fps", [10, 25])
def test_a_stream_is_missed_as_soon_as_ever_after_its_line_was_narrow(fps: int) -> None:
    steady = [1 / fps] * 10 * fps
    assert fed(steady + NARROWED + steady).patience_s < 3.0
    assert fed(steady + (NARROWED + steady) * 3).patience_s < 5.0


@given(fps=st.integers(8, 60), faults=st.lists(st.lists(st.floats(0.0, GIVE_UP_S), max_size=3), max_size=5))
def test_an_outage_of_eight_seconds_is_noticed_whatever_pauses_were_just_borne(
    fps: int, faults: list[list[float]]
) -> None:
    steady = [1 / fps] * 60
    assert fed(steady + [pause for fault in faults for pause in fault + steady]).patience_s <= GIVE_UP_S + 2.0


def test_what_is_usual_is_borne_and_not_three_times_as_much() -> None:
    assert fed(([0.04] * 50 + [5.0]) * 4 + [0.04] * 50).patience_s == pytest.approx(7.0)


def test_a_picture_every_ten_seconds_is_no_silence() -> None:
    first = fed([10.0])
    assert first.patience_s > 2 * CEILING_S
    assert 2 * CEILING_S < fed([10.0] * 20).patience_s <= CEILING_S * SOURCE_PATIENCE / 2


def test_a_connection_learns_anew_but_for_the_gop() -> None:
    rhythm = fed([0.04] * 250, gop=50)
    rhythm.begin()
    assert rhythm.patience_s == CEILING_S
    assert rhythm.gop_s == pytest.approx(2.0)
    assert rhythm.keyframe_patience_s == pytest.approx(5.0)


def test_without_a_second_keyframe_the_ceiling_holds_for_the_first() -> None:
    assert fed([0.04] * 20, gop=1000).keyframe_patience_s == CEILING_S


def test_a_long_gop_may_take_longer_than_the_ceiling() -> None:
    assert fed([0.5] * 200, gop=40).keyframe_patience_s == pytest.approx(41.0)


PAUSES = st.lists(st.floats(0.0, 100.0), min_size=1, max_size=200)


@given(pauses=PAUSES, ceiling_s=st.floats(0.5, 300))
def test_patience_has_its_bounds(pauses: list[float], ceiling_s: float) -> None:
    patience_s = fed(pauses, ceiling_s).patience_s
    assert min(FLOOR_S, ceiling_s) <= patience_s <= ceiling_s * SOURCE_PATIENCE / 2


@given(interval_s=st.floats(0.01, 25.0), shake=st.lists(st.floats(0.7, 1.3), min_size=20, max_size=100))
def test_no_steady_stream_is_ever_called_silent_by_its_own_pauses(interval_s: float, shake: list[float]) -> None:
    rhythm = StreamRhythm(CEILING_S)
    at = 0.0
    for number, share in enumerate(shake):
        pause_s = interval_s * share
        if number >= 2:
            assert rhythm.patience_s > pause_s or pause_s > CEILING_S * SOURCE_PATIENCE / 2
        at += pause_s
        rhythm.heard(at, keyframe=False)


@given(before=PAUSES, ceiling_s=st.floats(1.0, 60.0))
def test_a_camera_that_slows_down_is_known_again_after_a_new_connection(before: list[float], ceiling_s: float) -> None:
    rhythm = fed(before, ceiling_s)
    rhythm.begin()
    assert rhythm.patience_s == ceiling_s
