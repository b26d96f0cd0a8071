from pathlib import Path

import cv2
import numpy as np
import pytest

from skynet.domain.plate import PlateKind
from skynet.vision import RapidOcrPlateReader, StillImage


@pytest.fixture(scope="module")
def reader() -> RapidOcrPlateReader:
    return RapidOcrPlateReader()


def test_a_picture_without_plates_yields_none(reader: RapidOcrPlateReader) -> None:
    assert reader.read(np.full((200, 300, 3), 128, np.uint8)) == []


def test_other_writing_is_no_plate(reader: RapidOcrPlateReader) -> None:
    sign = np.full((120, 400, 3), 255, np.uint8)
    cv2.putText(sign, "STOP HERE", (20, 80), cv2.FONT_HERSHEY_SIMPLEX, 2, (0, 0, 0), 4)
    assert reader.read(sign) == []
    assert reader.read(sign, crop=True) == []


def test_tiny_pictures_are_nothing(reader: RapidOcrPlateReader) -> None:
    assert reader.read(np.zeros((1, 1, 3), np.uint8)) == []
    assert reader.read(np.zeros((0, 0, 3), np.uint8), crop=True) == []


def test_a_real_scene_is_read(reader: RapidOcrPlateReader, shared_data: Path) -> None:
    image = StillImage.load(shared_data / "plates" / "easypr_general_test" / "苏BU5838.jpg")
    (plate,) = reader.read(image.pixels)
    assert (plate.text, plate.kind) == ("苏BU5838", PlateKind.YELLOW)
    assert plate.confidence > 0.9
    left, top = plate.corners[0]
    assert 700 < left < plate.corners[1][0] < 1000
    assert 550 < top < plate.corners[3][1] < 750


def test_crops_are_read_as_often_as_measured(reader: RapidOcrPlateReader, shared_data: Path) -> None:
    files = sorted((shared_data / "plates" / "lprnet_test_1000").glob("*.jpg"))[::13]
    right = wrong = 0
    for file in files:
        for plate in reader.read(StillImage.load(file).pixels, crop=True):
            right += plate.text == file.stem
            wrong += plate.text != file.stem
    assert right >= 0.7 * len(files)
    assert wrong <= 0.12 * len(files)
