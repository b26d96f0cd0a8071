from pathlib import Path

import numpy as np
import pytest

from skynet.domain.label import ObjectLabel
from skynet.vision import ModelError, ModelStore, MotionDetector, StillImage, choose_detector, create_detector
from skynet.vision.manifest import Manifest
from skynet.vision.model_store import packaged_manifest
from tests.vision.tiny_model import write_constant_model

ENTRY = """
[models.tiny]
task = "detector"
adapter = "{adapter}"
file = "tiny.onnx"
sha256 = "{sha256}"
licence = "CC0"
input = [64, 64]
classes = ["person", "dog", "car"]
"""


def store(tmp_path: Path, *, adapter: str = "fastestdet", sha256: str | None = None) -> ModelStore:
    answer = np.zeros((1, 8, 4, 4), np.float32)
    answer[0, :, 1, 2] = [0.9, 0, 0, 0, 0, 0.1, 0.1, 0.8]
    true_sha256 = write_constant_model(tmp_path / "tiny.onnx", (1, 3, 64, 64), answer)
    manifest = tmp_path / "manifest.toml"
    manifest.write_text(ENTRY.format(adapter=adapter, sha256=sha256 or true_sha256))
    return ModelStore(manifest, [tmp_path / "nowhere", tmp_path])


def fault(tmp_path: Path, text: str) -> str:
    path = tmp_path / "manifest.toml"
    path.write_text(text)
    with pytest.raises(ModelError) as caught:
        Manifest.load(path)
    assert "\n" not in str(caught.value)
    return str(caught.value).removeprefix(str(path))


def test_an_entry_is_all_that_a_new_model_needs(tmp_path: Path) -> None:
    detector = create_detector("tiny", store(tmp_path))
    found = detector.detect(StillImage(np.zeros((100, 200, 3), np.uint8)))
    assert found.labels == (ObjectLabel.CAR,)


def test_auto_takes_what_is_at_hand_and_says_why(tmp_path: Path) -> None:
    choice = choose_detector(store(tmp_path))
    assert choice.name == "tiny"
    assert "tiny.onnx" in choice.reason


def test_auto_passes_over_a_wrong_file_and_says_so(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    wrong = store(tmp_path, sha256="0" * 64)
    choice = choose_detector(wrong)
    assert choice.name == "motion"
    assert "expected " + "0" * 64 in choice.reason
    assert isinstance(create_detector("auto", wrong), MotionDetector)
    assert [record.levelname for record in caplog.records] == ["WARNING"], "shown even where nobody set up a log"


def test_a_folder_that_may_not_be_looked_into_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> bool:
        raise PermissionError(13, "Permission denied")  # for root, too, who may see everything

    known = store(tmp_path)
    monkeypatch.setattr(Path, "is_dir", refuse)
    with pytest.raises(ModelError, match=r"--models-dir names .* may not look into"):
        ModelStore.standard(tmp_path, {})
    monkeypatch.setattr(Path, "is_file", refuse)
    assert known.find("tiny") is None


def test_a_wrong_sha256_is_refused_with_both(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"sha256 is [0-9a-f]{64}, expected 0{64}"):
        create_detector("tiny", store(tmp_path, sha256="0" * 64))


def test_a_missing_file_says_where_it_was_looked_for(tmp_path: Path) -> None:
    full = store(tmp_path)
    (tmp_path / "tiny.onnx").unlink()
    with pytest.raises(ModelError, match=r"no tiny\.onnx in .*nowhere.*--models-dir"):
        full.path("tiny")


def test_unknown_names_list_the_known(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"unknown model 'big' .known: auto, motion, tiny"):
        create_detector("big", store(tmp_path))
    with pytest.raises(ModelError, match=r"models\.tiny\.adapter: 'magic' is unknown .known: yolox, fastestdet"):
        create_detector("tiny", store(tmp_path, adapter="magic"))


def test_a_model_of_another_shape_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="where its manifest entry needs"):
        create_detector("tiny", store(tmp_path, adapter="yolox"))


def test_mistakes_in_the_manifest_name_line_and_key(tmp_path: Path) -> None:
    good = ENTRY.format(adapter="yolox", sha256="0" * 64)
    assert fault(tmp_path, good.replace("[64, 64]", "[64, 60]")).startswith(":8: models.tiny.input.1: ")
    assert fault(tmp_path, good.replace("licence", "license")).startswith(":2: models.tiny.licence: Field required")
    assert fault(tmp_path, good.replace('"0000', '"000')).startswith(":6: models.tiny.sha256: ")
    assert "no list 'nope'" in fault(tmp_path, good.replace('["person", "dog", "car"]', '"nope"'))
    assert fault(tmp_path, good.replace('classes = ["person", "dog", "car"]', "")).startswith(
        ":2: models.tiny.classes: a det"
    )
    assert "is not TOML" in fault(tmp_path, "[models")
    assert "at line 1" in fault(tmp_path, "x = = 1")


def test_folders_that_were_asked_for_must_exist(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="--models-dir names"):
        ModelStore.standard(tmp_path / "nope", {})
    with pytest.raises(ModelError, match=r"\$SKYNET_MODELS_DIR names"):
        ModelStore.standard(None, {"SKYNET_MODELS_DIR": str(tmp_path / "nope")})


def test_the_given_folder_comes_before_the_environments(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    first.mkdir()
    second.mkdir()
    assert ModelStore.standard(first, {"SKYNET_MODELS_DIR": str(second)}).dirs[:2] == (first, second)


def test_the_projects_own_manifest_is_sound() -> None:
    manifest = Manifest.load(packaged_manifest())
    assert all(manifest.class_names(name) for name, entry in manifest.models.items() if entry.task == "detector")
