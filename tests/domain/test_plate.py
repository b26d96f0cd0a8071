import pytest
from hypothesis import given
from hypothesis import strategies as st

from skynet.domain import PlateKind, PlateText
from skynet.domain.plate import PROVINCES, SERIAL_LETTERS


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("皖A12345", PlateKind.BLUE),
        ("皖AD12345", PlateKind.GREEN_SMALL),
        ("皖AF12345", PlateKind.GREEN_SMALL),
        ("皖A12345D", PlateKind.GREEN_LARGE),
        ("皖A1234挂", PlateKind.TRAILER),
        ("皖A1234学", PlateKind.LEARNER),
        ("皖A1234警", PlateKind.POLICE),
        ("使012345", PlateKind.EMBASSY),
        ("沪A0123领", PlateKind.CONSULATE),
        ("粤Z1234港", PlateKind.HONG_KONG),
        ("粤ZAB12澳", PlateKind.MACAU),
    ],
)
def test_kinds(text: str, kind: PlateKind) -> None:
    assert PlateText.parse(text).kinds[0] == kind


def test_the_way_people_write_is_forgiven() -> None:
    assert PlateText.parse(" 皖a·12 34b ").text == "皖A1234B"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "皖",
        "A12345",
        "皖A1234",
        "皖A123456",
        "皖AI2345",
        "皖A1234O",
        "国A12345",
        "皖112345",
        "京A1234港",
        "皖A12345挂",
    ],
)
def test_what_no_plate_bears(text: str) -> None:
    with pytest.raises(ValueError, match="not a number plate"):
        PlateText.parse(text)


@given(
    st.sampled_from(PROVINCES),
    st.sampled_from(SERIAL_LETTERS),
    st.text(SERIAL_LETTERS + "0123456789", min_size=5, max_size=5),
)
def test_every_ordinary_serial_parses_to_itself(province: str, office: str, serial: str) -> None:
    text = province + office + serial
    assert PlateText.parse(text).text == text


@given(st.text(max_size=20))
def test_any_text_parses_or_is_refused(text: str) -> None:
    try:
        parsed = PlateText.parse(text)
    except ValueError:
        return
    assert PlateText.parse(parsed.text) == parsed
