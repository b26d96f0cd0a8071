import pytest
from pydantic import ValidationError

from skynet.domain import PlateKind, PlateRead
from tests.domain.plate_texts import scores_of

CORNERS = ((0.0, 0.0), (9.0, 0.0), (9.0, 3.0), (0.0, 3.0))


def test_what_is_written_out_holds_the_characters_and_not_the_scores() -> None:
    read = PlateRead(
        text="皖A12345",
        kind=PlateKind.BLUE,
        confidence=0.9,
        corners=CORNERS,
        characters=(0.9, *[1.0] * 6),
        scores=scores_of("皖A12345"),
    )
    row = read.model_dump(mode="json")
    assert row["characters"] == [0.9, *[1.0] * 6]
    assert set(row) == {"text", "kind", "confidence", "corners", "characters"}
    assert "scores" not in repr(read)
    assert PlateRead.model_validate_json(read.model_dump_json()).text == read.text


def test_a_character_surer_than_sure_is_refused() -> None:
    with pytest.raises(ValidationError, match="characters"):
        PlateRead(text="皖A12345", kind=PlateKind.BLUE, confidence=0.9, corners=CORNERS, characters=(1.1,))
