import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from skynet.cli.app import build_app
from skynet.domain.errors import BadInputError
from skynet.vision import ModelStore
from tests.vision.odd_pictures import written
from tests.vision.plates.tiny_plate_models import tiny_store


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModelStore:
    (tmp_path / "models").mkdir()
    store = tiny_store(tmp_path / "models")
    monkeypatch.setattr(ModelStore, "standard", classmethod(lambda cls, *_: store))
    return store


def plate(folder: Path, level: int) -> Path:
    return written(folder / f"{level}.png", np.full((40, 120, 3), level, np.uint8))


@pytest.mark.usefixtures("store")
def test_json_has_all_that_is_known_of_a_plate(tmp_path: Path) -> None:
    picture = plate(tmp_path, 255)
    result = CliRunner().invoke(build_app(["plates"]), ["plates", "read", "--json", "--crop", str(picture)])
    row = json.loads(result.stdout)
    (read,) = row.pop("plates")
    assert (result.exit_code, row) == (0, {"source": str(picture)})
    assert (read["text"], read["kind"]) == ("皖A12345", "blue")
    assert read["confidence"] > 0.99
    assert read["corners"] == [[0, 0], [120, 0], [120, 40], [0, 40]]
    assert len(read["characters"]) == 7
    assert set(read) == {"text", "kind", "confidence", "corners", "characters"}


@pytest.mark.usefixtures("store")
def test_people_are_told_what_is_unsure(tmp_path: Path) -> None:
    command = ["plates", "read", "--crop", "--min-confidence", "0"]
    result = CliRunner().invoke(build_app(["plates"]), [*command, str(plate(tmp_path, 255)), str(plate(tmp_path, 60))])
    lines = result.stdout.splitlines()
    assert lines[1].split()[:3] == ["皖A12345", "blue", "1.00"]
    assert "unsure" not in lines[1]
    assert "unsure" in lines[3]


@pytest.mark.usefixtures("store")
def test_what_is_too_unsure_is_no_plate(tmp_path: Path) -> None:
    picture = plate(tmp_path, 40)
    result = CliRunner().invoke(build_app(["plates"]), ["plates", "read", "--crop", str(picture)])
    assert (result.exit_code, result.stdout) == (0, f"{picture}: no plate that can be read\n")


def test_a_missing_model_is_one_line(tmp_path: Path, store: ModelStore) -> None:
    (store.dirs[0] / "plate-finder.onnx").unlink()
    result = CliRunner().invoke(build_app(["plates"]), ["plates", "read", str(plate(tmp_path, 255))])
    assert isinstance(result.exception, BadInputError)
    assert "no plate-finder.onnx in" in str(result.exception)
    assert "\n" not in str(result.exception)
