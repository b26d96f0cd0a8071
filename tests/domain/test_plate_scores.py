import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skynet.domain.plate import PLATE_PATTERNS, PlateKind
from skynet.domain.plate_scores import PLATE_ALPHABET, READ_KINDS, Calibration, PlateScores


def test_the_alphabet_has_every_symbol_of_the_grammar_once() -> None:
    assert len(PLATE_ALPHABET) == len(set(PLATE_ALPHABET)) == 75
    assert {symbol for pattern in PLATE_PATTERNS for place in pattern.places for symbol in place} <= set(PLATE_ALPHABET)
    assert len(READ_KINDS) == 12
    assert PlateKind.UNKNOWN not in READ_KINDS


def test_scores_of_another_shape_are_refused() -> None:
    with pytest.raises(ValueError, match="shapes"):
        PlateScores(np.zeros((7, 75), np.float32), np.zeros(12, np.float32))


def test_logits_become_log_probabilities_however_large_they_are() -> None:
    scores = PlateScores.of_logits(np.full((8, 75), 3e4, np.float32), np.zeros(12, np.float32))
    assert np.exp(scores.characters).sum(axis=1) == pytest.approx(1, abs=1e-5)
    assert np.exp(scores.kinds).sum() == pytest.approx(1, abs=1e-5)


def test_looks_that_agree_are_no_surer_together_and_those_that_differ_less_sure() -> None:
    def look(province: str) -> PlateScores:
        return PlateScores.of_text(f"{province}A12345", PlateKind.BLUE, [0.9] * 7)

    same = PlateScores.of_looks([look("皖")] * 3)
    assert same.characters == pytest.approx(look("皖").characters, abs=1e-5)
    assert same.kinds == pytest.approx(look("皖").kinds, abs=1e-5)
    other = np.exp(PlateScores.of_looks([look("皖"), look("浙")]).characters)
    assert other.sum(axis=1) == pytest.approx(1, abs=1e-5)
    assert other[0, PLATE_ALPHABET.index("皖")] == pytest.approx(other[0, PLATE_ALPHABET.index("浙")])
    assert other[0].max() < 0.5
    assert other[1].max() == pytest.approx(0.9, abs=1e-4)


@given(st.floats(-200, 0))
def test_an_uncalibrated_confidence_is_the_probability(log_p: float) -> None:
    assert Calibration().confidence(log_p) == pytest.approx(math.exp(log_p), abs=1e-9)


@given(st.floats(-200, 0), st.floats(-200, 0), st.floats(0.1, 3), st.floats(-5, 5))
def test_calibration_keeps_the_order(one: float, other: float, scale: float, offset: float) -> None:
    calibration = Calibration(scale, offset)
    low, high = sorted((one, other))
    assert 0 <= calibration.confidence(low) <= calibration.confidence(high) <= 1


def test_calibration_moves_the_middle() -> None:
    assert Calibration(1, 2).confidence(math.log(0.5)) == pytest.approx(1 / (1 + math.exp(-2)))
