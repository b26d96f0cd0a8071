import json
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from click.testing import Result
from typer.testing import CliRunner

from skynet.cli.app import build_app
from skynet.cli.bench.eyes.clip_frames import ClipLabels
from skynet.domain.errors import BadInputError
from tests.cli.bench.eyes.clip_files import clip_labels, write_clip
from tests.cli.bench.eyes.street_files import write_street_set
from tests.vision.tiny_model import write_constant_model

CELLS = (64 // 8) ** 2 + (64 // 16) ** 2 + (64 // 32) ** 2


def bench(*args: str) -> Result:
    return CliRunner().invoke(build_app(["bench"]), ["bench", "eyes", *args])


@pytest.fixture
def tiny_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder like the shared data, with one street picture and one clip."""
    write_street_set(tmp_path / "street")
    write_clip(tmp_path / "videos")
    monkeypatch.setattr(ClipLabels, "load", lambda: clip_labels(1, 2))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A detector that sees the car of the tiny data in every picture: 32×16 around 32, 24."""
    answer = np.zeros((1, CELLS, 11), np.float32)
    answer[0, 3 * 8 + 4] = [0, 0, np.log(4), np.log(2), 0.9, 0, 0, 1, 0, 0, 0]
    path = tmp_path / "seer.onnx"
    write_constant_model(path, (1, 3, 64, 64), answer)
    return path


def test_a_file_is_scored_on_a_quick_run(tiny_data: Path, model: Path, tmp_path: Path) -> None:
    out, plot = tmp_path / "out.json", tmp_path / "plot.svg"
    result = bench(
        *("--data", str(tiny_data), "--only", "detectors", "--model", str(model), "--size", "64x64"),
        *("--quick", "--json", str(out), "--plot", str(plot)),
    )
    assert result.exit_code == 0, result.output
    written = json.loads(out.read_text("utf-8"))
    values = {row["metric"]: row["median"] for row in written["rows"]}
    assert values["AP50 car"] == values["AP50 mean"] == 100
    assert values["cars from above, recall"] == 100
    assert values["detector, network alone"] <= values["detector, whole"]
    assert "AP50 bus" not in values
    assert "reach" not in written
    assert "AP50" in "".join(ElementTree.parse(plot).getroot().itertext())  # noqa: S314 - written by ourselves


def test_who_is_not_at_hand_is_left_out_in_a_line(tiny_data: Path, model: Path) -> None:
    result = bench(
        *("--data", str(tiny_data), "--only", "detectors", "--model", str(model), "--size", "64x64"),
        *("--contender", "fastestdet", "--quick"),
    )
    assert result.exit_code == 0, result.output
    assert "left out: fastestdet, its model fastestdet-coco is not at hand" in result.output


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--data", "/nowhere"], "/nowhere: there is no shared data here; name its folder with --data"),
        (
            ["--data", ".", "--contender", "nobody"],
            "--contender nobody: there is no such contender; choose from street",
        ),
    ],
)
def test_bad_usage_is_one_clear_line(args: list[str], words: str) -> None:
    error = bench(*args).exception
    assert isinstance(error, BadInputError)
    assert words in str(error)


def test_a_size_that_is_none_is_one_clear_line(tiny_data: Path, model: Path) -> None:
    error = bench("--data", str(tiny_data), "--model", str(model), "--size", "wide").exception
    assert isinstance(error, BadInputError)
    assert "--size wide: is no size" in str(error)
