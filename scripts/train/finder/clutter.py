"""Things that look like plates and are none: signs, lettering, plates of elsewhere, lamps, grilles, burnt-in clocks."""

from __future__ import annotations

import string
from collections.abc import Callable

import cv2
import numpy as np
from plates.typeface import Typeface, shared_typeface

from skynet.domain.plate import PROVINCES

from .pasting import paste
from .pose import random_pose
from .scene import Picture

GROUNDS = ((180, 70, 20), (40, 170, 220), (60, 150, 40), (40, 40, 200), (235, 235, 235), (25, 25, 25))
FACES = (cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_PLAIN, cv2.FONT_HERSHEY_TRIPLEX)


def add_clutter(picture: Picture, rng: np.random.Generator) -> None:
    """Draw one random thing into ``picture``, in place."""
    makers: tuple[Callable[[np.random.Generator], Picture], ...] = (_sign, _foreign_plate, _grille, _lamp, _flat)
    draw = rng.random()
    if draw < 0.2:
        _lettering(picture, rng)
        return
    drawing = makers[rng.integers(len(makers))](rng)
    width = np.exp(rng.uniform(np.log(14), np.log(160)))
    corners = random_pose(rng, drawing.shape[1] / drawing.shape[0]) * width
    place = rng.uniform((0, 0), (picture.shape[1], picture.shape[0]))
    paste(picture, drawing, (corners + place).astype(np.float32), rng)


def _ground(rng: np.random.Generator, height: int, width: int) -> tuple[Picture, tuple[int, int, int]]:
    """A plain board and the colour of ink that reads on it."""
    colour = np.clip(np.array(GROUNDS[rng.integers(len(GROUNDS))]) + rng.normal(0, 18, 3), 0, 255)
    board = np.empty((height, width, 3), np.uint8)
    board[:] = colour.astype(np.uint8)
    dark = colour.mean() < 130
    level = int(rng.integers(200, 256) if dark else rng.integers(0, 60))
    return board, (level, level, level)


def _sign(rng: np.random.Generator) -> Picture:
    """A street or shop sign: Chinese characters alone, in a column, in a grid, or one to four in a row."""
    faces: Typeface = shared_typeface()
    rows, columns = ((1, 1), (1, 2), (1, 3), (1, 4), (2, 1), (3, 1), (4, 1), (2, 2), (3, 6))[rng.integers(9)]
    cell_w, cell_h = (30, int(rng.choice((30, 45, 60))))
    margin = int(rng.integers(4, 24))
    board, ink = _ground(rng, rows * (cell_h + 6) + 2 * margin, columns * (cell_w + 8) + 2 * margin)
    for row in range(rows):
        for column in range(columns):
            glyph = faces.glyph(PROVINCES[rng.integers(len(PROVINCES))], "140", cell_w, cell_h)
            y, x = margin + row * (cell_h + 6), margin + column * (cell_w + 8)
            share = glyph[..., None].astype(np.float32) / 255
            spot = board[y : y + cell_h, x : x + cell_w]
            spot[:] = (spot + (np.array(ink, np.float32) - spot) * share).astype(np.uint8)
    return board


def _foreign_plate(rng: np.random.Generator) -> Picture:
    """A European-like plate: long, white or yellow, Latin letters only, a blue band at the left."""
    board = np.empty((60, 270, 3), np.uint8)
    board[:] = (235, 235, 235) if rng.random() < 0.6 else (40, 190, 235)
    if rng.random() < 0.7:
        board[:, :22] = (160, 60, 10)
    letters = "".join(rng.choice(list(string.ascii_uppercase + string.digits), rng.integers(5, 8)))
    cv2.putText(board, letters, (30, 48), FACES[rng.integers(2)], 1.45, (20, 20, 20), 4, cv2.LINE_AA)
    return board


def _grille(rng: np.random.Generator) -> Picture:
    board, _ = _ground(rng, 60, 180)
    step = int(rng.integers(5, 16))
    level = int(rng.integers(0, 200))
    for at in range(step, 180 if rng.random() < 0.5 else 60, step):
        if rng.random() < 0.95:
            cv2.line(board, (at, 4), (at, 55), (level,) * 3, 2)
    return board


def _lamp(rng: np.random.Generator) -> Picture:
    board = np.empty((40, 100, 3), np.uint8)
    board[:] = ((30, 30, 190), (30, 150, 240), (245, 245, 245))[rng.integers(3)]
    cv2.rectangle(board, (0, 0), (int(rng.integers(20, 80)), 39), (220, 220, 235), -1)
    cv2.line(board, (0, 20), (99, 20), (90, 90, 120), int(rng.integers(1, 4)))
    return board


def _flat(rng: np.random.Generator) -> Picture:
    """A blank board with a rim: the shape and the colour of a plate, but nothing on it."""
    board, ink = _ground(rng, int(rng.integers(40, 90)), 140)
    if rng.random() < 0.5:
        cv2.rectangle(board, (3, 3), (board.shape[1] - 4, board.shape[0] - 4), ink, 2)
    return board


def _lettering(picture: Picture, rng: np.random.Generator) -> None:
    """Burnt-in text as recorders write it, or lettering on a flank: without a ground of its own."""
    height, width = picture.shape[:2]
    words = f"{rng.integers(2010, 2030)}-{rng.integers(1, 13):02d}-{rng.integers(1, 29):02d}"
    words += f" {rng.integers(24):02d}:{rng.integers(60):02d}"
    if rng.random() < 0.5:
        words = "".join(rng.choice(list(string.ascii_uppercase + string.digits), rng.integers(4, 12)))
    at = (int(rng.integers(0, width // 2)), int(rng.integers(10, height)))
    level = int(rng.choice((0, 30, 230, 255)))
    cv2.putText(
        picture,
        words,
        at,
        FACES[rng.integers(len(FACES))],
        rng.uniform(0.3, 1.2),
        (level,) * 3,
        int(rng.integers(1, 3)),
        cv2.LINE_AA,
    )
