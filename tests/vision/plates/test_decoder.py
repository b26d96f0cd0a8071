import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from skynet.domain.plate import PROVINCES, SERIAL_LETTERS
from skynet.vision.plates.decoder import ONE_ROW, UPPER_ROW, PlateDecoder

CHARACTERS = ["", *PROVINCES, *"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789挂学警港澳领使院·"]
DECODER = PlateDecoder(CHARACTERS)


def spelled(text: str, sure: float = 0.95) -> np.ndarray:
    """What a recogniser gives that sees `text`: each character for a step, a blank between."""
    rows = []
    for character in text:
        for shown in (CHARACTERS.index(character), 0):
            row = np.full(len(CHARACTERS), (1 - sure) / len(CHARACTERS), np.float32)
            row[shown] += sure
            rows.append(row)
    return np.stack(rows)


def best(text: str, sure: float = 0.95) -> tuple[str, float]:
    reading = DECODER.decode(spelled(text, sure), ONE_ROW, (7, 8))[0]
    return reading.text, reading.confidence


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(PROVINCES),
    st.sampled_from("ABCDEFGH"),
    st.text(SERIAL_LETTERS + "0123456789", min_size=5, max_size=5),
)
def test_any_plate_that_is_shown_is_read(province: str, office: str, serial: str) -> None:
    text, confidence = best(province + office + serial)
    assert text == province + office + serial
    assert confidence > 0.9


def test_letters_that_no_serial_bears_are_the_digits_they_look_like() -> None:
    assert best("皖AI2O45")[0] == "皖A12045"


def test_repeated_characters_stay_repeated() -> None:
    assert best("京A88888")[0] == "京A88888"


def test_the_dot_is_no_character() -> None:
    assert best("皖A·12345")[0] == "皖A12345"


def test_a_province_read_as_something_else_is_found_but_not_sure() -> None:
    shown = spelled("院A12345")
    shown[0, CHARACTERS.index("皖")] = 0.03
    shown[0, CHARACTERS.index("鄂")] = 0.01
    reading = DECODER.decode(shown, ONE_ROW, (7, 8))[0]
    assert reading.text == "皖A12345"
    assert reading.confidence < 0.9


def test_a_character_in_doubt_lowers_the_confidence() -> None:
    shown = spelled("皖A12345")
    place, eight = 8, CHARACTERS.index("8")
    shown[place, eight] = shown[place, CHARACTERS.index("3")] = 0.45
    assert DECODER.decode(shown, ONE_ROW, (7, 8))[0].confidence < 0.6


def test_blank_paper_says_nothing_surely() -> None:
    blank = np.zeros((20, len(CHARACTERS)), np.float32)
    blank[:, 0] = 1
    assert all(reading.confidence < 0.1 for reading in DECODER.decode(blank, ONE_ROW, (7, 8)))


def test_upper_rows_are_two_characters() -> None:
    assert DECODER.decode(spelled("皖A"), UPPER_ROW, (2,))[0].text == "皖A"
