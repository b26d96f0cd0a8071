"""Texts of number plates, drawn so that no province, letter or digit is commoner than another."""

from __future__ import annotations

import string
from collections.abc import Mapping

import numpy as np

from skynet.domain.plate import PROVINCES, SERIAL_LETTERS, PlateKind

KIND_SHARES: Mapping[PlateKind, float] = {
    PlateKind.BLUE: 0.31,
    PlateKind.YELLOW: 0.08,
    PlateKind.YELLOW_TWO_ROW: 0.11,
    PlateKind.GREEN_SMALL: 0.15,
    PlateKind.GREEN_LARGE: 0.06,
    PlateKind.TRAILER: 0.06,
    PlateKind.LEARNER: 0.05,
    PlateKind.POLICE: 0.06,
    PlateKind.EMBASSY: 0.03,
    PlateKind.CONSULATE: 0.03,
    PlateKind.HONG_KONG: 0.03,
    PlateKind.MACAU: 0.03,
}
"""Shares of the kinds among drawn plates: the common ones more often, the rare ones far more often than on a street."""
OFFICE_LETTERS = SERIAL_LETTERS + "O"
"""Issuing offices; O stood on police cars."""
ENERGY_LETTERS = "ABCDEFGHJK"
SUFFIXES: Mapping[PlateKind, str] = {
    PlateKind.TRAILER: "挂",
    PlateKind.LEARNER: "学",
    PlateKind.POLICE: "警",
    PlateKind.CONSULATE: "领",
    PlateKind.HONG_KONG: "港",
    PlateKind.MACAU: "澳",
}
_LETTER_CHANCES = (0.15, 0.4, 0.6)
_BORDER_KINDS = frozenset({PlateKind.HONG_KONG, PlateKind.MACAU})


def draw_kind(rng: np.random.Generator) -> PlateKind:
    """A kind of plate by `KIND_SHARES`."""
    kinds = list(KIND_SHARES)
    return kinds[rng.choice(len(kinds), p=list(KIND_SHARES.values()))]


def draw_text(rng: np.random.Generator, kind: PlateKind) -> str:
    """A grammatical text for a plate of `kind`: provinces, office letters and serials each uniform."""
    if kind is PlateKind.EMBASSY:
        number = _pick(rng, string.digits, 6)
        return f"使{number}" if rng.random() < 0.5 else f"{number}使"
    office = "粤Z" if kind in _BORDER_KINDS else _pick(rng, PROVINCES, 1) + _pick(rng, OFFICE_LETTERS, 1)
    if kind is PlateKind.GREEN_SMALL:
        return office + _energy_letter(rng) + _serial(rng, 1) + _pick(rng, string.digits, 4)
    if kind is PlateKind.GREEN_LARGE:
        return office + _pick(rng, string.digits, 5) + _energy_letter(rng)
    suffix = SUFFIXES.get(kind, "")
    return office + _serial(rng, 5 - len(suffix)) + suffix


def _serial(rng: np.random.Generator, length: int) -> str:
    """A serial; how many of its characters are letters differs from plate to plate."""
    chance = rng.choice(_LETTER_CHANCES)
    return "".join(_pick(rng, SERIAL_LETTERS if rng.random() < chance else string.digits, 1) for _ in range(length))


def _energy_letter(rng: np.random.Generator) -> str:
    """D (electric) and F (other) are what most new-energy plates bear."""
    return _pick(rng, "DF" if rng.random() < 0.5 else ENERGY_LETTERS, 1)


def _pick(rng: np.random.Generator, symbols: str, count: int) -> str:
    return "".join(symbols[index] for index in rng.integers(len(symbols), size=count))
