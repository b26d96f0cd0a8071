import numpy as np
import pytest

from skynet.domain.plate import PlateKind, PlateText
from skynet.vision.plates.colour import PlateColour, plate_colour, plate_kind


def painted(ground: tuple[int, int, int], ink: tuple[int, int, int]) -> np.ndarray:
    plate = np.full((48, 150, 3), ground, np.uint8)
    for x in range(10, 140, 18):
        plate[10:38, x : x + 7] = ink
    return plate


@pytest.mark.parametrize(
    ("ground", "ink", "colour"),
    [
        ((160, 70, 20), (255, 255, 255), PlateColour.BLUE),
        ((20, 180, 230), (10, 10, 10), PlateColour.YELLOW),
        ((120, 200, 90), (10, 10, 10), PlateColour.GREEN),
        ((235, 235, 235), (20, 20, 20), PlateColour.WHITE),
        ((90, 90, 90), (95, 95, 95), None),
    ],
)
def test_grounds(ground: tuple[int, int, int], ink: tuple[int, int, int], colour: PlateColour | None) -> None:
    assert plate_colour(painted(ground, ink)) is colour


@pytest.mark.parametrize(
    ("text", "colour", "two_rows", "kind"),
    [
        ("皖A12345", PlateColour.BLUE, False, PlateKind.BLUE),
        ("皖A12345", PlateColour.YELLOW, False, PlateKind.YELLOW),
        ("皖A12345", PlateColour.YELLOW, True, PlateKind.YELLOW_TWO_ROW),
        ("皖A12345", None, False, PlateKind.UNKNOWN),
        ("皖AD12345", None, False, PlateKind.GREEN_SMALL),
        ("皖A1234挂", PlateColour.YELLOW, True, PlateKind.TRAILER),
    ],
)
def test_text_and_colour_make_the_kind(text: str, colour: PlateColour | None, two_rows: bool, kind: PlateKind) -> None:
    assert plate_kind(PlateText.parse(text), colour, two_rows=two_rows) is kind
