"""Backups of a serving coordinator, and back from them into either database."""

from __future__ import annotations

import gzip
import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from skynet.coordinator import setup
from skynet.coordinator.backup.backup import back_up
from skynet.coordinator.backup.manifest import Manifest
from skynet.coordinator.backup.restore import restore
from skynet.coordinator.data_dir import DataDir
from skynet.coordinator.storage import row_dump, schema
from skynet.coordinator.storage.audit_rows import AuditNote, AuditRows
from skynet.coordinator.storage.database import Database
from skynet.coordinator.storage.server_address import ServerAddress
from skynet.coordinator.timestamp import from_ms
from skynet.domain.errors import BadInputError, WorkFailedError
from tests.coordinator.desk_coordinator import DeskCoordinator
from tests.coordinator.hand_clock import HandClock
from tests.coordinator.older_rows import fill, reflected
from tests.coordinator.postgresql_server import PostgresqlServer
from tests.coordinator.sample_alert import alert, png, snapshot_ref


@pytest.fixture
def filled(coordinator: DeskCoordinator) -> DeskCoordinator:
    sha256, content = png()
    path = f"/api/v1/edge/snapshots/{sha256}"
    headers = {"Content-Type": "image/png"}
    assert coordinator.call("PUT", path, "edge", content=content, headers=headers).status_code == 201
    coordinator.send(alert(), alert(snapshot=snapshot_ref(sha256, len(content))))
    return coordinator


def listed(desk: DeskCoordinator) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = desk.call("GET", "/api/v1/alerts", "console").json()["items"]
    return items


def restored(backup: Path, site: Path, to: Path, clock: Any, server: ServerAddress | None = None) -> DeskCoordinator:
    """A coordinator on what was restored, with the tokens of the first."""
    restore(backup, DataDir(to / "data", server), clock, "cli:test")
    (to / "tokens").symlink_to(site / "tokens")
    setup.require_ready(DataDir(to / "data"))
    return DeskCoordinator(to)


@pytest.mark.both_databases
def test_what_is_backed_up_while_serving_comes_back_on_either_database(
    filled: DeskCoordinator, postgresql: PostgresqlServer, tmp_path: Path
) -> None:
    before = listed(filled)
    back_up(DataDir(filled.site / "data"), filled.clock, tmp_path / "backup")
    filled.send(alert())  # after it: not in it
    for name, server in (("file", None), ("server", postgresql.database())):
        with restored(tmp_path / "backup", filled.site, tmp_path / name, filled.clock, server) as desk:
            assert listed(desk) == before
            sha256 = before[1]["alert"]["snapshot"]["sha256"]
            assert desk.call("GET", f"/api/v1/snapshots/{sha256}", "console").content == png()[1]
            assert [entry["action"] for entry in desk.audit()].count("coordinator.restored") == 1


def damaged(backup: Path, how: str) -> None:
    alerts = backup / "rows" / "alerts.jsonl.gz"
    lines = gzip.decompress(alerts.read_bytes()).splitlines(keepends=True)
    manifest = json.loads((backup / "manifest.json").read_text())
    match how:
        case "a row altered":
            alerts.write_bytes(gzip.compress(b"".join(lines).replace(b"yard", b"back")))
        case "rows broken off":
            alerts.write_bytes(alerts.read_bytes()[:-20])
        case "a picture altered":
            next((backup / "snapshots").glob("??/*")).write_bytes(b"other")
        case "a picture removed":
            next((backup / "snapshots").glob("??/*")).unlink()
        case "a table removed":
            del manifest["tables"]["alerts"]
        case "the ledger's end moved":
            manifest["head"][0] -= 1
    (backup / "manifest.json").write_text(json.dumps(manifest))


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("a row altered", "alerts.jsonl.gz is not the file"),
        ("rows broken off", "alerts.jsonl.gz is broken off"),
        ("a picture altered", "was altered"),
        ("a picture removed", "snapshots holds 0 files"),
        ("a table removed", "its tables are not"),
        ("the ledger's end moved", "does not end where"),
    ],
)
def test_a_damaged_backup_is_told_and_leaves_nothing(
    filled: DeskCoordinator, tmp_path: Path, how: str, words: str
) -> None:
    backup = tmp_path / "backup"
    back_up(DataDir(filled.site / "data"), filled.clock, backup)
    damaged(backup, how)
    where = DataDir(tmp_path / "new")
    with pytest.raises(WorkFailedError, match=words):
        restore(backup, where, filled.clock, "cli:test")
    with pytest.raises(BadInputError, match="never finished"):
        setup.require_ready(where)


def test_neither_overwrites_anything(filled: DeskCoordinator, tmp_path: Path) -> None:
    where = DataDir(filled.site / "data")
    backup = tmp_path / "backup"
    back_up(where, filled.clock, backup)
    with pytest.raises(BadInputError, match="not empty"):
        back_up(where, filled.clock, backup)
    with pytest.raises(BadInputError, match="not empty"):
        restore(backup, where, filled.clock, "cli:test")
    (backup / "manifest.json").unlink()
    with pytest.raises(BadInputError, match="no finished backup"):
        restore(backup, DataDir(tmp_path / "new"), filled.clock, "cli:test")


def test_a_picture_that_is_not_what_its_name_says_is_told(filled: DeskCoordinator, tmp_path: Path) -> None:
    where = DataDir(filled.site / "data")
    next(where.snapshots.glob("??/*")).write_bytes(b"rotten")
    with pytest.raises(WorkFailedError, match="1 files are not what their names say"):
        back_up(where, filled.clock, tmp_path / "backup")


def test_a_backup_of_an_older_schema_is_brought_forward(tmp_path: Path) -> None:
    old = tmp_path / "old.db"
    old.touch()
    rows = tmp_path / "backup" / "rows"
    rows.mkdir(parents=True)
    with closing(Database(old)) as database, database.writing() as connection:
        schema.upgrade(connection, "0003")
        ledger = AuditRows(connection)
        ledger.append(AuditNote("cli:test", "coordinator.initialised", "coordinator", None, {}), 0)
        fill(connection)
        tables = {
            table.name: row_dump.dump(connection, table, rows / f"{table.name}.jsonl.gz")
            for table in reflected(connection)
        }
        head = ledger.head()
    (tmp_path / "backup" / "snapshots").mkdir()
    manifest = Manifest(
        format=1, made_at=from_ms(0), revision="0003", head=head, tables=tables, snapshots=0, clips=0, gone=[]
    )
    (tmp_path / "backup" / "manifest.json").write_text(manifest.model_dump_json())
    where = DataDir(tmp_path / "new")
    restore(tmp_path / "backup", where, HandClock(), "cli:test")
    setup.require_ready(where)
    with closing(Database(where.database)) as database, database.reading() as connection:
        assert AuditRows(connection).head()[0] == 2
