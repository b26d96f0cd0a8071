"""The best grammatical text in a reader's scores, and how much of the probability of all such texts is its own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skynet.domain.plate import PROVINCES, SERIAL_LETTERS, PlateKind
from skynet.domain.plate_scores import NO_CHARACTER, PLATE_ALPHABET, PLATE_SLOTS, READ_KINDS, SYMBOL_INDEX

_DIGITS = "0123456789"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SERIAL = SERIAL_LETTERS + _DIGITS
_ENERGY = "ABCDEFGHJK"
_OFFICE = (PROVINCES, _LETTERS)
_ORDINARY = (PlateKind.BLUE, PlateKind.YELLOW, PlateKind.YELLOW_TWO_ROW)
_FORMS: tuple[tuple[tuple[str, ...], tuple[PlateKind, ...]], ...] = (
    ((*_OFFICE, *[_SERIAL] * 5), _ORDINARY),
    ((*_OFFICE, _ENERGY, _SERIAL, *[_DIGITS] * 4), (PlateKind.GREEN_SMALL,)),
    ((*_OFFICE, *[_DIGITS] * 5, _ENERGY), (PlateKind.GREEN_LARGE,)),
    ((*_OFFICE, *[_SERIAL] * 4, "挂"), (PlateKind.TRAILER,)),
    ((*_OFFICE, *[_SERIAL] * 4, "学"), (PlateKind.LEARNER,)),
    ((*_OFFICE, *[_SERIAL] * 4, "警"), (PlateKind.POLICE,)),
    (("使", *[_DIGITS] * 6), (PlateKind.EMBASSY,)),
    ((*[_DIGITS] * 6, "使"), (PlateKind.EMBASSY,)),
    ((*_OFFICE, *[_SERIAL] * 4, "领"), (PlateKind.CONSULATE,)),
    (("粤", "Z", *[_SERIAL] * 4, "港"), (PlateKind.HONG_KONG,)),
    (("粤", "Z", *[_SERIAL] * 4, "澳"), (PlateKind.MACAU,)),
)


@dataclass(frozen=True, slots=True)
class GrammarRead:
    """A text, its posterior among everything the scores allow (0–1), and the likeliest kind that bears it."""

    text: str
    posterior: float
    kind: PlateKind


def read(characters: NDArray[np.float32], kinds: NDArray[np.float32]) -> GrammarRead:
    """The best text of `characters` (8, 75) and `kinds` (12,), natural log-probabilities."""
    best = GrammarRead("", -np.inf, READ_KINDS[0])
    for allowed, bearers in _ALLOWED:
        masked = np.where(allowed, characters, -np.inf)
        symbols = masked.argmax(axis=1)
        score = float(masked.max(axis=1).sum())
        likeliest = max(bearers, key=lambda index: float(kinds[index]))
        if score > best.posterior:
            text = "".join(PLATE_ALPHABET[symbol] for symbol in symbols).rstrip(NO_CHARACTER)
            best = GrammarRead(text, score, READ_KINDS[likeliest])
    return GrammarRead(best.text, float(np.exp(best.posterior)), best.kind)


def _mask(form: tuple[str, ...]) -> NDArray[np.bool_]:
    mask = np.zeros((PLATE_SLOTS, len(PLATE_ALPHABET)), np.bool_)
    for place in range(PLATE_SLOTS):
        symbols = form[place] if place < len(form) else NO_CHARACTER
        mask[place, [SYMBOL_INDEX[symbol] for symbol in symbols]] = True
    return mask


_ALLOWED = tuple((_mask(form), tuple(READ_KINDS.index(kind) for kind in bearers)) for form, bearers in _FORMS)
