from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skynet.coordinator.access.audit_chain import GENESIS, ChainEntry, verify

Chain = list[tuple[ChainEntry, str]]


def chain(length: int) -> Chain:
    entries: Chain = []
    last = GENESIS
    for seq in range(1, length + 1):
        entry = ChainEntry(seq, 1000 * seq, "console:desk:1", "alert.opened", f"alert:{seq}", "巡查", "{}", last)
        last = entry.digest()
        entries.append((entry, last))
    return entries


def head(entries: Chain) -> tuple[int, str]:
    return (len(entries), entries[-1][1]) if entries else (0, GENESIS)


@pytest.mark.parametrize("length", [0, 1, 5])
def test_an_untouched_chain_holds(length: int) -> None:
    entries = chain(length)
    report = verify(entries, head(entries))
    assert (report.count, report.head, report.broken) == (length, head(entries)[1], None)


@given(
    st.integers(0, 5),
    st.sampled_from(["at_ms", "actor", "action", "subject", "purpose", "detail", "prev_hash"]),
)
def test_any_changed_field_breaks_the_chain_at_its_entry(index: int, name: str) -> None:
    entries = chain(6)
    entry, stored = entries[index]
    changed = {"at_ms": 1, "purpose": None, "prev_hash": "f" * 64}.get(name, "forged")
    entries[index] = (replace(entry, **{name: changed}), stored)
    report = verify(entries, head(chain(6)))
    assert report.broken is not None
    assert report.broken.startswith(f"entry {index + 1} ")
    assert report.count == index


def test_a_forged_entry_with_a_right_hash_breaks_the_next() -> None:
    entries = chain(4)
    forged = replace(entries[1][0], actor="nobody")
    entries[1] = (forged, forged.digest())
    broken = verify(entries, head(chain(4))).broken
    assert broken is not None
    assert broken.startswith("entry 3 does not follow entry 2")


@pytest.mark.parametrize("removed", [0, 2])
def test_a_removed_entry_is_missed(removed: int) -> None:
    entries = chain(5)
    del entries[removed]
    assert verify(entries, head(chain(5))).broken == f"entry {removed + 1} is missing: " + (
        f"entry {removed + 2} follows entry {removed}"
    )


def test_a_cut_off_end_is_seen_by_the_head() -> None:
    broken = verify(chain(3), head(chain(5))).broken
    assert broken is not None
    assert broken.startswith("the chain ends at entry 3, but its head says 5")


def test_a_remade_chain_is_seen_by_an_anchor() -> None:
    honest = chain(5)
    remade: Chain = []
    last = GENESIS
    for entry, _ in honest:
        new = replace(entry, actor="somebody else", prev_hash=last)
        last = new.digest()
        remade.append((new, last))
    assert verify(remade, head(remade)).broken is None
    assert "remade" in (verify(remade, head(remade), anchor=head(honest)).broken or "")
    assert "not there" in (verify(honest[:3], head(honest[:3]), anchor=head(honest)).broken or "")
    assert verify(honest, head(honest), anchor=head(honest[:3])).broken is None
