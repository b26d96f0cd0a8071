from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from skynet.coordinator import setup
from skynet.coordinator.data_dir import DataDir
from skynet.domain.clock import SystemClock
from tests.coordinator.coordinator_process import CoordinatorProcess
from tests.coordinator.desk_coordinator import DeskCoordinator


@pytest.fixture(scope="session")
def initialised(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `data` and `tokens` as `init` leaves them; tests work on copies."""
    folder = tmp_path_factory.mktemp("initialised")
    setup.initialise(DataDir(folder / "data"), SystemClock(), "cli:test", folder / "tokens")
    return folder


@pytest.fixture
def site(initialised: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(initialised, tmp_path / "site"))


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
