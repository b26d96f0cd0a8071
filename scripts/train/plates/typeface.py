"""The characters of plates as coverage pictures: the real typeface where its pictures are at hand, else a font's."""

from __future__ import annotations

import warnings
from functools import lru_cache
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Coverage = NDArray[np.uint8]
Style = Literal["140", "220_up", "220_down", "green"]
"""Typefaces of the standard: one-row plates, the two rows of a two-row plate, new-energy plates."""

FONTS = (
    Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc"),
    Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),
    Path("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc"),
    Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"),
)
GLYPH_FOLDER = Path("plates") / "plate_template_glyphs" / "font_model"
"""The glyph pictures inside the shared data."""
SHARED_GLYPHS = Path(__file__).parents[4] / "shared" / "data" / GLYPH_FOLDER
_STAND_INS = {"O": "0", "I": "1"}
"""Characters without a picture of their own, and what they look like on a plate."""
_NARROW = frozenset("1I")
_FONT_PX = 96


class Typeface:
    """Coverage pictures of plate characters from a folder of glyph pictures and from the fonts of the machine.

    `glyphs` is a folder of `<style>_<character>.jpg`, black on white, or None for fonts only.
    Raises FileNotFoundError when the folder is not there, or when there are neither pictures nor fonts.
    """

    def __init__(self, glyphs: Path | None) -> None:
        if glyphs is not None and not glyphs.is_dir():
            raise FileNotFoundError(f"{glyphs} with the glyph pictures is not there")
        self.glyphs = glyphs
        self.fonts = tuple(path for path in FONTS if path.exists())
        if self.glyphs is None and not self.fonts:
            raise FileNotFoundError("no glyph pictures and no CJK font: install fonts-noto-cjk or fonts-wqy-zenhei")
        self._cache: dict[tuple[str, Style, int, int, int, int], Coverage] = {}

    @property
    def families(self) -> int:
        """How many families there are; number 0 is the real typeface where its pictures are at hand."""
        return len(self.fonts) + (self.glyphs is not None)

    def glyph(
        self, character: str, style: Style, width: int, height: int, weight: int = 0, family: int = 0
    ) -> Coverage:
        """`character` filling a cell, uint8 (height, width), 255 is ink. `weight` -1, 0 or 1: thin, as drawn, bold."""
        key = (character, style, width, height, weight, family)
        if key not in self._cache:
            cell = cv2.resize(
                _reweigh(self._master(character, style, family), weight), (width, height), interpolation=cv2.INTER_AREA
            )
            self._cache[key] = np.asarray(cell, np.uint8)
        return self._cache[key]

    def _master(self, character: str, style: Style, family: int) -> Coverage:
        if self.glyphs is not None and family == 0:
            for name in (style, style.split("_")[0], "140"):
                for symbol in (character, _STAND_INS.get(character, character)):
                    picture = _read(self.glyphs / f"{name}_{symbol}.jpg")
                    if picture is not None:
                        return picture
        fonts = self.fonts
        return _font_glyph(fonts[(family - (self.glyphs is not None)) % len(fonts)], character)


@lru_cache(maxsize=1)
def shared_typeface() -> Typeface:
    """The typeface of the shared data beside this checkout, or, with a warning, of the fonts where it is absent."""
    if SHARED_GLYPHS.is_dir():
        return Typeface(SHARED_GLYPHS)
    warnings.warn(f"{SHARED_GLYPHS} is absent: plates are drawn in fonts, which real plates are not", stacklevel=2)
    return Typeface(None)


def _read(path: Path) -> Coverage | None:
    """A glyph picture as coverage; its outermost pixels are scanner edges and are cleared."""
    if not path.exists():
        return None
    grey = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_GRAYSCALE)
    if grey is None:
        return None
    coverage = 255 - grey
    for edge in (coverage[:1], coverage[-1:], coverage[:, :1], coverage[:, -1:]):
        edge[:] = 0
    return np.asarray(coverage, np.uint8)


def _reweigh(coverage: Coverage, weight: int) -> Coverage:
    """Strokes thinner or bolder by about a tenth of themselves."""
    if weight == 0:
        return coverage
    side = max(2, round(coverage.shape[1] * 0.035)) | 1
    operation = cv2.dilate if weight > 0 else cv2.erode
    return np.asarray(operation(coverage, np.ones((side, side), np.uint8)), np.uint8)


def _font_glyph(font_path: Path, character: str) -> Coverage:
    """A font's character, cut to its ink; narrow ones keep their width inside a cell of 1:2."""
    font = ImageFont.truetype(str(font_path), _FONT_PX)
    left, top, right, bottom = (round(value) for value in font.getbbox(character))
    canvas = Image.new("L", (right - left, bottom - top), 0)
    ImageDraw.Draw(canvas).text((-left, -top), character, fill=255, font=font)
    ink = np.asarray(canvas, np.uint8)
    if character not in _NARROW:
        return ink
    cell = np.zeros((ink.shape[0], max(ink.shape[0] // 2, ink.shape[1])), np.uint8)
    start = (cell.shape[1] - ink.shape[1]) // 2
    cell[:, start : start + ink.shape[1]] = ink
    return cell
