"""The list in memory: what goes in comes out, deltas lead where a fresh list leads, look-ups go on meanwhile."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skynet.analytics.matching import HotList, HotListFullError, ListGapError, Reading, entry_table, match
from skynet.analytics.matching.entry_table_builder import EntryTableBuilder
from skynet.analytics.matching.plate_code import code_of, text_of
from skynet.domain import HotListEntry, PlateKind
from skynet.domain.list_update import ListDelta
from tests.analytics.matching.listed_plates import KINDS, any_texts, entries, random_list, similar_texts
from tests.domain.hot_list_entries import AT, NOW, entry

plates = st.lists(st.tuples(similar_texts, st.sampled_from(KINDS)), max_size=15, unique_by=lambda plate: plate[0])


def content(hot_list: HotList) -> list[HotListEntry]:
    return sorted((hot_list.entry(row) for row in range(len(hot_list))), key=lambda one: (one.plate, one.case_number))


@given(any_texts())
def test_texts_survive_as_codes(text: str) -> None:
    assert text_of(code_of(text)) == text
    assert 0 < code_of(text) < 1 << 63


def test_entries_come_out_as_they_went_in() -> None:
    some = [
        entry(),
        entry("皖AD12345", "green_small", priority="critical", area=("gate-3", "school-12"), case_number="案 1"),
        entry("使123456", "embassy", purpose="evidence_request", authority="ＸＹ", created_by="a", approved_by="b"),
    ]
    assert content(HotList.of(some)) == sorted(some, key=lambda one: (one.plate, one.case_number))


@given(plates, plates, st.data())
def test_a_delta_leads_where_a_fresh_list_leads(
    before: list[tuple[str, PlateKind]], more: list[tuple[str, PlateKind]], data: st.DataObject
) -> None:
    old = [one.model_copy(update={"case_number": "1"}) for one in entries(before)]
    gone = data.draw(st.lists(st.sampled_from(old), unique_by=lambda one: one.plate)) if old else []
    removals = {one.key for one in gone}
    upserts = [one.model_copy(update={"case_number": "1", "authority": "new"}) for one in entries(more)]
    upserts = [one for one in upserts if one.key not in removals]
    delta = ListDelta(base_version=3, version=4, upserts=tuple(upserts), removals=tuple(removals))
    changed = HotList.of(old, 3).apply(delta)
    expected = {one.key: one for one in old if one.key not in removals} | {one.key: one for one in upserts}
    assert changed.version == 4
    assert content(changed) == sorted(expected.values(), key=lambda one: (one.plate, one.case_number))
    for one in expected.values():
        assert one in [changed.entry(row) for row in changed.look_up(one.plate, one.kind)]


def test_a_delta_of_another_version_is_refused() -> None:
    with pytest.raises(ListGapError, match="is at version 3, the delta begins with 5"):
        HotList.of([], 3).apply(ListDelta(base_version=5, version=6))


def test_the_texts_of_what_was_removed_do_not_pile_up() -> None:
    hot_list = HotList.of(random_list(200, seed=1))
    size = hot_list.nbytes
    for version in range(30):
        fresh = tuple(
            one.model_copy(update={"authority": f"{version} " + "x" * 60}) for one in random_list(200, seed=1)
        )
        hot_list = hot_list.apply(ListDelta(base_version=version, version=version + 1, upserts=fresh))
    assert len(hot_list) == 200
    assert hot_list.entry(7).authority.startswith("29 x")
    assert hot_list.nbytes < 3 * size


def test_look_ups_go_on_while_the_list_is_exchanged() -> None:
    """Each sees one list whole: an entry that stands in all of them is found in every look-up."""
    model = random_list(300, seed=2)
    current = [HotList.of(model)]
    missed, looked = [], [0]
    done = threading.Event()

    def look() -> None:
        while not done.is_set():
            found = match(current[0], Reading(model[0].plate, PlateKind.BLUE), frozenset({"gate"}), AT)
            looked[0] += 1
            if not any(hit.entry.case_number == "case 0" for hit in found):
                missed.append(looked[0])

    thread = threading.Thread(target=look)
    thread.start()
    for version in range(60):
        fresh = tuple(random_list(100, seed=version + 3))
        current[0] = current[0].apply(ListDelta(base_version=version, version=version + 1, upserts=fresh))
    done.set()
    thread.join(10)
    assert looked[0] > 0
    assert missed == []


def test_what_has_expired_is_dropped() -> None:
    hot_list = HotList.of([entry(), entry("皖A54321", valid_to=NOW)], 9)
    assert [one.plate for one in content(hot_list.without_expired(AT))] == ["皖A12345"]
    assert hot_list.without_expired(AT).version == 9
    assert hot_list.without_expired(AT - 1) is hot_list
    assert len(hot_list.without_expired(AT + timedelta(days=40).total_seconds())) == 0


def test_a_vehicle_stands_once_in_a_case_and_may_stand_in_several() -> None:
    builder = EntryTableBuilder()
    rows = {
        2: entry(),
        3: entry(case_number="other"),
        4: entry(purpose="hit_and_run"),
        5: entry("皖A1234S"),
        6: entry(),
    }
    for row, one in rows.items():
        builder.add(one, row)
    table, repeats = builder.build()
    assert [(repeat.row, repeat.first) for repeat in repeats] == [(4, 2), (6, 2)]
    assert content(HotList(0, table)) == content(HotList.of([rows[2], rows[3], rows[5]]))


def test_a_list_that_is_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entry_table, "MAX_ENTRIES", 3)
    some = HotList.of(random_list(2, seed=1))
    with pytest.raises(HotListFullError, match="at most 3 entries"):
        some.apply(ListDelta(base_version=0, version=1, upserts=tuple(random_list(2, seed=2))))


def test_memory_grows_with_the_entries_alone() -> None:
    """A million of them must stay far under 250 MB: 250 bytes each."""
    assert HotList.of(random_list(20_000, seed=3)).nbytes / 20_000 < 125
