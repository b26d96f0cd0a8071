"""What a plate reader's network says of a plate, before anything is decided: a score of every character and kind."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skynet.domain.plate import PROVINCES, PlateKind

NO_CHARACTER = "-"
PLATE_ALPHABET = NO_CHARACTER + PROVINCES + "0123456789" + "ABCDEFGHIJKLMNOPQRSTUVWXYZ" + "警学挂港澳使领"
"""The symbols of a reader's output, in its order. The first says that the text has ended before this place."""
PLATE_SLOTS = 8
READ_KINDS: tuple[PlateKind, ...] = tuple(kind for kind in PlateKind if kind is not PlateKind.UNKNOWN)
"""The kinds of a reader's output, in its order."""
SYMBOL_INDEX: Mapping[str, int] = {symbol: index for index, symbol in enumerate(PLATE_ALPHABET)}
_SHAPES = ((PLATE_SLOTS, len(PLATE_ALPHABET)), (len(READ_KINDS),))
_SUREST_TOLD = 0.9999
_SUREST = 1e-12
"""Doubt that is always left: a logarithm of it is finite."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """How often a network is right when it gives a text the probability p: sigmoid(scale · logit(p) + offset).

    Platt, "Probabilistic outputs for support vector machines", 1999; measured when the network was trained.
    """

    scale: float = 1.0
    offset: float = 0.0

    def confidence(self, log_p: float) -> float:
        """The share of right texts among those of the probability exp(`log_p`)."""
        log_p = min(log_p, -_SUREST)
        logit = log_p - math.log(-math.expm1(log_p))
        turned = self.scale * logit + self.offset
        return 1 / (1 + math.exp(-turned)) if turned > -500 else 0.0


@dataclass(frozen=True, slots=True, eq=False)
class PlateScores:
    """Natural log-probabilities: `characters` float32 (8, 75), the symbols of `PLATE_ALPHABET` at each place of the
    text, each row summing to 1; `kinds` float32 (12,), those of `READ_KINDS`. Raises ValueError for other shapes."""

    characters: NDArray[np.float32]
    kinds: NDArray[np.float32]
    calibration: Calibration = Calibration()

    def __post_init__(self) -> None:
        if (self.characters.shape, self.kinds.shape) != _SHAPES:
            raise ValueError(f"scores of a plate have the shapes {_SHAPES}")

    @classmethod
    def of_logits(
        cls, characters: NDArray[np.floating], kinds: NDArray[np.floating], calibration: Calibration | None = None
    ) -> PlateScores:
        """The scores that a network's raw outputs (8, 75) and (12,) mean: likelihoods up to a factor a row."""
        return cls(_log_softmax(characters), _log_softmax(kinds), calibration or Calibration())

    @classmethod
    def of_looks(cls, looks: Sequence[PlateScores]) -> PlateScores:
        """What several looks at one plate in one picture say together: the geometric mean, since their errors are alike
        and must not be counted as if each were news."""
        characters, kinds = (
            np.mean(rows, axis=0) for rows in zip(*((x.characters, x.kinds) for x in looks), strict=True)
        )
        return cls.of_logits(characters, kinds, looks[0].calibration)

    @classmethod
    def of_text(cls, text: str, kind: PlateKind, characters: Sequence[float]) -> PlateScores:
        """The scores of a reader that tells no more than a text, a kind and how sure it is of each character (0–1):
        what it doubts may be anything else."""
        places = np.full(_SHAPES[0], 0.5, np.float32)
        sure = [*characters, *[_SUREST_TOLD] * (PLATE_SLOTS - len(characters))]
        for row, symbol, share in zip(places, text.ljust(PLATE_SLOTS, NO_CHARACTER), sure, strict=True):
            share = min(max(share, 1 / row.size), _SUREST_TOLD)
            row[:] = (1 - share) / (row.size - 1)
            row[SYMBOL_INDEX[symbol]] = share
        kinds = np.ones(len(READ_KINDS), np.float32)
        if kind in READ_KINDS:
            kinds[READ_KINDS.index(kind)] = _SUREST_TOLD / (1 - _SUREST_TOLD) * (kinds.size - 1)
        return cls(np.log(places), np.log(kinds / kinds.sum()))


def _log_softmax(logits: NDArray[np.floating]) -> NDArray[np.float32]:
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)), np.float32)
