"""Number plates as pictures, in the proportions of the Chinese standard (characters 45 x 90 mm, gap 12 mm)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc")
PIXELS_PER_MM = 1.5
KINDS = ("blue", "yellow", "green_small", "green_large")
INK = {"blue": (250, 250, 250), "yellow": (18, 18, 18), "green_small": (16, 20, 18), "green_large": (16, 20, 18)}


@dataclass(frozen=True)
class Plate:
    """A number plate to mount: its text, its kind, and whether it is the two-row form."""

    text: str
    kind: str
    two_rows: bool = False
    motorcycle: bool = False

    @property
    def size_m(self) -> tuple[float, float]:
        """Width and height in metres (GA 36 sizes)."""
        if self.motorcycle:
            return 0.220, 0.140
        if self.two_rows:
            return 0.440, 0.220
        return (0.480 if self.kind.startswith("green") else 0.440), 0.140


@lru_cache(maxsize=256)
def glyph(character: str, width: int, height: int) -> npt.NDArray[np.uint8]:
    """One character stretched to fill its cell, uint8 (height, width) coverage."""
    font = ImageFont.truetype(str(FONT), 220, index=2)
    left, top, right, bottom = font.getbbox(character)
    picture = Image.new("L", (int(right - left), int(bottom - top)), 0)
    ImageDraw.Draw(picture).text((-left, -top), character, font=font, fill=255)
    ink_width = width
    if character == "1":
        ink_width = max(1, int(width * 0.5))
    picture = picture.resize((ink_width, height), Image.Resampling.LANCZOS)
    cell = np.zeros((height, width), dtype=np.uint8)
    start = (width - ink_width) // 2
    cell[:, start : start + ink_width] = np.asarray(picture)
    return cell


def _background(kind: str, width: int, height: int, dot_end: int) -> npt.NDArray[np.float64]:
    """The plate's field, float (height, width, 3) sRGB 0-255; a large green plate is yellow up to `dot_end`."""
    field = np.zeros((height, width, 3))
    if kind == "blue":
        field[:] = (14, 62, 158)
    elif kind == "yellow":
        field[:] = (244, 184, 22)
    else:
        down = np.linspace(0, 1, height)[:, None, None] ** 0.8
        field[:] = np.array((232, 246, 236)) * (1 - down) + np.array((62, 178, 118)) * down
        if kind == "green_large":
            field[:] = (78, 184, 120)
            field[:, :dot_end] = (246, 188, 30)
    return field


def _stamp(coverage: npt.NDArray[np.float64], character: str, x: float, y: float, width: float, height: float) -> None:
    """Put one character at (x, y) mm into the coverage map."""
    scale = PIXELS_PER_MM
    cell = glyph(character, round(width * scale), round(height * scale)) / 255.0
    left, top = round(x * scale), round(y * scale)
    target = coverage[top : top + cell.shape[0], left : left + cell.shape[1]]
    np.maximum(target, cell[: target.shape[0], : target.shape[1]], out=target)


def _one_row(coverage: npt.NDArray[np.float64], text: str) -> None:
    """Seven characters on 440 mm, or eight on 480 mm."""
    narrow = len(text) == 8
    width, gap = (43.0, 9.0) if narrow else (45.0, 12.0)
    middle = 49.0 if narrow else 34.0
    x = 15.5
    for index, character in enumerate(text):
        cell = 45.0 if narrow and index == 0 else width
        _stamp(coverage, character, x, 25.0, cell, 90.0)
        x += cell + (middle if index == 1 else gap)
    if not narrow:
        _dot(coverage, 15.5 + 45.0 + 12.0 + 45.0 + 17.0, 70.0)


def _dot(coverage: npt.NDArray[np.float64], x: float, y: float) -> None:
    """The 10 mm separator dot."""
    scale = PIXELS_PER_MM
    rows, columns = np.ogrid[: coverage.shape[0], : coverage.shape[1]]
    inside = (columns - x * scale) ** 2 + (rows - y * scale) ** 2 <= (5.0 * scale) ** 2
    coverage[inside] = 1.0


def _two_rows(coverage: npt.NDArray[np.float64], text: str) -> None:
    """Province and letter above (80 x 60 mm), five characters below (65 x 110 mm)."""
    for index, character in enumerate(text[:2]):
        _stamp(coverage, character, 110.0 + index * 140.0, 15.0, 80.0, 60.0)
    _dot(coverage, 220.0, 45.0)
    for index, character in enumerate(text[2:]):
        _stamp(coverage, character, 27.5 + index * 80.0, 90.0, 65.0, 110.0)


def draw_plate(plate: Plate) -> npt.NDArray[np.uint8]:
    """The face of a plate with rim and screws, uint8 (h, w, 3) RGB, 1.5 pixels per millimetre of a car's plate."""
    width_mm, height_mm = (440, 220) if plate.two_rows or plate.motorcycle else (round(plate.size_m[0] * 1000), 140)
    width, height = round(width_mm * PIXELS_PER_MM), round(height_mm * PIXELS_PER_MM)
    coverage = np.zeros((height, width))
    field = _background(plate.kind, width, height, round(120 * PIXELS_PER_MM))
    if plate.two_rows or plate.motorcycle:
        _two_rows(coverage, plate.text)
    else:
        _one_row(coverage, plate.text)
    ink = np.array(INK[plate.kind], dtype=float)
    picture = field * (1 - coverage[..., None]) + ink * coverage[..., None]
    face = Image.fromarray(picture.clip(0, 255).astype(np.uint8))
    pen = ImageDraw.Draw(face)
    if plate.kind in ("blue", "yellow"):
        pen.rounded_rectangle((4, 4, width - 5, height - 5), radius=12, outline=INK[plate.kind], width=3)
    for x in (0.24, 0.76):
        for y in (0.075, 0.925):
            pen.ellipse([width * x - 4, height * y - 4, width * x + 4, height * y + 4], fill=(150, 152, 155))
    return np.asarray(face)
