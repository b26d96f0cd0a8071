"""A drawn plate has its kind's size and colours, and its characters stand where the layout says."""

from __future__ import annotations

import numpy as np
import pytest
from plates.drawing import draw_plate
from plates.layout import layout_of
from plates.plate_text import draw_text
from plates.typeface import SHARED_GLYPHS, Typeface

from skynet.domain.plate import PlateKind, PlateText
from skynet.domain.plate_scores import NO_CHARACTER, PLATE_ALPHABET, READ_KINDS

NEW_ENERGY = {PlateKind.GREEN_SMALL, PlateKind.GREEN_LARGE}


@pytest.mark.parametrize("kind", READ_KINDS)
def test_a_drawing_is_a_grammatical_plate_of_its_size(kind: PlateKind, typeface: Typeface) -> None:
    rng = np.random.default_rng(1)
    for _ in range(20):
        drawing = draw_plate(rng, kind, typeface=typeface)
        assert drawing.kind is kind
        assert kind in PlateText.parse(drawing.text).kinds
        assert drawing.image.dtype == np.uint8
        assert drawing.image.shape[1:] == (480 if kind in NEW_ENERGY else 440, 3)
        assert drawing.image.shape[0] in (140, 220, 280)


def test_two_row_kinds_are_taller(typeface: Typeface) -> None:
    rng = np.random.default_rng(2)
    assert draw_plate(rng, PlateKind.YELLOW_TWO_ROW, typeface=typeface).image.shape[0] >= 220
    assert draw_plate(rng, PlateKind.YELLOW, typeface=typeface).image.shape[0] == 140


@pytest.mark.parametrize("kind", READ_KINDS)
def test_characters_stand_inside_the_plate_and_apart(kind: PlateKind) -> None:
    rng = np.random.default_rng(3)
    text = draw_text(rng, kind)
    layout = layout_of(rng, kind, text)
    assert len(layout.cells) == len(text)
    for one, cell in enumerate(layout.cells):
        assert cell.x >= 0
        assert cell.x + cell.width <= layout.width
        assert cell.y >= 0
        assert cell.y + cell.height <= layout.height
        for other in layout.cells[one + 1 :]:
            assert other.x >= cell.x + cell.width or other.y >= cell.y + cell.height


@pytest.mark.parametrize(("kind", "channel"), [(PlateKind.BLUE, 0), (PlateKind.YELLOW, 2), (PlateKind.GREEN_SMALL, 1)])
def test_the_ground_has_the_colour_of_the_kind(kind: PlateKind, channel: int, typeface: Typeface) -> None:
    image = draw_plate(np.random.default_rng(4), kind, typeface=typeface).image
    corner = image[-24:-20, 60:70].mean(axis=(0, 1))
    assert corner.argmax() == channel


def test_another_text_is_another_picture(typeface: Typeface) -> None:
    one, other = (
        draw_plate(np.random.default_rng(5), PlateKind.BLUE, typeface=typeface, text=text).image.astype(int)
        for text in ("皖A12345", "皖A12845")
    )
    changed = np.abs(one - other).max(axis=(0, 2)) > 40
    cell = layout_of(np.random.default_rng(5), PlateKind.BLUE, "皖A12345").cells[4]
    columns = np.flatnonzero(changed)
    assert cell.x - 1 <= columns.min() <= columns.max() <= cell.x + cell.width + 1


@pytest.mark.skipif(not SHARED_GLYPHS.is_dir(), reason="the shared glyph pictures are not beside this checkout")
def test_the_shared_typeface_has_every_symbol() -> None:
    faces = Typeface(SHARED_GLYPHS)
    for symbol in PLATE_ALPHABET.replace(NO_CHARACTER, ""):
        ink = faces.glyph(symbol, "140", 45, 90) > 128
        assert 0.05 < ink.mean() < 0.75, symbol
