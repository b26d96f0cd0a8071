from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection

from skynet.coordinator.access.audit_chain import verify
from skynet.coordinator.access.view_ledger import ViewLedger
from skynet.coordinator.data_dir import DataDir
from skynet.coordinator.storage.audit_rows import AuditNote, AuditRows
from skynet.coordinator.storage.database import Database, WriteQueueError
from tests.coordinator.hand_clock import HandClock

pytestmark = pytest.mark.both_databases


@pytest.fixture
def database(site: Path) -> Iterator[Database]:
    with closing(Database(DataDir(site / "data").where)) as database:
        yield database


def note(number: int) -> AuditNote:
    return AuditNote("console:test", "alerts.listed", f"page:{number}", None, {})


def test_views_that_come_at_once_share_commits_and_each_is_recorded_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    commits = 0
    writing = Database.writing
    everybody = threading.Barrier(8)

    @contextmanager
    def counted(self: Database) -> Iterator[Connection]:
        nonlocal commits
        commits += 1
        if commits == 1:
            everybody.wait(20)  # the first holds its turn until all others have come
        with writing(self) as connection:
            yield connection

    monkeypatch.setattr(Database, "writing", counted)
    views = ViewLedger(database, HandClock())

    def view(number: int) -> None:
        if number:
            everybody.wait(20)
        views.record(note(number))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(view, range(8)))
    assert commits < 8
    with database.reading() as connection:
        rows = AuditRows(connection)
        subjects = [entry.subject for entry, _ in rows.chain() if entry.subject.startswith("page:")]
        assert verify(rows.chain(), rows.head()).broken is None
    assert sorted(subjects) == [f"page:{number}" for number in range(8)]


def test_a_view_that_cannot_be_recorded_is_told_and_the_next_one_is_not_held_up(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    views = ViewLedger(database, HandClock())

    @contextmanager
    def busy(self: Database) -> Iterator[Connection]:
        raise WriteQueueError("no turn")
        yield

    with monkeypatch.context() as patch:
        patch.setattr(Database, "writing", busy)
        with pytest.raises(WriteQueueError):
            views.record(note(1))
    views.record(note(2))
    with database.reading() as connection:
        subjects = [entry.subject for entry, _ in AuditRows(connection).chain()]
    assert [subject for subject in subjects if subject.startswith("page:")] == ["page:2"]
