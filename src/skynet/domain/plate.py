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


_OFFICE = f"[{PROVINCES}][A-Z]"
_SERIAL = f"[{SERIAL_LETTERS}0-9]"
_ORDINARY = (PlateKind.BLUE, PlateKind.YELLOW, PlateKind.YELLOW_TWO_ROW)
_GRAMMAR: tuple[tuple[re.Pattern[str], tuple[PlateKind, ...]], ...] = tuple(
    (re.compile(pattern), kinds)
    for pattern, kinds in (
        (rf"{_OFFICE}{_SERIAL}{{5}}", _ORDINARY),
        (rf"{_OFFICE}[ABCDEFGHJK]{_SERIAL}[0-9]{{4}}", (PlateKind.GREEN_SMALL,)),
        (rf"{_OFFICE}[0-9]{{5}}[ABCDEFGHJK]", (PlateKind.GREEN_LARGE,)),
        (rf"{_OFFICE}{_SERIAL}{{4}}挂", (PlateKind.TRAILER,)),
        (rf"{_OFFICE}{_SERIAL}{{4}}学", (PlateKind.LEARNER,)),
        (rf"{_OFFICE}{_SERIAL}{{4}}警", (PlateKind.POLICE,)),
        (r"使[0-9]{6}|[0-9]{6}使", (PlateKind.EMBASSY,)),
        (rf"{_OFFICE}{_SERIAL}{{4}}领", (PlateKind.CONSULATE,)),
        (rf"粤Z{_SERIAL}{{4}}港", (PlateKind.HONG_KONG,)),
        (rf"粤Z{_SERIAL}{{4}}澳", (PlateKind.MACAU,)),
    )
)
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
        kinds = tuple(kind for pattern, kinds in _GRAMMAR if pattern.fullmatch(compact) for kind in kinds)
        if not kinds:
            raise ValueError(f"'{text[:32]}' is not a number plate (expected e.g. 皖A12345 or 皖AD12345)")
        return cls(compact, kinds)


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


class PlateRead(Plate):
    """A plate read in one picture. `corners` in pixels of that picture: top left, then clockwise."""

    corners: Annotated[tuple[tuple[float, float], ...], Field(min_length=4, max_length=4)]
