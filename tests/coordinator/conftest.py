from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from skynet.coordinator import setup
from skynet.coordinator.data_dir import DataDir
from skynet.domain.clock import SystemClock
from tests.coordinator.coordinator_process import CoordinatorProcess
from tests.coordinator.desk_coordinator import DeskCoordinator
from tests.coordinator.postgresql_server import PostgresqlServer

DATABASES = "SKYNET_TEST_DATABASES"
"""`sqlite`, `postgresql` or both with a comma: what every test with a database runs on. Unset: on SQLite, and those
marked `both_databases` and those of ON_BOTH on PostgreSQL, too."""
ON_BOTH = {"test_intake", "test_feed", "test_event_rows"}
"""Files about what concurrent writers and readers are promised."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "site" not in metafunc.fixturenames:
        return
    chosen = os.environ.get(DATABASES)
    databases = ["sqlite"] if chosen is None else chosen.split(",")
    marked = metafunc.definition.get_closest_marker("both_databases") is not None
    if chosen is None and (marked or metafunc.module.__name__.rpartition(".")[2] in ON_BOTH):
        databases.append("postgresql")
    if metafunc.definition.get_closest_marker("postgresql_only") is not None:
        databases = ["postgresql"]
    if metafunc.definition.get_closest_marker("sqlite_only") is not None:
        databases = [name for name in databases if name == "sqlite"]
    if databases != ["sqlite"]:
        metafunc.parametrize("database_kind", databases, indirect=True)


@pytest.fixture
def database_kind(request: pytest.FixtureRequest) -> str:
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture(scope="session")
def initialised(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `data` and `tokens` as `init` leaves them; tests work on copies."""
    folder = tmp_path_factory.mktemp("initialised")
    setup.initialise(DataDir(folder / "data"), SystemClock(), "cli:test", folder / "tokens")
    return folder


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresqlServer]:
    with PostgresqlServer() as server:
        yield server


@pytest.fixture(scope="session")
def initialised_postgresql(postgresql: PostgresqlServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same on PostgreSQL. All tests share the database, which each finds as it was left here."""
    folder = tmp_path_factory.mktemp("initialised-postgresql")
    address = postgresql.database()
    setup.initialise(DataDir(folder / "data", address), SystemClock(), "cli:test", folder / "tokens")
    postgresql.keep(str(address.url.database))
    return folder


@pytest.fixture
def site(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    if database_kind == "sqlite":
        return Path(shutil.copytree(request.getfixturevalue("initialised"), tmp_path / "site"))
    server: PostgresqlServer = request.getfixturevalue("postgresql")
    copy = Path(shutil.copytree(request.getfixturevalue("initialised_postgresql"), tmp_path / "site"))
    address = DataDir(copy / "data").server
    assert address is not None
    server.reset(str(address.url.database))
    return copy


@pytest.fixture
def coordinator(site: Path) -> Iterator[DeskCoordinator]:
    """The real application in this process, with a clock that the test sets."""
    with DeskCoordinator(site) as desk:
        yield desk


@pytest.fixture
def process(site: Path) -> Iterator[CoordinatorProcess]:
    """A real `skynet coordinator serve`, started by the test."""
    with CoordinatorProcess(site) as server:
        yield server
