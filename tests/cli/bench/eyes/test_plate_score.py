from pathlib import Path

import numpy as np
import pytest

from skynet.cli.bench.eyes.plate_find import PlateFind
from skynet.cli.bench.eyes.plate_score import PlateResult, PlateScore
from skynet.cli.bench.eyes.plate_set import Ground, PlateScene, TruePlate
from skynet.domain.plate import PlateKind

TRUTH = TruePlate(cx=100, cy=50, w=80, h=20, rotation_deg=0, colour=Ground.BLUE, text="皖A12345")
SCENE = PlateScene(Path("a.jpg"), [TRUTH])


def find(text: str, confidence: float = 0.9, *, x: float = 60, kind: PlateKind | None = PlateKind.BLUE) -> PlateFind:
    corners = np.array([[x, 40], [x + 80, 40], [x + 80, 60], [x, 60]], np.float32)
    return PlateFind(text, confidence, kind, corners)


def scored(*finds: PlateFind) -> PlateScore:
    score = PlateScore("reader")
    score.add_scene(SCENE, finds)
    return score


def test_the_right_text_at_the_right_place_is_exact() -> None:
    (result,) = scored(find("皖A12345")).scenes
    assert (result.exact, result.without_province, result.found, result.ground_right) == (True, True, True, True)


def test_a_wrong_or_missing_province_is_right_without_it() -> None:
    for text in ("院A12345", "A12345", "浙A12345"):
        (result,) = scored(find(text)).scenes
        assert (result.exact, result.without_province) == (False, True)
    assert not scored(find("皖A12346")).scenes[0].without_province
    assert not scored(find("皖皖A12345")).scenes[0].without_province


def test_a_plate_beside_the_marked_ones_is_wrong_and_stray_text_is_none() -> None:
    score = scored(find("皖A12345"), find("浙B12345", 0.95, x=500), find("出口", 0.99, x=800))
    score.add_scene(SCENE, [find("浙B12345", 0.4, x=500)])
    assert (score.finds, score.pictures) == (4, 2)
    assert sorted(score.reliability(held_out=False).reads) == [(0.9, True), (0.95, False)]


def test_a_box_in_the_wrong_place_finds_nothing() -> None:
    (result,) = scored(find("皖A12345", x=125)).scenes
    assert (result.found, result.exact) == (False, False)


def test_of_two_reads_the_grammatical_one_counts() -> None:
    assert scored(find("皖A12345", 0.5), find("A1234", 0.9)).scenes[0].exact


def test_corners_of_a_turned_plate_go_clockwise_from_the_text() -> None:
    turned = TRUTH.model_copy(update={"rotation_deg": 90.0})
    assert turned.corners.tolist() == [pytest.approx(point) for point in ((110, 10), (110, 90), (90, 90), (90, 10))]


@pytest.mark.parametrize(
    ("label", "read"), [("粤0A2160", "粤OA2160"), ("皖AO0I21", "皖A00121"), ("皖A00121", "皖AO0I21")]
)
def test_one_glyph_is_one_character_however_it_is_typed(label: str, read: str) -> None:
    assert PlateResult(label, None, False, find(read)).exact
    assert PlateResult(label, None, False, find(read)).without_province
    assert not PlateResult(label, None, False, find(f"{read[:-1]}8")).exact
