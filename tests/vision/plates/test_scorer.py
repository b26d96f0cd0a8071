import json
from pathlib import Path

import numpy as np
import pytest

from skynet.domain import decode_plate
from skynet.vision import ModelError, OnnxSession
from skynet.vision.plates.scorer import PlateScorer
from tests.vision.plates.tiny_plate_models import METADATA, write_finder, write_reader


def scorer(path: Path, **changes: str) -> PlateScorer:
    write_reader(path, metadata={**METADATA, **changes})
    return PlateScorer(OnnxSession(path))


def plate(level: int) -> np.ndarray:
    return np.full((48, 144, 3), level, np.uint8)


@pytest.mark.parametrize("batch_limit", [1, 2, 16])
def test_each_plate_gets_its_own_scores(tmp_path: Path, batch_limit: int) -> None:
    write_reader(tmp_path / "r.onnx")
    session = OnnxSession(tmp_path / "r.onnx")
    session.batch_limit = batch_limit
    scores = PlateScorer(session).score([plate(255), plate(60), plate(200)])
    decoded = [decode_plate(one) for one in scores]
    assert {one.text for one in decoded} == {"皖A12345"}
    assert decoded[0].log_p > decoded[2].log_p > decoded[1].log_p
    assert PlateScorer(session).score([]) == []


def test_the_models_calibration_goes_with_its_scores(tmp_path: Path) -> None:
    careful = scorer(tmp_path / "c.onnx", calibration=json.dumps({"scale": 0.5, "offset": -3}))
    plain = scorer(tmp_path / "p.onnx")
    least, most = (decode_plate(one.score([plate(255)])[0]).confidence for one in (careful, plain))
    assert least < 0.99 < most


def test_a_model_without_calibration_is_taken_at_its_word(tmp_path: Path) -> None:
    write_reader(tmp_path / "r.onnx", metadata={k: v for k, v in METADATA.items() if k != "calibration"})
    assert decode_plate(PlateScorer(OnnxSession(tmp_path / "r.onnx")).score([plate(255)])[0]).confidence > 0.99


@pytest.mark.parametrize("kinds", [METADATA["kinds"], ",".join(json.loads(METADATA["kinds"]))])
def test_lists_may_be_written_either_way(tmp_path: Path, kinds: str) -> None:
    assert scorer(tmp_path / "r.onnx", kinds=kinds)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"alphabet": "-0123"}, "'alphabet' is '-0123'"),
        ({"kinds": "blue,yellow"}, "'kinds' is 'blue,yellow'"),
        ({"calibration": "{}"}, "'calibration' is '{}'"),
        ({"calibration": "no"}, "'calibration' is 'no'"),
    ],
)
def test_a_model_with_other_words_is_refused_in_one_line(tmp_path: Path, changes: dict[str, str], fault: str) -> None:
    with pytest.raises(ModelError, match=fault) as caught:
        scorer(tmp_path / "r.onnx", **changes)
    assert str(tmp_path / "r.onnx") in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_model_of_another_shape_is_refused(tmp_path: Path) -> None:
    write_finder(tmp_path / "finder.onnx")
    with pytest.raises(ModelError, match="gives 1 outputs where 2 are needed"):
        PlateScorer(OnnxSession(tmp_path / "finder.onnx"))
    write_reader(tmp_path / "short.onnx", slots=7)
    with pytest.raises(ModelError, match=r"gives \?×7×75 where"):
        PlateScorer(OnnxSession(tmp_path / "short.onnx"))
    write_reader(tmp_path / "bare.onnx", metadata={})
    with pytest.raises(ModelError, match="'alphabet' is missing"):
        PlateScorer(OnnxSession(tmp_path / "bare.onnx"))
