import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner

from skynet.cli.app import build_app
from skynet.domain.errors import BadInputError
from tests.vision.conftest import shared_data

__all__ = ["shared_data"]


def test_without_a_model_it_says_what_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    result = CliRunner().invoke(build_app(["detect"]), ["detect", "--detector", "motion", str(tmp_path / "a.png")])
    assert isinstance(result.exception, BadInputError)
    assert "a detector model is needed (yolox-nano-coco" in str(result.exception)


def test_json_lines_of_a_real_model(tmp_path: Path, shared_data: Path) -> None:
    picture = tmp_path / "empty.png"
    cv2.imwrite(str(picture), np.full((90, 160, 3), 90, np.uint8))
    scene = shared_data / "plates" / "easypr_general_test" / "苏BU5838.jpg"
    models = str(shared_data / "weights")
    result = CliRunner().invoke(
        build_app(["detect"]), ["detect", "--json", "--models-dir", models, str(scene), str(picture)]
    )
    assert result.exit_code == 0
    first, second = (json.loads(line) for line in result.stdout.splitlines())
    assert first["source"] == str(scene)
    assert {"bus", "truck", "car"} & {item["label"] for item in first["detections"]}
    assert all(len(item["box"]) == 4 and 0 < item["score"] <= 1 for item in first["detections"])
    assert second == {"source": str(picture), "detections": []}
