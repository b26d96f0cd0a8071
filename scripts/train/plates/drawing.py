"""A number plate as a clean picture, as it leaves the press: `draw_plate`."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from skynet.domain.plate import PlateKind

from .layout import Cell, Layout, layout_of
from .plate_text import draw_kind, draw_text
from .typeface import Coverage, Typeface, shared_typeface

Picture = NDArray[np.uint8]
Colour = tuple[float, float, float]
"""Blue, green, red, 0–255."""

FONT_CHANCE = 0.06
"""How many plates are set in a font instead of the plates' typeface, so that letters are learnt, not one stamp."""
_RED: Colour = (40.0, 30.0, 205.0)
_BLUES: tuple[Colour, Colour] = ((120.0, 40.0, 0.0), (215.0, 105.0, 45.0))
_YELLOWS: tuple[Colour, Colour] = ((0.0, 150.0, 205.0), (60.0, 200.0, 250.0))
_GREENS: tuple[Colour, Colour] = ((70.0, 160.0, 20.0), (130.0, 215.0, 90.0))
_RED_CHARACTERS = frozenset("警使领")
_BLACK_GROUND = frozenset({PlateKind.EMBASSY, PlateKind.CONSULATE, PlateKind.HONG_KONG, PlateKind.MACAU})
_NEW_ENERGY = frozenset({PlateKind.GREEN_SMALL, PlateKind.GREEN_LARGE})
_YELLOW_WIDTH_MM = 137.0
"""The yellow part of a large new-energy plate, under the province and the office."""


@dataclass(frozen=True, slots=True, eq=False)
class PlateDrawing:
    """A drawn plate: `image` uint8 (height, width, 3) BGR, the plate alone to its edges; its text and its kind."""

    image: Picture
    text: str
    kind: PlateKind


def draw_plate(
    rng: np.random.Generator,
    kind: PlateKind | None = None,
    pixels_per_mm: float = 1.0,
    typeface: Typeface | None = None,
    text: str | None = None,
) -> PlateDrawing:
    """A clean plate of a random kind (or `kind`) with a random grammatical text (or `text`).

    One-row plates are 440 × 140 mm (new-energy 480 × 140), two-row ones 440 × 220 (motorcycles' 440 × 280).
    Uses the shared typeface unless another is given. Raises FileNotFoundError when neither it nor a CJK font is there.
    """
    chosen = kind or draw_kind(rng)
    words = text or draw_text(rng, chosen)
    faces = typeface or shared_typeface()
    layout = layout_of(rng, chosen, words)
    ground, ink = _colours(rng, chosen)
    image = _ground(layout, pixels_per_mm, chosen, ground)
    _border(image, pixels_per_mm, ink, rng)
    family = int(rng.integers(faces.families)) if rng.random() < FONT_CHANCE else 0
    weight = int(rng.choice((-1, 0, 0, 0, 1)))
    red = rng.random() < 0.85
    for character, cell in zip(words, layout.cells, strict=True):
        glyph = faces.glyph(character, cell.style, *_cell_px(cell, pixels_per_mm), weight, family)
        _press(image, glyph, cell, pixels_per_mm, _RED if red and character in _RED_CHARACTERS else ink)
    _mark(image, layout, pixels_per_mm, chosen, ink)
    _bolts(image, layout, pixels_per_mm, ground, rng)
    return PlateDrawing(image, words, chosen)


def _colours(rng: np.random.Generator, kind: PlateKind) -> tuple[Colour, Colour]:
    """Ground and ink of a plate; every press and every sun-bleached year has its own shade."""
    white, black = _grey(rng, 220, 255), _grey(rng, 5, 45)
    if kind in _BLACK_GROUND:
        return black, white
    if kind is PlateKind.POLICE:
        return white, black
    if kind is PlateKind.BLUE:
        return _shade(rng, _BLUES), white
    return _shade(rng, _GREENS if kind in _NEW_ENERGY else _YELLOWS), black


def _grey(rng: np.random.Generator, low: float, high: float) -> Colour:
    level = float(rng.uniform(low, high))
    return level, level, level


def _shade(rng: np.random.Generator, bounds: tuple[Colour, Colour]) -> Colour:
    blue, green, red = rng.uniform(*bounds)
    return float(blue), float(green), float(red)


def _ground(layout: Layout, scale: float, kind: PlateKind, ground: Colour) -> Picture:
    height, width = round(layout.height * scale), round(layout.width * scale)
    image = np.empty((height, width, 3), np.uint8)
    image[:] = ground
    if kind is PlateKind.GREEN_SMALL:
        down = np.linspace(0.0, 1.0, height, dtype=np.float32)[:, None, None]
        white = np.array((236.0, 244.0, 236.0), np.float32)
        image[:] = (white + (np.array(ground, np.float32) - white) * down).astype(np.uint8)
    elif kind is PlateKind.GREEN_LARGE:
        image[:, : round(_YELLOW_WIDTH_MM * scale)] = (20, 190, 240)
    return image


def _border(image: Picture, scale: float, ink: Colour, rng: np.random.Generator) -> None:
    inset, thickness = round(4.0 * scale), max(1, round(float(rng.uniform(1.5, 4.0)) * scale))
    far = (image.shape[1] - 1 - inset, image.shape[0] - 1 - inset)
    cv2.rectangle(image, (inset, inset), far, ink, thickness, cv2.LINE_AA)


def _cell_px(cell: Cell, scale: float) -> tuple[int, int]:
    return round(cell.width * scale), round(cell.height * scale)


def _press(image: Picture, glyph: Coverage, cell: Cell, scale: float, ink: Colour) -> None:
    """Lay the ink of a character over the ground."""
    top, left = round(cell.y * scale), round(cell.x * scale)
    patch = image[top : top + glyph.shape[0], left : left + glyph.shape[1]]
    share = glyph[: patch.shape[0], : patch.shape[1], None].astype(np.int32)
    patch += ((np.array(ink, np.int32) - patch) * share // 255).astype(np.uint8)  # wraps round to the right sum


def _mark(image: Picture, layout: Layout, scale: float, kind: PlateKind, ink: Colour) -> None:
    """The dot between office and serial; new-energy plates bear a round mark of many colours there."""
    if layout.dot is not None:
        centre = (round(layout.dot[0] * scale), round(layout.dot[1] * scale))
        cv2.circle(image, centre, max(1, round(5.0 * scale)), ink, -1, cv2.LINE_AA)
        return
    centre, radius = (round(137.0 * scale), round(70.0 * scale)), max(2, round(15.0 * scale))
    thickness = max(1, radius // 3)
    cv2.ellipse(image, centre, (radius, radius), 0.0, 150.0, 400.0, (190.0, 120.0, 30.0), thickness, cv2.LINE_AA)
    heart = (70.0, 160.0, 60.0) if kind is PlateKind.GREEN_SMALL else (30.0, 60.0, 220.0)
    cv2.circle(image, centre, max(1, radius // 2), heart, -1, cv2.LINE_AA)


def _bolts(image: Picture, layout: Layout, scale: float, ground: Colour, rng: np.random.Generator) -> None:
    """Screws of bright metal, dull metal or with a cap of the plate's colour, each plate with its own."""
    if rng.random() < 0.15:
        return
    metal = float(rng.uniform(60, 235))
    colour = ground if rng.random() < 0.25 else (metal, metal, metal)
    radius = max(1, round(float(rng.uniform(4.0, 8.0)) * scale))
    for x, y in layout.bolts:
        if rng.random() < 0.8:
            shake = rng.normal(0.0, 2.0, 2)
            centre = (round((x + shake[0]) * scale), round((y + shake[1]) * scale))
            cv2.circle(image, centre, radius, colour, -1, cv2.LINE_AA)
            cv2.circle(image, centre, radius, (30.0, 30.0, 30.0), 1, cv2.LINE_AA)
