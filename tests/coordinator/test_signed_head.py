from __future__ import annotations

import contextlib
import json
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skynet.coordinator.access.audit_chain import GENESIS
from skynet.coordinator.access.ledger_export import check, lines
from skynet.coordinator.access.ledger_signer import ENTRIES, LedgerSigner
from skynet.coordinator.access.signed_head import LedgerKey, public_pem
from skynet.coordinator.storage.audit_rows import AuditNote, AuditRows
from skynet.coordinator.storage.checkpoint_rows import CheckpointRows
from skynet.coordinator.storage.database import Database
from skynet.domain.errors import BadInputError
from tests.coordinator.test_audit_chain import Chain, chain, head

LENGTH = 6


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> LedgerKey:
    return LedgerKey.make(tmp_path_factory.mktemp("key") / "audit.key")


@pytest.fixture(scope="module")
def exported(key: LedgerKey) -> list[str]:
    entries = chain(LENGTH)
    earlier = [key.sign(2, entries[1][1], 2500)]
    return list(lines(key.sign(*head(entries), 9000), public_pem(key.public), earlier, entries))


def test_an_export_holds_by_itself(key: LedgerKey, exported: list[str]) -> None:
    report = check(exported)
    assert (report.chain.count, report.chain.broken, report.trusted) == (LENGTH, None, False)
    assert check(exported, [public_pem(key.public)]).trusted


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_line_can_be_changed_removed_repeated_or_moved(exported: list[str], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(exported) - 1))
    changed = list(exported)
    deed = data.draw(st.sampled_from(["change", "remove", "repeat", "swap"]))
    if deed == "change":
        line = json.loads(changed[index])
        name = data.draw(st.sampled_from(sorted(set(line) - {"type", "public_key"})))
        old = line[name]
        new = st.integers(0, 10**6) if isinstance(old, int) else st.text(max_size=70)
        line[name] = data.draw(new.filter(lambda value: value != old))
        changed[index] = json.dumps(line)
    elif deed == "remove":
        del changed[index]
    elif deed == "repeat":
        changed.insert(data.draw(st.integers(0, len(exported))), changed[index])
    else:
        other = data.draw(st.integers(0, len(exported) - 1).filter(lambda value: value != index))
        changed[index], changed[other] = changed[other], changed[index]
    if changed in (exported, exported[:1] + exported[2:]):
        return  # an earlier head was left out: every entry is still vouched for by the last one
    with contextlib.suppress(BadInputError):
        assert check(changed).chain.broken is not None


def test_a_chain_that_was_remade_needs_the_key(key: LedgerKey, tmp_path: Path) -> None:
    remade: Chain = []
    last = GENESIS
    for entry, _ in chain(LENGTH):
        new = replace(entry, actor="somebody else", prev_hash=last)
        last = new.digest()
        remade.append((new, last))
    thief = LedgerKey.make(tmp_path / "thief.key")
    forged = list(lines(thief.sign(*head(remade), 9000), public_pem(thief.public), [], remade))
    assert check(forged).chain.broken is None
    assert "unknown key" in (check(forged, [public_pem(key.public)]).chain.broken or "")
    posing = [forged[0].replace(thief.id, key.id), *forged[1:]]
    assert "signature" in (check(posing, [public_pem(key.public)]).chain.broken or "")


@pytest.mark.parametrize("text", [[], ["{}"], ["not json"], ['{"type":"entry"}'], ["\ud800"]])
def test_what_is_no_export_is_told(text: list[str]) -> None:
    with pytest.raises(BadInputError, match="line 1"):
        check(text)


def test_the_key_is_its_owner_s_alone_and_made_once(tmp_path: Path) -> None:
    path = tmp_path / "audit.key"
    made = LedgerKey.make(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert LedgerKey.load(path).id == made.id
    with pytest.raises(FileExistsError):
        LedgerKey.make(path)
    path.write_text("nothing")
    with pytest.raises(BadInputError, match="cannot be read"):
        LedgerKey.load(path)
    with pytest.raises(BadInputError, match="backup"):
        LedgerKey.load(tmp_path / "none")


def test_a_head_is_signed_after_so_many_entries_and_so_much_time(site: Path) -> None:
    database = Database(site / "data" / "coordinator.db")
    signer = LedgerSigner(database, site / "data" / "audit.key")

    def signed_at(now: float, more: int) -> list[int]:
        with database.writing() as connection:
            for _ in range(more):
                AuditRows(connection).append(AuditNote("a", "b", "c", None, {}), int(now * 1000))
        assert signer.step(now) > now
        with database.reading() as connection:
            return [one.seq for one in CheckpointRows(connection).all()]

    assert signed_at(1000.0, 0) == [4]  # init has written four entries
    assert signed_at(1001.0, 1) == [4]
    assert signed_at(1599.0, 0) == [4]
    assert signed_at(1600.0, 0) == [4, 5]
    assert signed_at(9999.0, 0) == [4, 5]
    assert signed_at(1601.0, ENTRIES) == [4, 5, 5 + ENTRIES]
    assert signed_at(-90_000.0, 1) == [4, 5, 5 + ENTRIES, 6 + ENTRIES]  # the clock was set back by a day
    database.close()
