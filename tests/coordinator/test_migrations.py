"""From every earlier schema forwards, with the rows that were there, on either database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from skynet.coordinator.storage import schema
from skynet.coordinator.storage.database import Database
from skynet.coordinator.storage.server_address import ServerAddress
from skynet.coordinator.storage.tables import metadata
from tests.coordinator.older_rows import fill, first, reflected
from tests.coordinator.postgresql_server import PostgresqlServer

SCRIPTS = ScriptDirectory(str(Path(schema.__file__).parent / "migrations"))
EARLIER = sorted(script.revision for script in SCRIPTS.walk_revisions())[:-1]
FOUND_ANEW = {"area", "version"}
"""Columns that a migration works out from others."""


@pytest.fixture(scope="module")
def spare(postgresql: PostgresqlServer) -> ServerAddress:
    return postgresql.database()


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    where: Path | ServerAddress = tmp_path / "old.db"
    if request.param == "sqlite":
        (tmp_path / "old.db").touch()
    else:
        where = request.getfixturevalue("spare")
        server: PostgresqlServer = request.getfixturevalue("postgresql")
        server.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public", str(where.url.database))
    with closing(Database(where)) as database:
        yield database


@pytest.mark.parametrize("revision", EARLIER)
def test_rows_of_an_earlier_schema_are_kept(empty: Database, revision: str) -> None:
    with empty.writing() as connection:
        schema.upgrade(connection, revision)
        before = fill(connection)
    with empty.writing() as connection:
        schema.upgrade(connection)
    with empty.reading() as connection:
        assert schema.current(connection) == schema.newest()
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        after = {table.name: first(connection, table) for table in reflected(connection) if table.name in before}
    assert set(after) == set(before)
    for name, row in before.items():
        kept = {column: value for column, value in row.items() if column not in FOUND_ANEW}
        assert after[name].items() >= kept.items(), name


def test_a_migration_that_fails_leaves_the_schema_before(empty: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with empty.writing() as connection:
        schema.upgrade(connection, "0001")

    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("alembic.op.create_index", fail)
    with pytest.raises(ZeroDivisionError), empty.writing() as connection:
        schema.upgrade(connection)
    with empty.reading() as connection:
        assert schema.current(connection) == "0001"
        assert "clips" not in {table.name for table in reflected(connection)}
