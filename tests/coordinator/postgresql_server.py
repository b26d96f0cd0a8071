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

OWNER = "skynet"


class PostgresqlServer:
    """`start` any number of times on the same data. It refuses to run as root, so root starts it as `postgres`."""

    def __init__(self) -> None:
        versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
        assert versions, "Debian's package postgresql is needed; scripts/test installs it"
        self._bin = versions[-1]
        # Not pytest's folder: only its owner may pass that one, and the server's user is another.
        self._folder = Path(tempfile.mkdtemp(prefix="skynet-pg-"))
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

    def database(self, template: str = "template0") -> ServerAddress:
        """A new database, a copy of `template`."""
        self._count += 1
        name = f"db{self._count}"
        self.execute(f'CREATE DATABASE {name} TEMPLATE "{template}"')
        return self.address(name)

    def drop(self, address: ServerAddress) -> None:
        self.execute(f"DROP DATABASE {address.url.database} WITH (FORCE)")

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
