"""Pictures as users have them, through the commands that take pictures: one clear line for each bad one, the good ones
are worked on."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from skynet.cli.app import build_app
from skynet.vision import ModelStore
from tests.vision.odd_pictures import grey_png, turned_jpeg, written
from tests.vision.plates.tiny_plate_models import tiny_store
from tests.vision.tiny_model import write_constant_model

DETECTOR = """
[models.tiny]
task = "detector"
adapter = "fastestdet"
file = "tiny.onnx"
sha256 = "{sha256}"
licence = "CC0"
input = [64, 64]
classes = ["person", "dog", "car"]
"""
COMMANDS = [["detect"], ["plates", "read"], ["plates", "read", "--crop"]]


@pytest.fixture(autouse=True)
def tiny_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All commands find tiny models, and no others."""
    folder = tmp_path / "models"
    folder.mkdir()
    store = tiny_store(folder)
    answer = np.zeros((1, 8, 4, 4), np.float32)
    answer[0, :, 1, 2] = [0.9, 0, 0, 0, 0, 0.1, 0.1, 0.8]
    sha256 = write_constant_model(folder / "tiny.onnx", (1, 3, 64, 64), answer)
    manifest = store.manifest_path
    manifest.write_text(manifest.read_text() + DETECTOR.format(sha256=sha256))
    found = ModelStore(manifest, store.dirs)
    monkeypatch.setattr(ModelStore, "standard", classmethod(lambda cls, *_: found))


def run(command: list[str], *pictures: Path) -> Result:
    app = build_app(command)
    return CliRunner().invoke(app, [*command, "--json", *map(str, pictures)])


def good_pictures(folder: Path) -> list[Path]:
    bright = np.full((64, 200, 3), 250, np.uint8)
    return [
        written(folder / "grey.png", bright[..., 0]),
        written(folder / "deep.png", bright.astype(np.uint16) * 257),
        written(folder / "deep-grey.tif", bright[..., 0].astype(np.uint16) * 257),
        written(folder / "see-through.png", np.dstack([bright, bright[..., :1]])),
        turned_jpeg(folder / "turned.jpg", bright),
        written(folder / "dot.png", np.full((1, 1, 3), 250, np.uint8)),
        grey_png(folder / "wide.png", 60_000, 1),
        grey_png(folder / "tall.png", 2, 60_000),
    ]


def bad_pictures(folder: Path) -> dict[Path, str]:
    noise = np.random.default_rng(0).integers(0, 255, (120, 160, 3), np.uint8)
    png, jpeg = (written(folder / name, noise).read_bytes() for name in ("a.png", "a.jpg"))
    contents = {
        "empty.jpg": (b"", "the file is empty"),
        "words.jpg": (b"no picture at all", "is no picture"),
        "half.png": (png[: len(png) // 2], "a damaged one"),
        "half.jpg": (jpeg[: len(jpeg) // 2], "is cut short"),
        "spoiled.png": (png[:1000] + bytes(200) + png[1200:], "a damaged one"),
        "head.tif": (b"II*\0\xff\xff\xff\xff", "is no picture"),
    }
    faults: dict[Path, str] = {folder / "missing.jpg": "no such file", folder: "is a folder"}
    for name, (content, fault) in contents.items():
        (folder / name).write_bytes(content)
        faults[folder / name] = fault
    faults[grey_png(folder / "bomb.png", 40_000, 40_000, rows=1)] = "40000×40000 is too large"
    return faults


@pytest.mark.parametrize("command", COMMANDS)
def test_every_good_picture_has_its_line(tmp_path: Path, command: list[str]) -> None:
    pictures = good_pictures(tmp_path)
    result = run(command, *pictures)
    assert (result.exit_code, result.stderr.replace("detector: ", "")[:5]) in {(0, ""), (0, "tiny ")}
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [row["source"] for row in rows] == [str(path) for path in pictures]
    if command == ["plates", "read", "--crop"]:
        assert {plate["text"] for row in rows[:6] for plate in row["plates"]} == {"皖A12345"}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_bad_picture_has_one_line_and_the_good_ones_are_kept(
    tmp_path: Path, command: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    faults = bad_pictures(tmp_path)
    good = written(tmp_path / "good.png", np.full((64, 200, 3), 250, np.uint8))
    result = run(command, *faults, good)
    assert result.exit_code == 2
    assert [json.loads(line)["source"] for line in result.stdout.splitlines()] == [str(good)]
    lines = [line for line in result.stderr.splitlines() if not line.startswith("detector: ")]
    assert len(lines) == len(faults)
    for line, (path, fault) in zip(lines, faults.items(), strict=True):
        assert line.startswith(f"skynet: {path}: ")
        assert fault in line
    assert capfd.readouterr().err == "", "libpng and others stay silent"


def test_a_hundred_megapixels_fit_into_a_gigabyte(tmp_path: Path) -> None:
    picture = grey_png(tmp_path / "large.png", 10_000, 10_000)
    program = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from skynet.vision import ModelStore, StillImage, create_detector, create_plate_reader\n"
        "store = ModelStore(Path(sys.argv[1]), [Path(sys.argv[1]).parent])\n"
        "image = StillImage.load(Path(sys.argv[2]))\n"
        "create_detector('tiny', store).detect(image)\n"
        "reader = create_plate_reader(store)\n"
        "reader.read(image.pixels), reader.read(image.pixels, crop=True)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)\n"
    )
    manifest = tmp_path / "models" / "manifest.toml"
    command = [sys.executable, "-c", program, str(manifest), str(picture)]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    assert int(ended.stdout) < 1024
