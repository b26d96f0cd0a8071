from pathlib import Path

import numpy as np
import pytest

from skynet.vision import ModelError, OnnxSession
from skynet.vision.plates.finder import PlateFinder
from tests.vision.plates.tiny_plate_models import HALF_HEIGHT, HALF_WIDTH, write_finder, write_reader


@pytest.fixture
def session(tmp_path: Path) -> OnnxSession:
    write_finder(tmp_path / "finder.onnx")
    return OnnxSession(tmp_path / "finder.onnx")


def scene(width: int, height: int, *spots: tuple[int, int, int], cell: int = 8) -> np.ndarray:
    """A dark picture with bright cells: column, row, brightness."""
    picture = np.zeros((height, width, 3), np.uint8)
    for column, row, level in spots:
        picture[row * cell : (row + 1) * cell, column * cell : (column + 1) * cell] = level
    return picture


def test_corners_stand_around_the_cell_that_saw_the_plate(session: OnnxSession) -> None:
    (found,) = PlateFinder(session).find(scene(640, 384, (40, 20, 255)))
    x, y = 40.5 * 8, 20.5 * 8
    wanted = [
        [-HALF_WIDTH, -HALF_HEIGHT],
        [HALF_WIDTH, -HALF_HEIGHT],
        [HALF_WIDTH, HALF_HEIGHT],
        [-HALF_WIDTH, HALF_HEIGHT],
    ]
    assert np.allclose(found.corners - [x, y], wanted, atol=1e-3)
    assert found.score > 0.99
    assert found.two_rows == pytest.approx(0.5)


def test_corners_are_in_pixels_of_the_picture_whatever_its_size(session: OnnxSession) -> None:
    (found,) = PlateFinder(session).find(scene(1280, 768, (40, 20, 255), cell=16))
    assert np.allclose(found.corners.mean(axis=0), [40.5 * 16, 20.5 * 16], atol=1e-3)
    assert np.allclose(np.ptp(found.corners, axis=0), [4 * HALF_WIDTH, 4 * HALF_HEIGHT], atol=1e-3)


def test_the_surest_come_first_and_each_once(session: OnnxSession) -> None:
    picture = scene(640, 384, (10, 10, 200), (50, 30, 255), (51, 30, 230), (30, 20, 100))
    found = PlateFinder(session).find(picture)
    assert [round(float(plate.corners[:, 0].mean()) // 8) for plate in found] == [50, 10]
    assert found[0].score > found[1].score


def test_small_plates_of_large_pictures_are_found_at_the_second_look(session: OnnxSession) -> None:
    """A bright cell of 16 pixels in 4K is less than 3 wide at the first look, and 8 at the second."""
    picture = scene(3840, 2160, (100, 60, 255), cell=16)
    (found,) = PlateFinder(session).find(picture)
    assert np.allclose(found.corners.mean(axis=0), [100.5 * 16, 60.5 * 16], atol=1)
    assert PlateFinder(session, vehicles=True).find(picture) == []


def test_a_plate_seen_at_both_looks_is_one_plate(session: OnnxSession) -> None:
    picture = np.zeros((1080, 1920, 3), np.uint8)
    picture[480:504, 960:984] = 255
    assert len(PlateFinder(session).find(picture)) == 1


def test_small_pictures_are_looked_at_enlarged(session: OnnxSession) -> None:
    (found,) = PlateFinder(session).find(scene(80, 40, (10, 5, 255), cell=4))
    assert np.allclose(found.corners.mean(axis=0), [10.5 * 4, 5.5 * 4], atol=1)


@pytest.mark.parametrize("shape", [(0, 0, 3), (0, 9, 3), (1, 1, 3), (2, 20_000, 3), (20_000, 2, 3), (33, 31, 3)])
def test_odd_pictures_show_nothing_and_break_nothing(session: OnnxSession, shape: tuple[int, int, int]) -> None:
    assert PlateFinder(session).find(np.zeros(shape, np.uint8)) == []


def test_a_model_that_fires_everywhere_stays_within_bounds(session: OnnxSession) -> None:
    found = PlateFinder(session).find(np.full((2160, 3840, 3), 255, np.uint8))
    assert 0 < len(found) <= 128


def test_a_model_of_another_shape_is_refused(tmp_path: Path) -> None:
    write_finder(tmp_path / "wide.onnx", channels=15)
    with pytest.raises(ModelError, match=r"gives .*15.* where its manifest entry needs 1×10×4×4"):
        PlateFinder(OnnxSession(tmp_path / "wide.onnx"))
    write_reader(tmp_path / "reader.onnx")
    with pytest.raises(ModelError, match=r"takes .*3×48×144"):
        PlateFinder(OnnxSession(tmp_path / "reader.onnx"))


def test_a_nearer_look_puts_the_corners_where_they_are(session: OnnxSession) -> None:
    """Shown 96 pixels wide, a plate has the tiny finder's 48 by 16 around its brightest cell: half of what it was."""
    picture = np.zeros((400, 400, 3), np.uint8)
    picture[196:204, 196:204] = 255
    rough = np.array([[160, 188], [256, 188], [256, 220], [160, 220]], np.float32)
    near = PlateFinder(session).refined(picture, rough)
    assert np.allclose(near.mean(axis=0), [200, 200], atol=4)
    assert np.allclose(np.ptp(near, axis=0), [2 * HALF_WIDTH, 2 * HALF_HEIGHT], atol=1)


@pytest.mark.parametrize("left", [-90.0, 10.0, 5000.0])
def test_a_nearer_look_that_shows_nothing_changes_nothing(session: OnnxSession, left: float) -> None:
    rough = np.array([[left, 18], [left + 90, 18], [left + 90, 48], [left, 48]], np.float32)
    assert PlateFinder(session).refined(np.zeros((400, 400, 3), np.uint8), rough).tolist() == rough.tolist()


def test_a_nearer_look_does_not_jump_to_the_next_plate(session: OnnxSession) -> None:
    picture = scene(640, 384, (40, 20, 255))
    rough = np.array([[380, 156], [428, 156], [428, 172], [380, 172]], np.float32)
    assert PlateFinder(session).refined(picture, rough).tolist() == rough.tolist()
