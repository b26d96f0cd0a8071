"""Invented plates, alike enough that confusions are common, and lists of them."""

from __future__ import annotations

import random

from hypothesis import strategies as st

from skynet.domain import HotListEntry, PlateKind, PlateText
from skynet.domain.plate import PLATE_PATTERNS, PROVINCES, SERIAL_LETTERS
from tests.domain.hot_list_entries import entry

ALIKE = "0DQ12Z5S8B6GA"
KINDS = [PlateKind.BLUE, PlateKind.YELLOW, PlateKind.YELLOW_TWO_ROW, PlateKind.UNKNOWN]

similar_texts = st.builds(
    lambda province, office, serial: province + office + serial,
    st.sampled_from("皖浙"),
    st.sampled_from("ODQB"),
    st.text(st.sampled_from(ALIKE), min_size=5, max_size=5),
)


@st.composite
def any_texts(draw: st.DrawFn) -> str:
    """A text of any kind of plate."""
    pattern = draw(st.sampled_from(PLATE_PATTERNS))
    return "".join(draw(st.sampled_from(place)) for place in pattern.places)


def entries(plates: list[tuple[str, PlateKind]]) -> list[HotListEntry]:
    """One entry each, its case number telling which."""
    fitting = [(text, kind if kind in PlateText.parse(text).kinds else PlateKind.UNKNOWN) for text, kind in plates]
    return [entry(text, kind, case_number=f"case {number}") for number, (text, kind) in enumerate(fitting)]


def random_plate(chance: random.Random) -> str:
    """A blue plate."""
    serial = "".join(chance.choice(SERIAL_LETTERS + "0123456789" * 3) for _ in range(5))
    return chance.choice(PROVINCES) + chance.choice("ABCDEFGHJKLMNO") + serial


def random_list(number: int, seed: int) -> list[HotListEntry]:
    """Entries of `number` blue plates; only the plates are checked, as making the entries takes its time."""
    chance = random.Random(seed)
    model = entry("皖A12345", "blue")
    return [model.model_copy(update={"plate": random_plate(chance), "case_number": f"case {n}"}) for n in range(number)]
