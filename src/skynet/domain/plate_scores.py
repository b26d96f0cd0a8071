"""What a plate reader's network says of one plate, before anything is decided: scores of every character at every place."""

from __future__ import annotations

from collections.abc import Mapping
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


@dataclass(frozen=True, slots=True, eq=False)
class PlateScores:
    """Natural log-probabilities: `characters` float32 (8, 75), the symbols of `PLATE_ALPHABET` at each place of the
    text, each row summing to 1; `kinds` float32 (12,), those of `READ_KINDS`."""

    characters: NDArray[np.float32]
    kinds: NDArray[np.float32]

    def __post_init__(self) -> None:
        expected = ((PLATE_SLOTS, len(PLATE_ALPHABET)), (len(READ_KINDS),))
        if (self.characters.shape, self.kinds.shape) != expected:
            raise ValueError(f"scores of a plate have the shapes {expected}")

    @classmethod
    def of_logits(cls, characters: NDArray[np.float32], kinds: NDArray[np.float32]) -> PlateScores:
        """The scores that a network's raw outputs (8, 75) and (12,) mean."""
        return cls(_log_softmax(characters), _log_softmax(kinds))


def _log_softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    shifted = logits.astype(np.float32) - logits.max(axis=-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)), np.float32)
