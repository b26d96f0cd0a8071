"""Texts that plates bear, and the scores of a reader that has seen one."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from skynet.domain.plate import PLATE_PATTERNS, PlateKind
from skynet.domain.plate_scores import (
    NO_CHARACTER,
    PLATE_ALPHABET,
    PLATE_SLOTS,
    READ_KINDS,
    SYMBOL_INDEX,
    Calibration,
    PlateScores,
)

grammatical_texts = st.one_of(
    [st.tuples(*(st.sampled_from(place) for place in pattern.places)).map("".join) for pattern in PLATE_PATTERNS]
)


def scores_of(
    text: str,
    kind: PlateKind | None = PlateKind.BLUE,
    *,
    strength: float = 12.0,
    noise: float = 0.0,
    seed: int = 0,
    calibration: Calibration | None = None,
) -> PlateScores:
    """What a reader gives that sees `text` and `kind` (None: no kind more than another); logits of `strength`, to all
    of which normal `noise` is added."""
    random = np.random.default_rng(seed)
    characters = random.normal(0, 1, (PLATE_SLOTS, len(PLATE_ALPHABET))).astype(np.float32) * np.float32(noise)
    for row, symbol in zip(characters, text.ljust(PLATE_SLOTS, NO_CHARACTER), strict=True):
        row[SYMBOL_INDEX[symbol]] += strength
    kinds = np.zeros(len(READ_KINDS), np.float32)
    if kind is not None:
        kinds[READ_KINDS.index(kind)] = strength
    return PlateScores.of_logits(characters, kinds, calibration)
