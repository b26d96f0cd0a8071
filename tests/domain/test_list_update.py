"""Deltas from version to version, and catching up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from skynet.domain.hot_list import EntryKey, HotListEntry
from skynet.domain.list_update import ListDelta, ListHistory
from tests.domain.hot_list_entries import entry

PLATES = [entry(f"皖A1234{digit}") for digit in range(6)]
CHANGES = st.lists(
    st.dictionaries(st.integers(0, 5), st.sampled_from(["low", "high", None]), min_size=1, max_size=4),
    min_size=1,
    max_size=6,
)


def delta(base: int, changes: dict[int, str | None]) -> ListDelta:
    """An upsert with a priority, a removal for None."""
    changed = {number: PLATES[number].model_copy(update={"priority": new}) for number, new in changes.items() if new}
    removals = [PLATES[number].key for number, new in changes.items() if new is None]
    return ListDelta(base_version=base, version=base + 1, upserts=tuple(changed.values()), removals=tuple(removals))


def after(state: dict[EntryKey, HotListEntry], change: ListDelta) -> dict[EntryKey, HotListEntry]:
    kept = {key: one for key, one in state.items() if key not in change.removals}
    return kept | {one.key: one for one in change.upserts}


@given(CHANGES, st.data())
def test_catching_up_in_one_step_leads_where_all_steps_lead(
    steps: list[dict[int, str | None]], data: st.DataObject
) -> None:
    history = ListHistory(0)
    states: list[dict[EntryKey, HotListEntry]] = [{}]
    for base, changes in enumerate(steps):
        change = delta(base, changes)
        history.add(change)
        states.append(after(states[-1], change))
    old = data.draw(st.integers(0, len(steps) - 1))
    caught_up = history.since(old)
    assert caught_up is not None
    assert (caught_up.base_version, caught_up.version) == (old, len(steps))
    assert after(states[old], caught_up) == states[-1]


def test_who_was_away_too_long_takes_the_whole_list() -> None:
    history = ListHistory(0, max_changes=2)
    for base in range(4):
        history.add(delta(base, {base: "low"}))
    assert history.since(2) is not None
    assert history.since(1) is None
    assert history.since(77) is None


def test_a_delta_that_does_not_begin_with_the_newest_version_is_refused() -> None:
    history = ListHistory(5)
    with pytest.raises(ValueError, match="is at version 5, the delta begins with 3"):
        history.add(delta(3, {0: "low"}))


def test_a_delta_goes_forward_and_names_each_entry_once() -> None:
    with pytest.raises(ValidationError, match="after its base"):
        ListDelta(base_version=2, version=2)
    with pytest.raises(ValidationError, match="once"):
        ListDelta(base_version=1, version=2, upserts=(PLATES[0],), removals=(PLATES[0].key,))
