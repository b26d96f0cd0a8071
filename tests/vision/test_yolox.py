from pathlib import Path

import numpy as np
import pytest

from skynet.domain.label import ObjectLabel
from skynet.vision import ModelError, OnnxSession, StillImage, YoloxDetector
from skynet.vision.class_list import ClassList
from tests.vision.tiny_model import write_canvas_model, write_constant_model

CLASSES = ClassList(["person", "dog", "car"])
CELLS = (64 // 8) ** 2 + (64 // 16) ** 2 + (64 // 32) ** 2


def detector(tmp_path: Path, answer: np.ndarray) -> YoloxDetector:
    path = tmp_path / "m.onnx"
    write_constant_model(path, (1, 3, 64, 64), answer.astype(np.float32))
    return YoloxDetector("tiny", OnnxSession(path), CLASSES, (64, 64))


def silent() -> np.ndarray:
    return np.zeros((1, CELLS, 8), np.float32)


def test_a_cell_becomes_a_box_of_the_source_picture(tmp_path: Path) -> None:
    answer = silent()
    # Cell column 2, row 1 of stride 8: centre (2.5·8, 1.5·8), width 16, height 8 in model pixels.
    answer[0, 1 * 8 + 2] = [0.5, 0.5, np.log(2), 0, 0.9, 0.8, 0.1, 0.1]
    found = list(detector(tmp_path, answer).detect(StillImage(np.zeros((64, 128, 3), np.uint8))))
    assert [item.label for item in found] == [ObjectLabel.PERSON]
    assert found[0].score == pytest.approx(0.72)
    box = found[0].box
    assert (box.x, box.y, box.width, box.height) == pytest.approx((24, 16, 32, 16))


def test_classes_outside_the_list_are_dropped(tmp_path: Path) -> None:
    answer = silent()
    answer[0, 0] = [0.5, 0.5, 1, 1, 1, 0.4, 0.9, 0.1]
    assert len(detector(tmp_path, answer).detect(StillImage(np.zeros((64, 64, 3), np.uint8)))) == 0


def test_boxes_are_cut_at_the_picture(tmp_path: Path) -> None:
    answer = silent()
    answer[0, 0] = [0, 0, 3, 3, 1, 0.1, 0.1, 0.9]
    found = list(detector(tmp_path, answer).detect(StillImage(np.zeros((64, 64, 3), np.uint8))))
    assert (found[0].box.x, found[0].box.y) == (0, 0)


def test_another_shape_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="gives 1×7×8") as caught:
        detector(tmp_path, np.zeros((1, 7, 8)))
    assert "\n" not in str(caught.value)


def test_a_text_file_is_no_model(tmp_path: Path) -> None:
    path = tmp_path / "m.onnx"
    path.write_text("not a model")
    with pytest.raises(ModelError, match=r"m\.onnx: is not a usable ONNX model") as caught:
        OnnxSession(path)
    assert "\n" not in str(caught.value)


def test_unknown_providers_are_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="unknown provider 'abacus'"):
        OnnxSession(tmp_path / "m.onnx", provider="abacus")


def test_a_picture_of_one_pixel_survives(tmp_path: Path) -> None:
    assert len(detector(tmp_path, silent()).detect(StillImage(np.zeros((1, 1, 3), np.uint8)))) == 0


def test_a_model_of_free_sides_gets_no_more_canvas_than_the_picture_needs(tmp_path: Path) -> None:
    path = tmp_path / "free.onnx"
    write_canvas_model(path)
    free = YoloxDetector("free", OnnxSession(path), ClassList(["car"]), (96, 96))
    flat = StillImage(np.zeros((40, 192, 3), np.uint8))
    tall = StillImage(np.zeros((192, 90, 3), np.uint8))
    square = StillImage(np.zeros((192, 192, 3), np.uint8))
    # The model's one box covers its whole canvas: cut at the picture, it is as wide and as high as the picture.
    for picture, found in zip((flat, tall, square), free.detect_batch([flat, tall, square]), strict=True):
        assert [(item.box.width, item.box.height) for item in found] == [(picture.width, picture.height)]
    # Whole cells of 32 model pixels, so many as the picture needs: 96×32, 64×96 and 96×96 of it.
    areas = [float(free.detect(picture).scores[0]) for picture in (flat, tall, square)]
    assert areas == pytest.approx([0.2 + 32 / 960, 0.2 + 64 / 960, 0.2 + 96 / 960], abs=1e-4)
