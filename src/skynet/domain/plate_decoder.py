"""The plate that a reader's scores show best, among all texts that a plate can bear, and how sure that is. Pure.

The reader's places are independent of each other and of the kind, and no text fits two patterns of the grammar. So the
best text is found exactly: in each pattern the best allowed character of each place, and of these texts the likeliest
together with the kinds that bear it. Its probability is taken of all texts whatever, grammatical or not: a reader that
sees an I in a serial or a 警 on a blue plate lowers it, because something is amiss there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skynet.domain.plate import PLATE_PATTERNS, PlateKind
from skynet.domain.plate_scores import NO_CHARACTER, PLATE_ALPHABET, PLATE_SLOTS, READ_KINDS, SYMBOL_INDEX, PlateScores

MIN_KIND_SHARE = 0.8
"""Of the kinds that bear a text one is named when it has so much of their probability: a grey plate in infrared light
may be blue or yellow."""
_NEVER = np.float32(-1e4)


@dataclass(frozen=True, slots=True)
class DecodedPlate:
    """`confidence` 0–1 as calibrated; `log_p` the logarithm of the text's probability before that; `characters` the
    confidence of each character; `margin` by how much (nats) the text beats the next best one."""

    text: str
    kind: PlateKind
    confidence: float
    log_p: float
    characters: tuple[float, ...]
    margin: float


def decode_plate(scores: PlateScores) -> DecodedPlate:
    """The likeliest plate. There always is one: whether it is to be believed, its confidence says."""
    allowed = scores.characters[None] + _FORBIDDEN
    best = allowed.max(axis=2)
    bearers = np.logaddexp.reduce(np.where(_KINDS, scores.kinds, _NEVER), axis=1)
    totals = bearers + best.sum(axis=1)
    winner = int(totals.argmax())
    log_p = min(0.0, float(totals[winner]))
    symbols = allowed[winner].argmax(axis=1)
    length = len(PLATE_PATTERNS[winner].places)
    confidence = scores.calibration.confidence(log_p)
    return DecodedPlate(
        text="".join(PLATE_ALPHABET[symbol] for symbol in symbols[:length]),
        kind=_kind(scores.kinds, winner),
        confidence=confidence,
        log_p=log_p,
        characters=_shares(best[winner, :length], log_p, confidence),
        margin=_margin(totals, allowed[winner], winner),
    )


def _kind(kinds: NDArray[np.float32], winner: int) -> PlateKind:
    """The kind among those that bear the text; UNKNOWN where none is likely enough."""
    within = np.where(_KINDS[winner], kinds, _NEVER)
    place = int(within.argmax())
    share = float(within[place] - np.logaddexp.reduce(within))
    return READ_KINDS[place] if share >= math.log(MIN_KIND_SHARE) else PlateKind.UNKNOWN


def _shares(best: NDArray[np.float32], log_p: float, confidence: float) -> tuple[float, ...]:
    """The text's confidence, shared out to its characters as its doubt was: multiplied, and with what doubt there is of
    kind and length, they give the text's again."""
    doubt = math.log(max(confidence, 1e-9)) / min(log_p, -1e-9)
    return tuple(math.exp(min(0.0, float(value) * doubt)) for value in best)


def _margin(totals: NDArray[np.float32], allowed: NDArray[np.float32], winner: int) -> float:
    """The next best text differs in one character, or it is the best of another pattern."""
    top = np.partition(allowed, -2, axis=1)[:, -2:]
    within = float((top[:, 1] - top[:, 0]).min())
    others = np.delete(totals, winner)
    return min(within, float(totals[winner] - others.max()))


def _forbidden() -> NDArray[np.float32]:
    """(patterns, 8, 75): 0 where a symbol may stand, else so little that it never wins."""
    table = np.full((len(PLATE_PATTERNS), PLATE_SLOTS, len(PLATE_ALPHABET)), _NEVER, np.float32)
    for rows, pattern in zip(table, PLATE_PATTERNS, strict=True):
        places = [*pattern.places, *[NO_CHARACTER] * (PLATE_SLOTS - len(pattern.places))]
        for row, symbols in zip(rows, places, strict=True):
            row[[SYMBOL_INDEX[symbol] for symbol in symbols]] = 0
    return table


_FORBIDDEN = _forbidden()
_KINDS = np.array([[kind in pattern.kinds for kind in READ_KINDS] for pattern in PLATE_PATTERNS])
