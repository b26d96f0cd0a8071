"""The plate that a text recogniser's output shows best, among all texts that a plate can bear.

A general recogniser knows 18,000 characters and has seen few plates: 皖 comes out as 院 or 唯, or as nothing. Asked
only for texts of the plate grammar it is right far more often. Decoding is a CTC prefix beam search (Graves and Jaitly,
ICML 2014, §4) in which each position of a text offers only the characters that may stand there. Pure.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skynet.domain.plate import PROVINCES, SERIAL_LETTERS

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIGITS = "0123456789"
DOTS = "·•・."
SERIAL = SERIAL_LETTERS + DIGITS
LAST = SERIAL + "挂学警港澳领"
EIGHTH = DIGITS + "ABCDEFGHJK"
ONE_ROW: tuple[str, ...] = (PROVINCES + "使", LETTERS + DIGITS, SERIAL, SERIAL, SERIAL, SERIAL, LAST, EIGHTH)
UPPER_ROW: tuple[str, ...] = (PROVINCES, LETTERS)
LOWER_ROW: tuple[str, ...] = (SERIAL, SERIAL, SERIAL, SERIAL, LAST)

BEAMS = 10
BRANCHES = 4
"""Characters tried at a step: the fifth best never became a right one on the sets measured."""
FAINTEST = -14.0
"""Natural logarithm below which a character is not there at all."""
_NEVER = -1e9

Beams = dict[tuple[int, ...], tuple[float, float]]
"""Prefixes of symbols, each with the log-likelihood of ending in a blank and of ending in its last character."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One text and how sure it is: `confidence` 0–1 of its weakest character, `likelihood` for comparing readings."""

    text: str
    confidence: float
    likelihood: float


class PlateDecoder:
    """Reads the output of one recogniser, whose classes are `characters` (class 0 is the CTC blank)."""

    def __init__(self, characters: Sequence[str]) -> None:
        wanted = sorted(set("".join(ONE_ROW)))
        places = {character: i for i, character in reversed(list(enumerate(characters)))}
        self._known = [character for character in wanted if character in places]
        self._columns = np.array([0, *(places[c] for c in self._known)], np.intp)
        self._dots = np.array([places[c] for c in DOTS if c in places], np.intp)
        self._symbol = {character: i + 1 for i, character in enumerate(self._known)}

    def decode(self, probabilities: NDArray[np.float32], slots: Sequence[str], lengths: Sequence[int]) -> list[Reading]:
        """Readings of `probabilities` (steps, classes), the likeliest first.

        `slots` are the characters allowed at each position, `lengths` how many positions a whole text may have.
        """
        logs = self._folded(probabilities)
        allowed = [np.array([self._symbol[c] for c in slot if c in self._symbol], np.intp) for slot in slots]
        beams: Beams = {(): (0.0, _NEVER)}
        for step in logs:
            beams = _advanced(beams, step, allowed)
        whole: dict[tuple[int, ...], float] = {
            text: float(np.logaddexp(*ends)) for text, ends in beams.items() if len(text) in lengths
        }
        if not whole:
            return []
        readings = []
        for symbols, likelihood in sorted(whole.items(), key=lambda item: -item[1]):
            text = "".join(self._known[s - 1] for s in symbols)
            readings.append(Reading(text, self._confidence(symbols, whole, logs), likelihood))
        return readings

    def _folded(self, probabilities: NDArray[np.float32]) -> NDArray[np.float64]:
        """Logarithms of the plate's characters only; I and O, which no serial bears, count for 1 and 0 too, the dot
        behind the office letter counts as blank."""
        chosen = probabilities[:, self._columns].astype(np.float64)
        chosen[:, 0] += probabilities[:, self._dots].sum(axis=1)
        for letter, digit in (("I", "1"), ("O", "0")):
            if letter in self._symbol and digit in self._symbol:
                chosen[:, self._symbol[digit]] += chosen[:, self._symbol[letter]]
        return np.log(chosen + 1e-12)

    def _confidence(
        self, symbols: tuple[int, ...], whole: dict[tuple[int, ...], float], logs: NDArray[np.float64]
    ) -> float:
        """The weakest character: seen in the picture for itself, and preferred to what else could stand there.

        The first character is judged by preference alone when others were seen well: recognisers that drop the
        province still tell which one it would be.
        """
        peak = max(whole.values())
        total = sum(math.exp(value - peak) for value in whole.values())
        weakest = 1.0
        for place, symbol in enumerate(symbols):
            rivals = sum(
                math.exp(value - peak) for text, value in whole.items() if len(text) > place and text[place] == symbol
            )
            weakest = min(weakest, rivals / total)
            if place:
                weakest = min(weakest, float(np.exp(logs[:, symbol].max())))
        return weakest


def _advanced(beams: Beams, step: NDArray[np.float64], allowed: list[NDArray[np.intp]]) -> Beams:
    """The best prefixes one step on."""
    onward: Beams = {}

    def add(prefix: tuple[int, ...], blank: float, character: float) -> None:
        before = onward.get(prefix, (_NEVER, _NEVER))
        onward[prefix] = (_sum(before[0], blank), _sum(before[1], character))

    best = [slot[np.argsort(-step[slot])[:BRANCHES]] for slot in allowed]
    for prefix, (blank, character) in beams.items():
        either = _sum(blank, character)
        add(prefix, either + step[0], character + step[prefix[-1]] if prefix else _NEVER)
        if len(prefix) == len(allowed):
            continue
        for symbol in best[len(prefix)].tolist():
            if step[symbol] < FAINTEST:
                break
            start = blank if prefix and symbol == prefix[-1] else either
            add((*prefix, symbol), _NEVER, start + float(step[symbol]))
    ranked = sorted(onward.items(), key=lambda item: -_sum(*item[1]))
    return dict(ranked[:BEAMS])


def _sum(a: float, b: float) -> float:
    """log(exp(a) + exp(b)), exact where it matters and cheap where not."""
    high, low = (a, b) if a > b else (b, a)
    return high if high - low > 30 else high + math.log1p(math.exp(low - high))
