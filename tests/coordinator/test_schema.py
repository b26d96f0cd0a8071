from __future__ import annotations

import contextlib
import io
import re
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from skynet.coordinator import setup
from skynet.coordinator.data_dir import DataDir
from skynet.coordinator.storage import schema
from skynet.coordinator.storage.database import Database
from skynet.coordinator.storage.tables import metadata
from skynet.domain.clock import SystemClock
from skynet.domain.errors import BadInputError, WorkFailedError

pytestmark = pytest.mark.sqlite_only


def test_the_migrations_lead_to_the_tables(site: Path) -> None:
    database = Database(site / "data" / "coordinator.db")
    with database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    database.close()


def test_the_database_is_as_durable_as_promised(site: Path) -> None:
    database = Database(site / "data" / "coordinator.db")
    with database.reading() as connection:
        read = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    database.close()
    assert read == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}


def test_a_failed_write_leaves_nothing(site: Path) -> None:
    database = Database(site / "data" / "coordinator.db")
    with contextlib.suppress(ZeroDivisionError), database.writing() as connection:
        connection.exec_driver_sql("UPDATE heartbeat SET at_ms = 77")
        raise ZeroDivisionError
    with database.reading() as connection:
        assert connection.exec_driver_sql("SELECT at_ms FROM heartbeat").scalar_one() == 0
    database.close()


def set_revision(site: Path, revision: str) -> None:
    with sqlite3.connect(site / "data" / "coordinator.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))


def test_a_database_of_a_newer_version_is_left_alone(site: Path) -> None:
    set_revision(site, "9999")
    where = DataDir(site / "data")
    for attempt in (
        lambda: setup.require_ready(where),
        lambda: setup.migrate(where, SystemClock(), "cli:test"),
        lambda: setup.initialise(where, SystemClock(), "cli:test"),
    ):
        with pytest.raises(BadInputError, match="newer Skynet"):
            attempt()


def test_an_outdated_database_is_served_only_after_migrate(tmp_path: Path) -> None:
    where = DataDir(tmp_path / "data")
    where.make()
    where.clips.rmdir()
    database = Database(where.database)
    with database.writing() as connection:
        schema.upgrade(connection, "0001")
    with pytest.raises(BadInputError, match="skynet coordinator migrate"):
        setup.require_ready(where)
    assert setup.migrate(where, SystemClock(), "cli:test") == ("0001", schema.newest())
    setup.require_ready(where)
    with database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    database.close()
    assert where.clips.is_dir()


def test_the_migrations_are_also_postgresql() -> None:
    sql = io.StringIO()
    offline = MigrationContext.configure(dialect_name="postgresql", opts={"as_sql": True, "output_buffer": sql})
    scripts = ScriptDirectory(str(Path(schema.__file__).parent / "migrations"))
    with Operations.context(offline):
        for script in reversed(list(scripts.walk_revisions())):
            script.module.upgrade()
    assert set(re.findall(r"CREATE TABLE (\w+)", sql.getvalue())) == set(metadata.tables)


def test_an_unfinished_set_up_is_finished_by_init(tmp_path: Path) -> None:
    where = DataDir(tmp_path / "data")
    where.make()
    with pytest.raises(BadInputError, match="never finished"):
        setup.require_ready(where)
    assert len(setup.initialise(where, SystemClock(), "cli:test").tokens) == 3
    setup.require_ready(where)


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    where = DataDir(tmp_path / "data")
    where.make()
    where.database.write_bytes(b"this is not a database, it only looks like a file" * 100)
    with pytest.raises(BadInputError, match="cannot be used"):
        setup.require_ready(where)


def test_a_directory_serves_one_process(site: Path) -> None:
    where = DataDir(site / "data")
    with where.locked(), pytest.raises(WorkFailedError, match="another coordinator"), where.locked():
        pass
    with where.locked():
        pass
