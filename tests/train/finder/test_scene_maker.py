"""The labels of made scenes lie where the plates were pasted; nothing is labelled that was not."""

from __future__ import annotations

import numpy as np
import pytest
from finder.backgrounds import Background
from finder.pasting import paste
from finder.pose import seen_from
from finder.scene import Picture, Plate, Scene
from finder.scene_maker import SceneMaker

MAGENTA = (230, 0, 230)


def flat_plate(_rng: np.random.Generator) -> Picture:
    board = np.empty((84, 264, 3), np.uint8)
    board[:] = MAGENTA
    return board


def grey(height: int = 400, width: int = 500) -> Background:
    vehicles = np.array([[120, 100, 240, 200]], np.float32)
    return Background(np.full((height, width, 3), 115, np.uint8), vehicles)


def magenta_share(picture: Picture, plate: Plate, stretch: float) -> float:
    """The share of points on a quadrilateral ``stretch`` times the plate around its centre that are magenta."""
    centre = plate.corners.mean(0)
    ring = (plate.corners - centre) * stretch + centre
    points = np.concatenate([np.linspace(a, b, 20) for a, b in zip(ring, np.roll(ring, -1, axis=0), strict=True)])
    points = points[((points >= 0) & (points < np.array(picture.shape[1::-1]) - 1)).all(1)]
    x, y = points.round().astype(int).T
    blue, green, red = picture[y, x].astype(int).T
    return float(((blue - green > 25) & (red - green > 25)).mean())


@pytest.fixture(scope="module")
def scenes() -> list[Scene]:
    rng = np.random.default_rng(5)
    maker = SceneMaker([grey()], [], rng, flat_plate, clutter_share=0.0, drawings=3)
    return [maker.make() for _ in range(60)]


def test_the_plate_fills_its_label_and_ends_there(scenes: list[Scene]) -> None:
    large = [(s.picture, p) for s in scenes for p in s.plates if p.width > 60 and p.height > 18]
    assert len(large) > 15
    inside = [magenta_share(picture, plate, 0.7) for picture, plate in large]
    outside = [magenta_share(picture, plate, 1.6) for picture, plate in large]
    # a glare, a night or a grey camera may hide the colour of some, but not of most
    assert np.median(inside) > 0.95
    assert np.median(outside) < 0.05


def test_some_scenes_are_empty_and_nothing_leaves_the_picture(scenes: list[Scene]) -> None:
    assert any(not scene.plates for scene in scenes)
    for scene in scenes:
        for plate in scene.plates:
            assert plate.corners.min() >= 0
            assert plate.corners.max() <= scene.picture.shape[0]


@pytest.mark.parametrize("roll", [-45, -20, 0, 30, 45])
def test_pasted_pixels_are_those_of_the_label(roll: float) -> None:
    """The centroid and the area of what was drawn are the quadrilateral's, to a fraction of a pixel."""
    corners = seen_from(20, 10, roll, 264 / 84, 6) * 150 + np.float32((150.3, 149.6))
    centre_x, centre_y, area = _moments(corners)
    off = []
    for seed in range(15):  # blur, shadow and rim differ; the median seed has none that moves the edge
        picture = np.full((300, 300, 3), 115, np.uint8)
        paste(picture, flat_plate(np.random.default_rng(0)), corners, np.random.default_rng(seed))
        colour = picture[..., 0].astype(int) - picture[..., 1]
        rows, columns = np.nonzero(colour > 0.5 * np.percentile(colour[colour > 25], 50))
        off.append((abs(columns.mean() + 0.5 - centre_x), abs(rows.mean() + 0.5 - centre_y), len(rows) / area))
    x, y, share = np.median(off, axis=0)
    assert x < 0.4
    assert y < 0.4
    assert 0.97 < share < 1.03


def _moments(corners: np.ndarray) -> tuple[float, float, float]:
    """Centroid and area of a polygon (shoelace formula)."""
    x, y = corners.T.astype(float)
    x1, y1 = np.roll(x, -1), np.roll(y, -1)
    cross = x * y1 - x1 * y
    area = cross.sum() / 2
    return float(((x + x1) * cross).sum() / (6 * area)), float(((y + y1) * cross).sum() / (6 * area)), float(abs(area))


def test_corners_run_clockwise_from_the_texts_top_left() -> None:
    corners = seen_from(0, 0, 0, 3.0, 1e6)
    np.testing.assert_allclose(corners, [[-0.5, -1 / 6], [0.5, -1 / 6], [0.5, 1 / 6], [-0.5, 1 / 6]], atol=1e-3)
    tilted = seen_from(0, 0, 45, 3.0, 1e6)
    assert tilted[1, 1] > tilted[0, 1]  # the text runs down to the right
