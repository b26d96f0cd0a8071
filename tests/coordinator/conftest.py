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
marked `both_databases` on PostgreSQL, too."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "site" not in metafunc.fixturenames:
        return
    chosen = os.environ.get(DATABASES)
    databases = ["sqlite"] if chosen is None else chosen.split(",")
    if chosen is None and metafunc.definition.get_closest_marker("both_databases") is not None:
        databases.append("postgresql")
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
    """The same on PostgreSQL; its database is called `initialised`."""
    folder = tmp_path_factory.mktemp("initialised-postgresql")
    postgresql.execute("CREATE DATABASE initialised TEMPLATE template0")
    where = DataDir(folder / "data", postgresql.address("initialised"))
    setup.initialise(where, SystemClock(), "cli:test", folder / "tokens")
    return folder


@pytest.fixture
def site(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    if database_kind == "sqlite":
        yield Path(shutil.copytree(request.getfixturevalue("initialised"), tmp_path / "site"))
        return
    server: PostgresqlServer = request.getfixturevalue("postgresql")
    copy = Path(shutil.copytree(request.getfixturevalue("initialised_postgresql"), tmp_path / "site"))
    address = server.database("initialised")
    DataDir(copy / "data").address_file.write_text(f"{address}\n")
    yield copy
    server.drop(address)


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
