"""The grammar of Chinese number plates (GA 36 kinds and their texts; the project's standards notes §4)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

PROVINCES = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新"
SERIAL_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
"""I and O never stand in a serial: they would be read as 1 and 0."""


class PlateKind(StrEnum):
    """Kinds of plate by colour and use."""

    BLUE = "blue"
    YELLOW = "yellow"
    YELLOW_TWO_ROW = "yellow_two_row"
    GREEN_SMALL = "green_small"
    GREEN_LARGE = "green_large"
    TRAILER = "trailer"
    LEARNER = "learner"
    POLICE = "police"
    EMBASSY = "embassy"
    CONSULATE = "consulate"
    HONG_KONG = "hong_kong"
    MACAU = "macau"
    UNKNOWN = "unknown"


_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_DIGITS = "0123456789"
_OFFICE = (PROVINCES, _LETTERS)
_SERIAL = SERIAL_LETTERS + _DIGITS
_ENERGY = "ABCDEFGHJK"
"""D and F at first, the others since (which letter stands for which drive is of no matter here)."""


@dataclass(frozen=True, slots=True)
class PlatePattern:
    """One form of text: the characters that may stand at each place, and the kinds of plate that bear it."""

    places: tuple[str, ...]
    kinds: tuple[PlateKind, ...]

    @property
    def regex(self) -> str:
        return "".join(f"[{place}]" for place in self.places)


PLATE_PATTERNS: tuple[PlatePattern, ...] = (
    PlatePattern((*_OFFICE, *[_SERIAL] * 5), (PlateKind.BLUE, PlateKind.YELLOW, PlateKind.YELLOW_TWO_ROW)),
    PlatePattern((*_OFFICE, _ENERGY, _SERIAL, *[_DIGITS] * 4), (PlateKind.GREEN_SMALL,)),
    PlatePattern((*_OFFICE, *[_DIGITS] * 5, _ENERGY), (PlateKind.GREEN_LARGE,)),
    PlatePattern((*_OFFICE, *[_SERIAL] * 4, "挂"), (PlateKind.TRAILER,)),
    PlatePattern((*_OFFICE, *[_SERIAL] * 4, "学"), (PlateKind.LEARNER,)),
    PlatePattern((*_OFFICE, *[_SERIAL] * 4, "警"), (PlateKind.POLICE,)),
    PlatePattern(("使", *[_DIGITS] * 6), (PlateKind.EMBASSY,)),
    PlatePattern((*[_DIGITS] * 6, "使"), (PlateKind.EMBASSY,)),
    PlatePattern((*_OFFICE, *[_SERIAL] * 4, "领"), (PlateKind.CONSULATE,)),
    PlatePattern(("粤", "Z", *[_SERIAL] * 4, "港"), (PlateKind.HONG_KONG,)),
    PlatePattern(("粤", "Z", *[_SERIAL] * 4, "澳"), (PlateKind.MACAU,)),
)
"""The grammar. No text fits two of these: whoever looks for the best text may look in each for itself."""
_GRAMMAR = re.compile("|".join(f"({pattern.regex})" for pattern in PLATE_PATTERNS))
_NOISE = re.compile(r"[\s·•・.\-—_]+")


@dataclass(frozen=True, slots=True)
class PlateText:
    """A text that a plate can bear, and the kinds that it fits, the likeliest first."""

    text: str
    kinds: tuple[PlateKind, ...]

    @classmethod
    def parse(cls, text: str) -> PlateText:
        """Read `text` as people write it (spaces, dots and small letters are forgiven).

        Raises ValueError when no kind of plate bears it.
        """
        compact = _NOISE.sub("", text).upper()
        found = _GRAMMAR.fullmatch(compact)
        if found is None or found.lastindex is None:
            raise ValueError(f"'{text[:32]}' is not a number plate (expected e.g. 皖A12345 or 皖AD12345)")
        return cls(compact, PLATE_PATTERNS[found.lastindex - 1].kinds)


class Plate(BaseModel):
    """A plate as it was understood: text, kind and how sure the reader is (0–1)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    kind: PlateKind
    confidence: Annotated[float, Field(ge=0, le=1)]

    @field_validator("text")
    @classmethod
    def _grammatical(cls, text: str) -> str:
        return PlateText.parse(text).text
