import json
from pathlib import Path

import cv2
import numpy as np
from typer.testing import CliRunner

from skynet.cli.app import build_app


def test_a_bad_picture_is_reported_and_the_others_go_on(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.png", tmp_path / "bad.png"
    cv2.imwrite(str(good), np.full((40, 120, 3), 128, np.uint8))
    bad.write_text("no picture")
    result = CliRunner().invoke(build_app(["plates"]), ["plates", "read", "--json", str(bad), str(good)])
    assert result.exit_code == 2
    assert [json.loads(line) for line in result.stdout.splitlines()] == [{"source": str(good), "plates": []}]
    assert result.stderr.count("\n") == 1
    assert f"{bad}: is no picture" in result.stderr


def test_words_for_people(tmp_path: Path) -> None:
    picture = tmp_path / "a.png"
    cv2.imwrite(str(picture), np.full((40, 120, 3), 128, np.uint8))
    result = CliRunner().invoke(build_app(["plates"]), ["plates", "read", "--crop", str(picture)])
    assert (result.exit_code, result.stdout) == (0, f"{picture}: no plate that can be read\n")
