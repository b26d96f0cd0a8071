"""A real PostgreSQL server of Debian's package, on a free port of the loopback, in a folder that goes with it."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Any, Self

import psycopg

from skynet.coordinator.storage.server_address import ServerAddress
from skynet.coordinator.storage.tables import metadata

OWNER = "skynet"
MIN_FREE_BYTES = 1 << 30


def _roomy_memory() -> Path | None:
    """A folder in memory: syncing costs nothing there, and no test cuts the power. None where there is not enough."""
    memory = Path("/dev/shm")  # noqa: S108 - the folder itself gets a name that nobody can guess
    return memory if memory.is_dir() and shutil.disk_usage(memory).free > MIN_FREE_BYTES else None


class PostgresqlServer:
    """`start` any number of times on the same data. It refuses to run as root, so root starts it as `postgres`."""

    def __init__(self) -> None:
        versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
        assert versions, "Debian's package postgresql is needed; scripts/test installs it"
        self._bin = versions[-1]
        # Not pytest's folder: only its owner may pass that one, and the server's user is another.
        self._folder = Path(tempfile.mkdtemp(prefix="skynet-pg-", dir=_roomy_memory()))
        self._data = self._folder / "data"
        self._user = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self._count = 0

    def __enter__(self) -> Self:
        if self._user is not None:
            os.chown(self._folder, self._user.pw_uid, self._user.pw_gid)
        self._run("initdb", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", f"--username={OWNER}")
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": "",
            "shared_buffers": "32MB",
            "max_connections": 120,
        }
        with (self._data / "postgresql.conf").open("a") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in settings.items())
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop("immediate")
        shutil.rmtree(self._folder, ignore_errors=True)

    def start(self) -> None:
        self._run("pg_ctl", "--wait", "--timeout=60", f"--log={self._folder / 'log'}", "start")

    def stop(self, mode: str = "fast") -> None:
        """`fast` ends sessions and writes all down, `immediate` is a crash."""
        self._run("pg_ctl", "--wait", f"--mode={mode}", "stop")

    def address(self, name: str) -> ServerAddress:
        return ServerAddress.parse(f"postgresql://{OWNER}@127.0.0.1:{self.port}/{name}", "test")

    def database(self) -> ServerAddress:
        """A new, empty database."""
        self._count += 1
        name = f"db{self._count}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        return self.address(name)

    def keep(self, name: str) -> None:
        """Remember the rows of the database `name` as they are now, for `reset`."""
        self.execute("CREATE SCHEMA kept", name)
        for table in metadata.sorted_tables:
            self.execute(f"CREATE TABLE kept.{table.name} AS TABLE {table.name}", name)

    def reset(self, name: str) -> None:
        """Make the rows those that were kept. Far cheaper than a database a test: dropping one is a checkpoint."""
        tables = [table.name for table in metadata.sorted_tables]
        clear = [f"DELETE FROM {table}" for table in reversed(tables)]  # noqa: S608 - names of our own tables
        self.execute("; ".join([*clear, *(f"INSERT INTO {table} TABLE kept.{table}" for table in tables)]), name)

    def execute(self, statement: str, name: str = "postgres") -> list[tuple[Any, ...]]:
        with psycopg.connect(self.address(name).text, autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._bin / program), f"--pgdata={self._data}", *arguments]
        user: dict[str, Any] = {}
        if self._user is not None:
            user = {"user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []}
        done = subprocess.run(
            command, cwd=self._folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False, **user
        )
        assert done.returncode == 0, f"{program}: {done.stderr}"
