"""What the network is taught is what the decoder reads back."""

from __future__ import annotations

import numpy as np
from finder.decode import decode, overlap
from finder.pose import seen_from
from finder.scene import Plate
from finder.targets import targets_of

ROWS, COLUMNS = 40, 48


def tilted(x: float, y: float, roll: float, width: float) -> Plate:
    return Plate(seen_from(15, -10, roll, 3.14, 5) * width + np.float32((x, y)), two_row=roll > 20)


def perfect_raw(plates: list[Plate]) -> np.ndarray:
    """The output of a network that learned its targets by heart."""
    maps = targets_of(plates, ROWS, COLUMNS)
    chance = np.clip(maps.heat * 0.98, 1e-4, 0.98)
    rows = np.where(maps.two_row > 0, 5.0, -5.0)
    return np.concatenate([np.log(chance / (1 - chance))[None], rows[None], maps.corners]).astype(np.float32)


def test_every_plate_comes_back_with_its_corners_and_rows() -> None:
    plates = [tilted(60, 50, 0, 20), tilted(200, 120, 45, 150), tilted(320, 250, -30, 60), tilted(90, 260, 10, 110)]
    found = decode(perfect_raw(plates))
    assert len(found) == len(plates)
    for plate in plates:
        best = max(found, key=lambda f: overlap(f.corners, plate.corners))
        np.testing.assert_allclose(best.corners, plate.corners, atol=0.01)
        assert best.two_row == plate.two_row


def test_a_doubtful_plate_is_neither_asked_for_nor_punished() -> None:
    plate = tilted(200, 120, 5, 80)
    maps = targets_of([Plate(plate.corners, doubtful=True)], ROWS, COLUMNS)
    assert maps.heat.max() == 0
    assert maps.judged[15, 25] == 0
    assert maps.judged[2, 2] == 1


def test_a_plate_whose_centre_is_outside_is_left_alone() -> None:
    maps = targets_of([tilted(-10, 100, 0, 60)], ROWS, COLUMNS)
    assert maps.heat.max() == 0
    assert maps.share.max() == 0


def test_of_two_overlapping_finds_the_better_stays() -> None:
    raw = perfect_raw([tilted(200, 120, 0, 150)])
    row, column = np.unravel_index(raw[0].argmax(), raw[0].shape)
    raw[0, row, column + 3] = 2.0  # a second peak on the same plate
    raw[2:, row, column + 3] = raw[2:, row, column]
    raw[2::2, row, column + 3] -= 3 * 8 / 32
    found = decode(raw)
    assert len(found) == 1
    assert found[0].score > 0.95
