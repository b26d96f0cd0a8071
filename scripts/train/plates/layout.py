"""Where the characters, the dot and the bolts of each kind of plate sit (GA 36, millimetres)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from skynet.domain.plate import PlateKind

from .typeface import Style


@dataclass(frozen=True, slots=True)
class Cell:
    """The place of a character: left edge, top edge, width and height in mm, and the style it is drawn in."""

    x: float
    y: float
    width: float
    height: float
    style: Style


@dataclass(frozen=True, slots=True)
class Layout:
    """A plate of `width` × `height` mm: a cell per character, the centre of the dot, the centres of the bolts."""

    width: float
    height: float
    cells: tuple[Cell, ...]
    dot: tuple[float, float] | None
    bolts: tuple[tuple[float, float], ...]


_ONE_ROW_BOLTS = ((110.0, 11.0), (330.0, 11.0), (110.0, 129.0), (330.0, 129.0))
_TWO_ROW_BOLTS = ((90.0, 11.0), (350.0, 11.0), (90.0, 209.0), (350.0, 209.0))
_GREEN_BOLTS = ((128.0, 10.0), (352.0, 10.0), (128.0, 130.0), (352.0, 130.0))
_WIDE_GAP_AFTER = 2
_TWO_ROW_KINDS = frozenset({PlateKind.YELLOW_TWO_ROW, PlateKind.TRAILER})


def layout_of(rng: np.random.Generator, kind: PlateKind, text: str) -> Layout:
    """The layout of a plate of `kind` with `text`, among those that are on the road (some kinds have more than one)."""
    if kind in (PlateKind.GREEN_SMALL, PlateKind.GREEN_LARGE):
        return _green()
    if kind in _TWO_ROW_KINDS and not (kind is PlateKind.TRAILER and rng.random() < 0.08):
        return _two_rows(len(text))
    if kind is PlateKind.BLUE and rng.random() < 0.02:
        return _two_rows(len(text), height=280.0)  # light motorcycles: 220 × 140 mm, drawn at twice their size
    if kind is PlateKind.YELLOW_TWO_ROW and rng.random() < 0.15:
        return _two_rows(len(text), height=280.0)
    gap_after = _WIDE_GAP_AFTER
    if kind is PlateKind.EMBASSY:
        gap_after = 4 if text[0] == "使" else 3
    elif kind is PlateKind.POLICE and rng.random() < 0.7:
        gap_after = 1
    return _one_row(len(text), gap_after)


def _one_row(count: int, gap_after: int) -> Layout:
    """440 × 140 mm, characters 45 × 90 mm, 12 mm between them and 34 mm where the dot stands."""
    cells = tuple(
        Cell(15.5 + 57.0 * place + (22.0 if place >= gap_after else 0.0), 25.0, 45.0, 90.0, "140")
        for place in range(count)
    )
    return Layout(440.0, 140.0, cells, (cells[gap_after].x - 17.0, 70.0), _ONE_ROW_BOLTS)


def _green() -> Layout:
    """480 × 140 mm, eight characters of 43 × 90 mm 9 mm apart, the mark of new energy in a gap of 49 mm."""
    cells = [Cell(15.5, 25.0, 45.0, 90.0, "green"), Cell(69.5, 25.0, 43.0, 90.0, "green")]
    cells += [Cell(161.5 + 52.0 * place, 25.0, 43.0, 90.0, "green") for place in range(6)]
    return Layout(480.0, 140.0, tuple(cells), None, _GREEN_BOLTS)


def _two_rows(count: int, height: float = 220.0) -> Layout:
    """440 mm wide, above two characters of 80 × 60 mm with the dot between, below the rest, 65 × 110 mm."""
    stretch = height / 220.0
    upper = [Cell(x, 15.0 * stretch, 80.0, 60.0 * stretch, "220_up") for x in (110.0, 250.0)]
    lower = [Cell(27.5 + 80.0 * place, 90.0 * stretch, 65.0, 110.0 * stretch, "220_down") for place in range(count - 2)]
    bolts = tuple((x, y * stretch) for x, y in _TWO_ROW_BOLTS)
    return Layout(440.0, height, tuple(upper + lower), (220.0, 45.0 * stretch), bolts)
