from __future__ import annotations

import numpy as np

from skynet.vision.picture_health.block_grid import COLUMNS, ROWS
from skynet.vision.picture_health.options import PictureHealthOptions
from skynet.vision.picture_health.stillness import Stillness

SEEN = np.ones((ROWS, COLUMNS), np.bool_)
RNG = np.random.default_rng(1)


def _alive() -> np.ndarray:
    return RNG.integers(80, 90, (90, 160)).astype(np.uint8)


def test_a_camera_whose_pictures_stand_still_by_nature_is_given_longer() -> None:
    stillness, t = Stillness(SEEN, PictureHealthOptions()), 0.0
    still = _alive()
    for spell_s in (12, 16, 12):
        for _ in range(5):
            assert stillness.look(_alive(), t) is None
            t += 2
        for _ in range(spell_s // 2):
            assert stillness.look(still, t) is None
            t += 2
    began = t
    stillness.look(_alive(), t)
    since = None
    while since is None and t < began + 100:
        t += 2
        since = stillness.look(still, t)
    assert t - began > 3 * 14
    assert since is not None


def test_a_change_of_size_begins_anew() -> None:
    stillness = Stillness(SEEN, PictureHealthOptions())
    for t in range(0, 60, 2):
        size = (90, 160) if t % 4 else (180, 320)
        assert stillness.look(np.full(size, 7, np.uint8), float(t)) is None
