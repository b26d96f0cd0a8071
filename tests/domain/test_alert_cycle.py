from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skynet.domain.alert_cycle import ACTIVE, DEADLINES, FOLLOWS_UNITS, FROM, AlertState, AlertStep, after, following

# Every state by every step: what it leads to, a dot where it cannot be taken.
TABLE = """
              acknowledge   confirm       refute  reject    close   reopen
new           acknowledged  .             .       rejected  .       .
acknowledged  .             acknowledged  closed  rejected  closed  .
assigned      .             assigned      closed  .         closed  .
accepted      .             accepted      closed  .         closed  .
en_route      .             en_route      closed  .         closed  .
on_scene      .             on_scene      closed  .         closed  .
rejected      .             .             .       .         .       acknowledged
closed        .             .             .       .         .       acknowledged
"""
STEPS, *ROWS = [line.split() for line in TABLE.strip().splitlines()]
CASES = [(row[0], step, to) for row in ROWS for step, to in zip(STEPS, row[1:], strict=True)]


@pytest.mark.parametrize(("state", "step", "to"), CASES)
def test_every_step_from_every_state(state: str, step: str, to: str) -> None:
    assert after(AlertState(state), AlertStep(step)) == (None if to == "." else to)


def test_the_table_names_all() -> None:
    assert len(CASES) == len(AlertState) * len(AlertStep)
    assert set(FROM) == set(AlertStep)


@given(st.lists(st.sampled_from(FOLLOWS_UNITS)), st.sampled_from(ACTIVE))
def test_an_alert_stands_where_its_farthest_unit_does(units: list[AlertState], state: AlertState) -> None:
    found = following(tuple(units), state)
    if units:
        assert found in units
        assert all(ACTIVE.index(found) >= ACTIVE.index(unit) for unit in units)
    else:
        assert found == ("on_scene" if state == "on_scene" else "acknowledged")


def test_the_more_urgent_the_sooner() -> None:
    spans = [(DEADLINES[level].answer_s, DEADLINES[level].close_s) for level in ("critical", "high", "medium", "low")]
    assert spans == sorted(spans)
    assert all(answer < close for answer, close in spans)
