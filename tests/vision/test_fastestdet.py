from pathlib import Path

import numpy as np
import pytest

from skynet.domain.label import ObjectLabel
from skynet.vision import FastestDetDetector, OnnxSession, StillImage
from skynet.vision.class_list import ClassList
from tests.vision.tiny_model import write_constant_model


def detector(tmp_path: Path, answer: np.ndarray) -> FastestDetDetector:
    path = tmp_path / "m.onnx"
    write_constant_model(path, (1, 3, 64, 64), answer.astype(np.float32))
    return FastestDetDetector("tiny", OnnxSession(path), ClassList(["person", "dog", "car"]), (64, 64))


def test_a_cell_becomes_a_box_of_the_stretched_picture(tmp_path: Path) -> None:
    answer = np.zeros((1, 8, 4, 4), np.float32)
    # Column 2, row 1, no offset: the corner (0.5, 0.25) of the picture is the centre; sigmoid(0) is half its size.
    answer[0, :, 1, 2] = [0.9, 0, 0, 0, 0, 0.1, 0.1, 0.8]
    found = list(detector(tmp_path, answer).detect(StillImage(np.zeros((100, 200, 3), np.uint8))))
    assert [item.label for item in found] == [ObjectLabel.CAR]
    assert found[0].score == pytest.approx(0.9**0.6 * 0.8**0.4)
    box = found[0].box
    assert (box.x, box.y, box.width, box.height) == pytest.approx((50, 0, 100, 50))


def test_a_dog_is_not_its_second_guess(tmp_path: Path) -> None:
    answer = np.zeros((1, 8, 4, 4), np.float32)
    answer[0, :, 0, 0] = [1, 0, 0, 0, 0, 0.4, 0.6, 0]
    assert len(detector(tmp_path, answer).detect(StillImage(np.zeros((64, 64, 3), np.uint8)))) == 0
