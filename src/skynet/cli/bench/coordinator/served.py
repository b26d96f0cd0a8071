"""Programs under load: a real coordinator, or the plain design, each a process of its own on a free port."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from skynet.coordinator import setup
from skynet.coordinator.data_dir import DataDir
from skynet.coordinator.storage.server_address import ServerAddress
from skynet.domain.clock import SystemClock
from skynet.domain.errors import WorkFailedError

_LISTENING = re.compile(r"listening on http://127\.0\.0\.1:(\d+)")


@dataclass(frozen=True)
class Served:
    """`edge` and `console` are tokens; the plain design takes any."""

    pid: int
    port: int
    edge: str
    console: str

    def cpu_s(self) -> float:
        """Processor time that the process has used, user and system."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def coordinator(folder: Path, database: ServerAddress | None) -> Iterator[Served]:
    """A coordinator on a new SQLite file in `folder`, or on the empty PostgreSQL `database`."""
    where = DataDir(folder / "data", database)
    done = setup.initialise(where, SystemClock(), "cli:bench")
    tokens = {str(token.scope): token.secret for token in done.tokens}
    if not tokens:
        raise WorkFailedError(f"{where.shown}: is in use already; name an empty database")
    start = "from skynet.cli.coordinator import app; app()"
    environment = os.environ | ({} if database is None else {"SKYNET_DATABASE": database.text})
    command = [sys.executable, "-c", start, "serve", "--data-dir", str(where.path), "--port", "0"]
    with _running([*command, "--log-level", "warning"], environment) as (pid, port):
        yield Served(pid, port, tokens["edge"], tokens["console"])


@contextmanager
def plain(folder: Path) -> Iterator[Served]:
    """The plain design on a new SQLite file in `folder`."""
    start = "from skynet.cli.bench.coordinator.plain_design import serve; import sys; serve(sys.argv[1])"
    command = [sys.executable, "-c", start, str(folder / "plain.db")]
    with _running(command, dict(os.environ)) as (pid, port):
        yield Served(pid, port, "any", "any")


@contextmanager
def _running(command: list[str], environment: dict[str, str]) -> Iterator[tuple[int, int]]:
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)
    try:
        if process.stderr is None:
            raise WorkFailedError("the program under test has no error output")
        for line in process.stderr:
            if match := _LISTENING.search(line):
                yield process.pid, int(match[1])
                return
        raise WorkFailedError("the program under test did not start")
    finally:
        process.terminate()
        process.communicate()
