"""Degradations rendered into the project's own sample streams and, where they are at hand, into public clips."""

from __future__ import annotations

import copy
from functools import lru_cache
from pathlib import Path

import pytest

from skynet.domain import Point, Polygon
from skynet.domain.camera_fault import CameraFaultKind as Kind
from skynet.vision.picture_health import PictureExaminer, PictureHealthOptions
from tests.array_frame import ArrayFrame
from tests.vision.picture_health.camera_day import DAY, DUSK, HOUR, CameraDay
from tests.vision.picture_health.clips import CLIPS, Clip, clip_frames
from tests.vision.picture_health.degradations import Degradation, Picture, Sensor, catalogue, covered, with_clock


def _public_clips() -> Path | None:
    for parent in Path(__file__).resolve().parents:
        if (folder := parent / "shared" / "data" / "videos").is_dir():
            return folder
    return None


DATA = _public_clips()
SAMPLES = [clip for clip in CLIPS if not clip.public]
HELD_OUT = [clip for clip in CLIPS if clip.public and clip.held_out]
STEP_S, FOUND_WITHIN_S, LEARNED_S = 4.0, 30.0, 120.0


@lru_cache(maxsize=16)
def _learned(clip: Clip) -> tuple[PictureExaminer, float]:
    """An examiner that has watched the scene of `clip` for a while, and the time of its last look."""
    examiner, sensor, t = PictureExaminer(), Sensor(1), 0.0
    frames = clip_frames(clip, DATA)
    while t < LEARNED_S:
        t += STEP_S
        picture = sensor.as_coded(with_clock(frames[round(t * 7) % len(frames)], t))
        assert examiner.look(ArrayFrame(picture, captured_at=t)) == ()
    return examiner, t


def _found(clip: Clip, case: Degradation, other: Picture) -> set[Kind]:
    """The names that `case` was given within half a minute."""
    learned, began = _learned(clip)
    examiner, sensor, frames = copy.deepcopy(learned), Sensor(2), clip_frames(clip, DATA)
    still = sensor.noisy(frames[0])
    names: set[Kind] = set()
    for step in range(1, int(FOUND_WITHIN_S / STEP_S) + 1):
        t = began + step * STEP_S
        picture = case.render(still if case.frozen else frames[step * 5 % len(frames)], other, step * STEP_S)
        if not case.frozen:
            picture = sensor.noisy(with_clock(picture, t))
        found = examiner.look(ArrayFrame(sensor.coded(picture), captured_at=t))
        names |= {fault.kind for fault in found}
        if names & case.found_as:
            break
    return names


@pytest.mark.parametrize("clip", SAMPLES, ids=lambda clip: clip.name)
def test_every_degradation_of_a_sample_stream_is_found_and_named(clip: Clip) -> None:
    other = clip_frames(SAMPLES[(SAMPLES.index(clip) + 1) % len(SAMPLES)])[0]
    wrong = [(case.name, names) for case in catalogue() if not (names := _found(clip, case, other)) & case.found_as]
    assert wrong == []


@pytest.mark.skipif(DATA is None, reason="the public clips are not beside this checkout")
def test_nearly_all_is_found_in_a_real_scene_that_no_threshold_was_chosen_on() -> None:
    """The whole measurement is scripts/bench/picture_health.py's; here stands the first clip of it."""
    clip = next(clip for clip in HELD_OUT if clip.name == "bgs_video")
    missed = [case.name for case in catalogue() if not _found(clip, case, clip_frames(SAMPLES[0])[0]) & case.found_as]
    assert len(missed) <= 1, missed


def test_dusk_lamps_and_the_infrared_switch_are_no_fault() -> None:
    """The hour of the switch, vehicles and headlights included: what shows is over before its hold."""
    frames = clip_frames(SAMPLES[0])
    day = CameraDay(frames, clip_frames(SAMPLES[1])[0], seed=3)
    examiner, t = PictureExaminer(), DUSK + 0.2 * HOUR
    longest: dict[Kind, float] = {}
    while t < DUSK + 1.1 * HOUR:
        for fault in examiner.look(ArrayFrame(day.picture(t % DAY), captured_at=t)):
            longest[fault.kind] = max(longest.get(fault.kind, 0.0), t - fault.since)
        t += 10
    assert all(lasted < 85 for lasted in longest.values()), longest
    assert Kind.FROZEN not in longest


def test_what_was_put_right_ends_and_what_stands_for_a_day_is_the_scene() -> None:
    clip = SAMPLES[0]
    learned, began = _learned(clip)
    frames, elsewhere, sensor = clip_frames(clip), clip_frames(SAMPLES[1]), Sensor(4)
    options = PictureHealthOptions(accept_s=60)
    examiner, t = PictureExaminer(options=options), 0.0
    while t < began:
        t += STEP_S
        examiner.look(ArrayFrame(sensor.as_coded(frames[round(t) % len(frames)]), captured_at=t))
    kinds = []
    for _ in range(30):
        t += STEP_S
        found = examiner.look(ArrayFrame(sensor.as_coded(elsewhere[round(t) % len(elsewhere)]), captured_at=t))
        kinds.append({fault.kind for fault in found})
    assert {Kind.MOVED} in kinds
    assert kinds[-1] == set()
    examiner = copy.deepcopy(learned)
    for step in range(1, 20):
        at = began + step * STEP_S
        picture = covered(frames[0], 1, "top", None) if step < 10 else frames[step % len(frames)]
        found = examiner.look(ArrayFrame(sensor.as_coded(picture), captured_at=at))
        if step == 9:
            assert [fault.kind for fault in found] == [Kind.COVERED]
            assert found[0].since == began + STEP_S
    assert found == ()


def test_a_quiet_scene_that_is_coded_coarsely_is_not_taken_for_frozen() -> None:
    """Noise of less than a grey level through coarse coding: whole blocks come out the same, not all of them."""
    frame, sensor = clip_frames(SAMPLES[0])[0], Sensor(5, noise=1.0, quality=40)
    examiner = PictureExaminer()
    for step in range(60):
        at = STEP_S * step
        found = examiner.look(ArrayFrame(sensor.as_coded(with_clock(frame, at)), captured_at=at))
        assert Kind.FROZEN not in {fault.kind for fault in found}


def test_only_keyframes_tell_that_a_picture_is_frozen() -> None:
    frame = clip_frames(SAMPLES[0])[0]
    seen_between, seen_as_keyframes = PictureExaminer(), PictureExaminer()
    for step in range(20):
        one = ArrayFrame(frame, captured_at=STEP_S * step)
        between = seen_between.look(one, keyframe=False)
        keyframes = seen_as_keyframes.look(one)
    assert between == ()
    assert [fault.kind for fault in keyframes] == [Kind.FROZEN]


def test_what_a_privacy_mask_hides_is_not_judged() -> None:
    """Masks over two thirds, burned in black: the rest is well, then covered."""
    mask = Polygon((Point(0, 0), Point(0.66, 0), Point(0.66, 1), Point(0, 1)))
    frames, sensor = clip_frames(SAMPLES[0]), Sensor(6)
    examiner = PictureExaminer([mask])
    for step in range(60):
        picture = frames[step % len(frames)].copy()
        if step >= 50:
            picture = covered(picture, 1, "top", None)
        picture = sensor.as_coded(picture)
        picture[:, : round(0.66 * picture.shape[1])] = 16
        found = examiner.look(ArrayFrame(picture, captured_at=STEP_S * step))
        assert step >= 50 or found == ()
    assert [fault.kind for fault in found] == [Kind.COVERED]
