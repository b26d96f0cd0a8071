from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from skynet.domain.plate import PlateKind
from skynet.domain.plate_scores import PlateScores
from skynet.vision import ModelError, ModelStore
from skynet.vision.create_plate_reader import create_plate_reader
from skynet.vision.plates.net_reader import SURE_ENOUGH
from skynet.vision.plates.scorer import PlateScorer
from tests.vision.plates.tiny_plate_models import tiny_store


def scene(*spots: tuple[int, int, int]) -> np.ndarray:
    """Bright plates of 48×16 on black, 640×384: x, y of their middles and how bright they are."""
    picture = np.zeros((384, 640, 3), np.uint8)
    for x, y, level in spots:
        picture[y - 12 : y + 12, x - 28 : x + 28] = level * 2 // 5
        picture[y - 4 : y + 4, x - 4 : x + 4] = level
    return picture


def test_plates_are_found_and_read_best_first(tmp_path: Path) -> None:
    reader = create_plate_reader(tiny_store(tmp_path), min_confidence=0)
    reads = reader.read(scene((100, 100, 180), (404, 204, 255)))
    assert [read.text for read in reads] == ["皖A12345", "皖A12345"]
    assert [read.corners[0][0] > 300 for read in reads] == [True, False]
    assert reads[0].confidence > reads[1].confidence
    assert len(reads[0].characters) == 7
    assert reads[0].scores is not None


def test_a_crop_is_read_whole(tmp_path: Path) -> None:
    reader = create_plate_reader(tiny_store(tmp_path, "皖A1234警", PlateKind.POLICE))
    (read,) = reader.read(np.full((24, 94, 3), 255, np.uint8), crop=True)
    assert (read.text, read.kind) == ("皖A1234警", PlateKind.POLICE)
    assert read.corners == ((0, 0), (94, 0), (94, 24), (0, 24))


@pytest.mark.parametrize(("level", "looks"), [(255, 1), (120, 2)])
def test_a_sure_read_is_not_looked_at_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, level: int, looks: int
) -> None:
    shown: list[int] = []
    score = PlateScorer.score

    def counted(scorer: PlateScorer, plates: Sequence[NDArray[np.uint8]]) -> list[PlateScores]:
        shown.append(len(plates))
        return score(scorer, plates)

    monkeypatch.setattr(PlateScorer, "score", counted)
    (read,) = create_plate_reader(tiny_store(tmp_path)).read(np.full((24, 94, 3), level, np.uint8), crop=True)
    assert (read.confidence >= SURE_ENOUGH) is (looks == 1)
    assert sum(shown) == looks


def test_what_is_not_sure_enough_is_left_out(tmp_path: Path) -> None:
    store = tiny_store(tmp_path)
    dim = np.full((24, 94, 3), 40, np.uint8)
    assert create_plate_reader(store).read(dim, crop=True) == []
    (read,) = create_plate_reader(store, min_confidence=0).read(dim, crop=True)
    assert read.confidence < 0.1


def test_a_plate_cut_by_the_edge_is_not_read(tmp_path: Path) -> None:
    reader = create_plate_reader(tiny_store(tmp_path), min_confidence=0)
    picture = np.zeros((384, 640, 3), np.uint8)
    picture[100:108, 0:8] = 255
    assert reader.read(picture) == []


@pytest.mark.parametrize("crop", [False, True])
def test_empty_pictures_show_nothing(tmp_path: Path, crop: bool) -> None:
    reader = create_plate_reader(tiny_store(tmp_path))
    assert reader.read(np.zeros((0, 0, 3), np.uint8), crop=crop) == []
    assert reader.read(np.zeros((1, 1, 3), np.uint8), crop=crop) == []


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    store = tiny_store(tmp_path)
    (tmp_path / "plate-reader.onnx").unlink()
    with pytest.raises(ModelError, match=r"no plate-reader\.onnx in"):
        create_plate_reader(store)
    (tmp_path / "manifest.toml").write_text("")
    with pytest.raises(ModelError, match="no model of the task 'plate_finder'"):
        create_plate_reader(ModelStore(tmp_path / "manifest.toml", [tmp_path]))


def test_a_model_whose_format_nobody_speaks_is_named(tmp_path: Path) -> None:
    store = tiny_store(tmp_path)
    text = (tmp_path / "manifest.toml").read_text()
    (tmp_path / "manifest.toml").write_text(text.replace("corner-cells", "yolox"))
    with pytest.raises(ModelError, match=r"models\.plate-finder\.adapter: 'yolox' is unknown .known: corner-cells"):
        create_plate_reader(ModelStore(tmp_path / "manifest.toml", store.dirs))
