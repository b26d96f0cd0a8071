"""A sheet of drawn plates, read right (green) and wrong (red), with what was read under each."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from skynet.domain.plate_decoder import DecodedPlate

from .typeface import FONTS
from .view import VIEW_HEIGHT, VIEW_WIDTH

Picture = NDArray[np.uint8]

_COLUMNS = 6
_ROWS = 5
_SCALE = 1.5
_CAPTION = 22
_INK = {True: (20, 130, 40), False: (190, 30, 30)}
"""Red, green, blue, as Pillow takes them."""


def case_sheet(cases: Sequence[tuple[Picture, str, DecodedPlate]]) -> Picture:
    """A picture BGR of views (48, 144, 3) with their true text and their reading: first right ones, then wrong ones.

    Right ones are taken evenly from the cases; wrong ones are those that the reader was surest of.
    """
    right = [case for case in cases if case[1] == case[2].text]
    wrong = sorted((case for case in cases if case[1] != case[2].text), key=lambda case: -case[2].confidence)
    half = _COLUMNS * _ROWS
    chosen = right[:: max(1, len(right) // half)][:half] + wrong[:half]
    width, height = int(VIEW_WIDTH * _SCALE) + 6, int(VIEW_HEIGHT * _SCALE) + _CAPTION + 6
    sheet = np.full((height * -(-len(chosen) // _COLUMNS), width * _COLUMNS, 3), 255, np.uint8)
    for place, (view, _, _) in enumerate(chosen):
        top, left = place // _COLUMNS * height + 3, place % _COLUMNS * width + 3
        large = cv2.resize(view, None, fx=_SCALE, fy=_SCALE, interpolation=cv2.INTER_CUBIC)
        sheet[top : top + large.shape[0], left : left + large.shape[1]] = large
    drawing = Image.fromarray(np.ascontiguousarray(sheet[..., ::-1]))
    pen = ImageDraw.Draw(drawing)
    font = ImageFont.truetype(str(next(path for path in FONTS if path.exists())), 14)
    for place, (_, text, read) in enumerate(chosen):
        corner = (place % _COLUMNS * width + 4, (place // _COLUMNS + 1) * height - _CAPTION)
        same = text == read.text
        caption = f"{read.text} {read.confidence:.2f}" if same else f"{read.text} {read.confidence:.2f} ({text})"
        pen.text(corner, caption, fill=_INK[same], font=font)
    return np.ascontiguousarray(np.asarray(drawing)[..., ::-1])
