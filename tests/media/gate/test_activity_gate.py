"""What wakes a sleeping camera, and what does not."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from skynet.domain import Box, Frame
from skynet.media import ActivityGate
from tests.media.clips import bare_packets
from tests.media.gate.street import HEIGHT, WIDTH, Camera, block, walker


def wakes(camera: Camera, begin: float, end: float) -> int:
    return sum(look.wakes for look in camera.asleep(begin, end))


def test_a_new_stream_wakes_it_until_the_scene_is_known() -> None:
    camera = Camera()
    assert camera.gate.look(camera.frame(0.0), awake=False).reason == "learning"
    assert camera.gate.look(camera.frame(1.0), awake=True).wakes
    assert not camera.gate.look(camera.frame(4.0), awake=True).wakes


@pytest.mark.parametrize("noise", [0.0, 2.0, 12.0])
def test_an_empty_street_lets_it_sleep_by_day_and_by_night(noise: float) -> None:
    camera = Camera(noise=noise)
    assert wakes(camera, camera.learn(), 120) <= 1


@pytest.mark.parametrize("height", [14, 30, 70, 200])
def test_it_wakes_for_somebody_of_any_size(height: float) -> None:
    camera = Camera()
    slept = camera.learn()
    assert wakes(camera, slept, 40) == 0
    camera.draws.append(walker(300, 200, 20, height, 60, since=41))
    looks = camera.asleep(42, 46)
    assert looks[0].wakes or looks[1].wakes
    region = next(look for look in looks if look.wakes).regions[0]
    assert 250 < region.x < 480
    assert 180 < region.y < 420


def test_it_wakes_for_somebody_who_stands_still() -> None:
    camera = Camera()
    slept = camera.learn()
    assert wakes(camera, slept, 20) == 0
    camera.draws.append(block(500, 250, 20, 50, 40))
    assert camera.asleep(22, 23)[0].wakes


def test_what_has_come_to_stand_is_the_scene_after_the_spell_and_its_leaving_is_news() -> None:
    camera = Camera()
    slept = camera.learn()
    camera.draws.append(block(500, 250, 60, 40, 40))
    assert wakes(camera, slept + 2, slept + 3) == 1
    still = camera.spell(10, 6)
    assert not still[-1].wakes, "it stands: nothing moves"
    assert wakes(camera, 18, 60) == 0
    camera.draws.clear()
    assert wakes(camera, 62, 63) == 1


def test_light_that_changes_does_not_wake_it() -> None:
    camera = Camera(light=lambda at: 1 + 0.35 * np.sin(at / 25))
    assert wakes(camera, camera.learn(), 200) <= 2


def test_a_lamp_that_is_switched_on_wakes_it_once_at_most() -> None:
    camera = Camera(light=lambda at: 0.6 if at < 30 else 1.0)
    assert wakes(camera, camera.learn(), 60) <= 1


def test_leaves_that_sway_are_learned_within_a_few_spells_and_a_person_before_them_still_wakes() -> None:
    rng = np.random.default_rng(5)
    leaves = cv2.GaussianBlur(rng.normal(0, 220, (260, 420)).astype(np.float32), (0, 0), 3)

    def sway(picture: NDArray[np.float32], at: float) -> None:
        shift = 9 * np.sin(2.6 * at) + 4 * np.sin(1.1 * at)
        moved = cv2.warpAffine(leaves, np.float32([[1, 0, shift], [0, 1, shift / 3]]), (420, 260), borderMode=2)
        picture[20:280, 500:920] += moved

    camera = Camera(draws=[sway])
    at = camera.learn()
    woken = []
    while at < 200:
        look = camera.asleep(at, at + 1)[0]
        at += 2
        if look.wakes:
            woken.append(at)
            camera.spell(at, 8)
            at += 8
    assert len([one for one in woken if one > 100]) <= 2, f"it goes on waking: {woken}"
    camera.draws.append(walker(600, 150, 15, 120, 10, since=200))
    assert wakes(camera, 202, 208) >= 1
    camera.draws[1] = walker(100, 300, 15, 60, 60, since=220)
    assert wakes(camera, 222, 228) >= 1, "nor has the rest of the picture become dull"


def test_places_where_objects_pass_do_not_become_dull() -> None:
    """A busy road: cars come and go through the same place again and again, and are followed."""
    camera = Camera()
    at = camera.learn()
    car = Box(380, 240, 120, 60)

    def traffic(picture: NDArray[np.float32], now: float) -> None:
        if now % 2 < 1:
            block(400, 250, 80, 40, 30)(picture, now)

    camera.draws.append(traffic)
    for _ in range(5):
        camera.spell(at, 8, objects=[car])
        at += 10
    camera.draws.clear()
    camera.asleep(at, at + 6)
    camera.draws.append(block(420, 255, 30, 25, 60))
    assert camera.asleep(at + 8, at + 9)[0].wakes


def test_a_resolution_that_changes_is_a_new_scene() -> None:
    camera = Camera()
    camera.learn()
    small = camera.frame(10.0)
    halved = type(small)(np.ascontiguousarray(small.bgr()[::2, ::3]), small.captured_at, small.index)
    assert camera.gate.look(halved, awake=False).reason == "learning"


def test_a_black_picture_wakes_it_and_is_the_scene_afterwards() -> None:
    camera = Camera()
    slept = camera.learn()
    camera.light = lambda at: 0.0
    assert wakes(camera, slept, slept + 1) == 1
    camera.spell(8, 6)
    assert wakes(camera, 16, 60) == 0


class Judge:
    def __init__(self, answer: bool) -> None:
        self.answer = answer
        self.asked = 0

    def sees_object(self, frame: Frame, regions: Sequence[Box]) -> bool:
        self.asked += 1
        return self.answer


@pytest.mark.parametrize("answer", [True, False])
def test_the_referee_is_asked_only_where_changes_have_woken_in_vain_and_never_the_last_word(answer: bool) -> None:
    judge = Judge(answer)
    camera = Camera(gate=ActivityGate(referee=judge))
    at = camera.learn()
    for turn in range(2):  # with the first seconds: three spells in vain
        camera.draws = [block(100 + 200 * turn, 250, 40, 40, 30)]
        assert wakes(camera, at, at + 1) == 1
        camera.spell(at + 1, 5)
        at += 8
    assert judge.asked == 0
    camera.draws = [block(700, 250, 40, 40, 30)]
    looks = [look.wakes for look in camera.asleep(at, at + 6)]
    assert looks == ([True] * 3 if answer else [False, False, True]), "what stays is looked at after all"
    assert judge.asked == (3 if answer else 2)


def test_a_self_check_finds_what_lives_between_two_keyframes() -> None:
    camera = Camera()
    camera.learn()
    quiet = [camera.frame(10 + turn / 5) for turn in range(10)]
    assert not camera.gate.check(quiet)
    camera.draws.append(walker(300, 200, 60, 60, 60, since=11.5))
    passing = [camera.frame(12 + turn / 5) for turn in range(3)]
    camera.draws.clear()
    gop = [camera.frame(11.8), camera.frame(12.0), *passing, camera.frame(13.0), camera.frame(13.2)]
    assert camera.gate.check(gop)
    assert camera.gate.state.trusted, "once is chance"
    assert camera.gate.check(gop)
    assert (camera.gate.state.trusted, camera.gate.state.missed) == (False, 2)
    camera.gate.look(camera.frame(1700), awake=True)
    assert not camera.gate.state.trusted
    camera.gate.look(camera.frame(1820), awake=True)
    assert camera.gate.state.trusted, "it is given another chance"


def test_keyframes_far_apart_are_not_trusted() -> None:
    gate = ActivityGate()
    for packet in bare_packets([100] * 4):  # ten seconds a GOP
        gate.weigh(packet)
    assert not gate.state.trusted
    assert "10 s apart" in gate.state.reason
    near = ActivityGate()
    for packet in bare_packets([20] * 6):
        near.weigh(packet)
    assert near.state.trusted
    assert near.state.gop_s == pytest.approx(2.0)


def test_a_picture_smaller_than_a_cell_is_no_trouble() -> None:
    camera = Camera()
    for at in range(10):
        tiny = camera.frame(at).bgr()[:9, :11]
        frame = type(camera.frame(at))(np.ascontiguousarray(tiny), 1000.0 + at, at)
        camera.gate.look(frame, awake=at % 2 == 0)
    camera.gate.slept([Box(0, 0, 5, 5)], (11, 9), in_vain=False)


def test_the_size_of_the_test_pictures_is_what_the_comments_say() -> None:
    assert Camera().frame(0).luma().shape == (HEIGHT, WIDTH)
