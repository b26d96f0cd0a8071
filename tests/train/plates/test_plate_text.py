"""Drawn texts are grammatical and favour nothing."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from plates.plate_text import KIND_SHARES, OFFICE_LETTERS, draw_kind, draw_text

from skynet.domain.plate import PROVINCES, SERIAL_LETTERS, PlateKind, PlateText
from skynet.domain.plate_scores import READ_KINDS

DRAWS = 3000


@pytest.mark.parametrize("kind", READ_KINDS)
def test_every_text_is_one_that_its_kind_bears(kind: PlateKind) -> None:
    rng = np.random.default_rng(1)
    assert all(kind in PlateText.parse(draw_text(rng, kind)).kinds for _ in range(200))


def test_kinds_come_by_their_shares() -> None:
    assert set(KIND_SHARES) == set(READ_KINDS)
    assert sum(KIND_SHARES.values()) == pytest.approx(1.0)
    rng = np.random.default_rng(2)
    counts = Counter(draw_kind(rng) for _ in range(DRAWS))
    for kind, share in KIND_SHARES.items():
        assert counts[kind] / DRAWS == pytest.approx(share, abs=0.035)


def test_no_province_office_or_serial_character_leads() -> None:
    rng = np.random.default_rng(3)
    texts = [draw_text(rng, PlateKind.BLUE) for _ in range(DRAWS)]
    for place, symbols in ((0, PROVINCES), (1, OFFICE_LETTERS)):
        counts = Counter(text[place] for text in texts)
        assert set(counts) == set(symbols)
        assert max(counts.values()) < 2.2 * min(counts.values())
    serials = Counter("".join(text[2:] for text in texts))
    for symbols in (SERIAL_LETTERS, "0123456789"):
        assert max(serials[s] for s in symbols) < 1.6 * min(serials[s] for s in symbols)


def test_new_energy_letters_are_mostly_those_of_the_road() -> None:
    rng = np.random.default_rng(4)
    letters = Counter(draw_text(rng, PlateKind.GREEN_SMALL)[2] for _ in range(DRAWS))
    assert letters["D"] + letters["F"] > 0.5 * DRAWS
    assert set(letters) == set("ABCDEFGHJK")
