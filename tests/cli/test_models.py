from pathlib import Path

import pytest
from typer.testing import CliRunner

from skynet.cli.app import build_app
from skynet.domain.errors import BadInputError
from skynet.vision import ModelStore
from tests.vision.plates.tiny_plate_models import tiny_store


@pytest.fixture(autouse=True)
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("SKYNET_MODELS_DIR", raising=False)


def test_list_names_every_model_and_its_licence() -> None:
    result = CliRunner().invoke(build_app(["models"]), ["models", "list"], env={"COLUMNS": "200"})
    assert result.exit_code == 0
    assert "yolox-nano-coco" in result.stdout
    assert "BSD-3-Clause" in result.stdout
    assert "motion" in result.stdout


def test_verify_refuses_a_wrong_file(tmp_path: Path) -> None:
    (tmp_path / "det_FastestDet_352.onnx").write_bytes(b"something else")
    result = CliRunner().invoke(build_app(["models"]), ["models", "verify", "--models-dir", str(tmp_path)])
    assert result.exit_code == 2
    assert "expected 31cb14c0" in result.stderr
    assert result.stderr.count("\n") == 1


def test_plate_models_are_loaded_as_what_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = tiny_store(tmp_path)
    monkeypatch.setattr(ModelStore, "standard", classmethod(lambda cls, *_: store))
    result = CliRunner().invoke(build_app(["models"]), ["models", "verify"])
    assert (result.exit_code, result.stdout) == (0, "plate-finder: good\nplate-reader: good\n")
    text = store.manifest_path.read_text()
    swapped = text.replace('"plate_finder"', '"detector"', 1).replace("input", 'classes = ["car"]\ninput', 1)
    store.manifest_path.write_text(swapped.replace("corner-cells", "yolox"))
    wrong = ModelStore(store.manifest_path, store.dirs)
    monkeypatch.setattr(ModelStore, "standard", classmethod(lambda cls, *_: wrong))
    result = CliRunner().invoke(build_app(["models"]), ["models", "verify"])
    assert result.exit_code == 2
    assert "plate-finder.onnx: gives" in result.stderr


def test_a_model_without_an_address_cannot_be_pulled() -> None:
    result = CliRunner().invoke(build_app(["models"]), ["models", "pull", "yolox-nano-coco"])
    assert isinstance(result.exception, BadInputError)
    assert "no address to be pulled from" in str(result.exception)


def test_bench_times_what_is_there() -> None:
    result = CliRunner().invoke(build_app(["models"]), ["models", "bench", "motion", "--rounds", "2"])
    assert result.exit_code == 0
    assert "motion" in result.stdout
