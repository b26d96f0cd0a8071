import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skynet.vision.plates.quad import MARGIN, distinct, is_plate_like, rectified, stretched

STRAIGHT = np.array([[0, 0], [90, 0], [90, 30], [0, 30]], np.float32)


def turned(degrees: float, quad: np.ndarray = STRAIGHT) -> np.ndarray:
    angle = np.radians(degrees)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]], np.float32)
    return (quad @ turn).astype(np.float32)


def quarters(scale: int) -> np.ndarray:
    """A plate whose four quarters have colours of their own, `scale` pixels to a unit of 30×10."""
    plate = np.zeros((10 * scale, 30 * scale, 3), np.uint8)
    plate[: 5 * scale, : 15 * scale] = (200, 0, 0)
    plate[: 5 * scale, 15 * scale :] = (0, 200, 0)
    plate[5 * scale :, 15 * scale :] = (0, 0, 200)
    plate[5 * scale :, : 15 * scale] = (200, 200, 200)
    return plate


def is_quartered(flat: np.ndarray) -> bool:
    spots = [flat[12, 36], flat[12, 108], flat[36, 108], flat[36, 36]]
    wanted = [(200, 0, 0), (0, 200, 0), (0, 0, 200), (200, 200, 200)]
    return bool(np.allclose(spots, wanted, atol=3))


@pytest.mark.parametrize("degrees", [-45, -20, 0, 10, 45, 180])
@pytest.mark.parametrize("scale", [2, 5, 20])
def test_a_plate_is_turned_upright_at_any_size(degrees: float, scale: int) -> None:
    size = 80 * scale
    quad = turned(degrees, STRAIGHT * np.float32(scale / 3))
    corners = quad - quad.mean(axis=0) + np.float32(size / 2)
    source = np.array([[0, 0], [30, 0], [30, 10], [0, 10]], np.float32) * scale
    warp = cv2.getPerspectiveTransform(source - np.float32(0.5), corners - np.float32(0.5))
    picture = cv2.warpPerspective(quarters(scale), warp, (size, size), borderValue=(90, 90, 90))
    flat = rectified(picture, corners)
    assert flat.shape == (48, 144, 3)
    assert is_quartered(flat)
    assert np.allclose(flat[:, 0], 90, atol=30), "a margin is left around it"


def test_the_margin_is_as_wide_as_it_is_said() -> None:
    picture = np.zeros((300, 600, 3), np.uint8)
    picture[100:148, 200:344] = 255
    flat = rectified(picture, np.array([[200, 100], [344, 100], [344, 148], [200, 148]], np.float32))
    seen = (flat[24, :, 0] > 127).sum()
    assert seen == pytest.approx(144 / (1 + 2 * MARGIN), abs=1)


@pytest.mark.parametrize("shape", [(1, 1, 3), (24, 94, 3), (500, 1500, 3), (3, 4000, 3)])
def test_whatever_is_one_plate_is_stretched(shape: tuple[int, int, int]) -> None:
    assert stretched(np.full(shape, 7, np.uint8)).tolist() == np.full((48, 144, 3), 7).tolist()


@given(st.floats(-180, 180), st.floats(1, 1000))
def test_a_plate_is_plate_like_however_it_hangs(degrees: float, size: float) -> None:
    assert is_plate_like(turned(degrees, STRAIGHT * np.float32(size)))


def test_what_no_plate_looks_like() -> None:
    assert not is_plate_like(STRAIGHT[[1, 0, 3, 2]]), "mirrored"
    assert not is_plate_like(STRAIGHT[[0, 2, 1, 3]]), "crossed"
    assert not is_plate_like(STRAIGHT * np.array([1, 0.1], np.float32)), "a thread"
    assert not is_plate_like(STRAIGHT * np.float32(0)), "a point"
    assert not is_plate_like(np.array([[0, 0], [90, 0], [30, 10], [0, 30]], np.float32)), "dented"


def test_of_quads_on_one_place_the_best_stays() -> None:
    quads = np.stack([STRAIGHT, STRAIGHT + np.float32(4), STRAIGHT + np.float32(200)])
    assert distinct(quads, np.array([1, 3, 2], np.float32)) == [1, 2]
    assert distinct(quads[:0], np.zeros(0, np.float32)) == []
