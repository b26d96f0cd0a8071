import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from skynet.domain.plate import PLATE_PATTERNS, PlateKind, PlateText
from skynet.domain.plate_decoder import decode_plate
from skynet.domain.plate_scores import READ_KINDS, SYMBOL_INDEX, Calibration, PlateScores
from tests.domain.plate_texts import grammatical_texts, scores_of

logits = st.builds(
    PlateScores.of_logits,
    hnp.arrays(np.float32, (8, 75), elements=st.floats(-20, 20, width=32)),
    hnp.arrays(np.float32, (12,), elements=st.floats(-20, 20, width=32)),
)


def log_p_of(text: str, scores: PlateScores) -> float:
    """The probability of one text, taken straight from its definition."""
    kinds = np.exp([scores.kinds[READ_KINDS.index(kind)] for kind in PlateText.parse(text).kinds]).sum()
    places = zip(scores.characters, text.ljust(8, "-"), strict=True)
    return math.log(max(float(kinds), 1e-300)) + sum(float(row[SYMBOL_INDEX[symbol]]) for row, symbol in places)


def test_no_text_fits_two_patterns() -> None:
    for one, other in combinations(PLATE_PATTERNS, 2):
        if len(one.places) == len(other.places):
            assert any(not set(a) & set(b) for a, b in zip(one.places, other.places, strict=True))


@given(logits, grammatical_texts)
def test_no_grammatical_text_is_likelier_than_the_one_decoded(scores: PlateScores, rival: str) -> None:
    decoded = decode_plate(scores)
    assert decoded.log_p == pytest.approx(log_p_of(decoded.text, scores), rel=1e-4, abs=1e-3)
    assert log_p_of(rival, scores) <= decoded.log_p + 1e-3
    if rival != decoded.text:
        assert decoded.log_p - log_p_of(rival, scores) >= decoded.margin - 1e-2


@given(logits)
def test_whatever_the_scores_the_answer_is_a_plate(scores: PlateScores) -> None:
    decoded = decode_plate(scores)
    parsed = PlateText.parse(decoded.text)
    assert parsed.text == decoded.text
    assert decoded.kind in (*parsed.kinds, PlateKind.UNKNOWN)
    assert 0 <= decoded.confidence <= 1
    assert len(decoded.characters) == len(decoded.text)
    assert all(0 <= share <= 1 for share in decoded.characters)
    assert decoded.margin >= 0


@given(grammatical_texts)
def test_what_was_seen_clearly_is_read(text: str) -> None:
    kind = PlateText.parse(text).kinds[0]
    decoded = decode_plate(scores_of(text, kind))
    assert (decoded.text, decoded.kind) == (text, kind)
    assert decoded.confidence > 0.98


@pytest.mark.parametrize("text", ["皖AI2345", "皖A1234O", "112345", "皖A1234", "京A1234港", "皖皖12345", "皖A12345挂"])
def test_what_no_plate_bears_never_comes_out_sure(text: str) -> None:
    decoded = decode_plate(scores_of(text))
    assert PlateText.parse(decoded.text)
    assert decoded.confidence < 0.01


def test_a_kind_that_does_not_bear_the_text_makes_it_doubtful() -> None:
    assert decode_plate(scores_of("皖A12345", PlateKind.POLICE)).confidence < 0.01


def test_the_kind_helps_to_choose_the_text() -> None:
    """As much 5 as 警 at the last place: the colour of the plate decides."""
    scores = scores_of("皖A12345", PlateKind.POLICE)
    characters = scores.characters.copy()
    characters[6, SYMBOL_INDEX["警"]] = characters[6, SYMBOL_INDEX["5"]]
    assert decode_plate(PlateScores(characters, scores.kinds)).text == "皖A1234警"
    blue = scores_of("皖A12345").kinds
    assert decode_plate(PlateScores(characters, blue)).text == "皖A12345"


def test_a_plate_without_colour_is_read_and_its_kind_left_open() -> None:
    scores = scores_of("皖A12345")
    kinds = np.full(12, -20, np.float32)
    kinds[[READ_KINDS.index(PlateKind.BLUE), READ_KINDS.index(PlateKind.YELLOW)]] = math.log(0.5)
    decoded = decode_plate(PlateScores(scores.characters, kinds))
    assert (decoded.text, decoded.kind) == ("皖A12345", PlateKind.UNKNOWN)
    assert decoded.confidence > 0.98
    police = decode_plate(PlateScores(scores_of("皖A1234警").characters, np.full(12, -math.log(12), np.float32)))
    assert police.kind is PlateKind.POLICE, "the text tells"


def test_the_doubtful_character_is_told() -> None:
    scores = scores_of("皖A12345")
    characters = scores.characters.copy()
    characters[3, SYMBOL_INDEX["2"]] = math.log(0.6)
    characters[3, SYMBOL_INDEX["Z"]] = math.log(0.4)
    decoded = decode_plate(PlateScores(characters, scores.kinds))
    assert decoded.text == "皖A12345"
    assert int(np.argmin(decoded.characters)) == 3
    assert decoded.characters[3] == pytest.approx(0.6, abs=0.01)
    assert min(decoded.characters[:3] + decoded.characters[4:]) > 0.98
    assert decoded.margin == pytest.approx(math.log(0.6 / 0.4), abs=1e-3)


@given(grammatical_texts, st.floats(1, 12), st.floats(0.3, 1.5), st.floats(-3, 3))
def test_characters_together_are_as_sure_as_the_text(text: str, strength: float, scale: float, offset: float) -> None:
    decoded = decode_plate(scores_of(text, None, strength=strength, calibration=Calibration(scale, offset)))
    assert math.prod(decoded.characters) >= decoded.confidence - 1e-6
    assert min(decoded.characters) >= decoded.confidence - 1e-6


def test_confidence_is_the_calibrated_one() -> None:
    doubtful = Calibration(0.5, -1)
    plain, turned = decode_plate(scores_of("皖A12345")), decode_plate(scores_of("皖A12345", calibration=doubtful))
    assert turned.confidence == pytest.approx(doubtful.confidence(plain.log_p))
    assert turned.confidence < plain.confidence
