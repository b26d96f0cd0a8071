from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skynet.coordinator import cursor as cursors
from skynet.coordinator.problem import ProblemError


@given(st.integers(0, 2**63), st.sampled_from(["alerts", "audit"]))
def test_a_number_comes_back(seq: int, feed: str) -> None:
    assert cursors.read_seq(feed, cursors.write(feed, seq), head=2**63) == seq


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_an_id_comes_back(position: str) -> None:
    assert cursors.read_id("boxes", cursors.write("boxes", position)) == position


@given(st.text())
def test_any_text_is_a_cursor_or_a_problem(text: str) -> None:
    for read in (lambda: cursors.read_seq("alerts", text, 10), lambda: cursors.read_id("boxes", text)):
        with contextlib.suppress(ProblemError):
            assert read() is not None


@pytest.mark.parametrize("position", [-1, True, 1.5, "1", None, [1]])
def test_only_a_number_is_a_place_in_a_feed(position: object) -> None:
    with pytest.raises(ProblemError):
        cursors.read_seq("alerts", cursors.write("alerts", position), 10)  # type: ignore[arg-type]


def test_without_a_cursor_reading_starts_at_the_beginning() -> None:
    assert (cursors.read_seq("alerts", None, 10), cursors.read_id("boxes", None)) == (0, "")
