import cv2
import numpy as np
import pytest

from skynet.domain import Box
from skynet.edge.legibility import ENOUGH_WIDTH, legibility
from tests.array_frame import ArrayFrame

SCENE = cv2.resize(np.random.default_rng(3).integers(0, 255, (90, 160, 3), np.uint8), (1280, 720))
CAR = Box(300, 200, 300, 200)


def test_motion_makes_a_frame_less_legible() -> None:
    sharp, blurred = legibility(ArrayFrame(SCENE), CAR), legibility(ArrayFrame(cv2.blur(SCENE, (31, 1))), CAR)
    assert blurred < 0.6 * sharp


def test_darkness_does_not() -> None:
    dark = (SCENE // 6).astype(np.uint8)
    assert legibility(ArrayFrame(dark), CAR) == pytest.approx(legibility(ArrayFrame(SCENE), CAR), rel=0.1)


def test_the_same_sight_twice_as_large_is_as_sharp_and_larger() -> None:
    large = ArrayFrame(cv2.resize(SCENE, (2560, 1440), interpolation=cv2.INTER_LINEAR))
    near, far = Box(200, 100, 360, 240), Box(100, 50, 180, 120)
    assert legibility(large, near) == pytest.approx(2 * legibility(ArrayFrame(SCENE), far), rel=0.15)


def test_more_pixels_than_enough_are_worth_no_more() -> None:
    flat = ArrayFrame(np.full((720, 1280, 3), 90, np.uint8))
    assert legibility(flat, Box(0, 0, ENOUGH_WIDTH, 300)) == legibility(flat, Box(0, 0, 900, 300)) > 0


@pytest.mark.parametrize("box", [Box(-400, -400, 200, 200), Box(1279, 719, 300, 300), Box(5, 5, 1, 1)])
def test_boxes_at_the_edge_and_beyond_break_nothing(box: Box) -> None:
    assert legibility(ArrayFrame(SCENE), box) > 0
