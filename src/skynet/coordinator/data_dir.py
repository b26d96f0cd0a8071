"""The coordinator's data directory: where the pictures and the clips rest, and the database or the address of it.

The database is a SQLite file there, or on a PostgreSQL server: the one whose address the command line or the
environment tells, else the one in the file `database.url`, which `init` writes. A directory is good when its database
stands at the schema of this version. Nothing here migrates.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from skynet.coordinator.storage.server_address import ServerAddress
from skynet.domain.errors import BadInputError, WorkFailedError


@dataclass(frozen=True, slots=True)
class DataDir:
    """Paths only; making an instance touches nothing. `told` is the address that this process was told."""

    path: Path
    told: ServerAddress | None = None

    @property
    def database(self) -> Path:
        return self.path / "coordinator.db"

    @property
    def address_file(self) -> Path:
        return self.path / "database.url"

    @property
    def server(self) -> ServerAddress | None:
        """The PostgreSQL database that this directory belongs to, None for SQLite. Raises BadInputError."""
        if self.told is not None:
            return self.told
        try:
            text = self.address_file.read_text(encoding="utf-8")
            mode = self.address_file.stat().st_mode
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise BadInputError(
                f"{self.address_file}: cannot be read ({error}); it holds the database's address"
            ) from None
        address = ServerAddress.parse(text, str(self.address_file))
        if address.has_password and mode & 0o077:
            raise BadInputError(f"{self.address_file}: holds a password that others can read; 'chmod 600' it")
        return address

    @property
    def where(self) -> Path | ServerAddress:
        """The database. Raises BadInputError."""
        return self.server or self.database

    @property
    def shown(self) -> str:
        """How messages name what the database belongs to."""
        server = self.server
        return f"--data-dir {self.path}" if server is None else f"--database {server}"

    @property
    def options(self) -> str:
        """What a command needs to be told to find the same database."""
        return f"--data-dir {self.path}" + ("" if self.told is None else f" --database {self.told}")

    @property
    def snapshots(self) -> Path:
        return self.path / "snapshots"

    @property
    def clips(self) -> Path:
        return self.path / "clips"

    @property
    def audit_key(self) -> Path:
        return self.path / "audit.key"

    @property
    def initialised(self) -> bool:
        return self.server is not None or self.database.is_file()

    def make(self) -> None:
        """Create the folders, readable by their owner only. Raises BadInputError when that is not possible."""
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.snapshots.mkdir(mode=0o700, exist_ok=True)
            self.clips.mkdir(mode=0o700, exist_ok=True)
            if self.server is None:
                # SQLite gives its -wal and -shm files the mode of the database.
                os.close(os.open(self.database, os.O_CREAT | os.O_RDWR, 0o600))
            elif self.told is not None:
                self._keep_address(self.told)
        except OSError as error:
            raise BadInputError(
                f"--data-dir {self.path}: cannot be made ({error.strerror}); name a folder that this user may write"
            ) from error

    def require_initialised(self) -> None:
        """Raises BadInputError when `init` has not been run here."""
        try:
            initialised = self.initialised
        except PermissionError as error:
            raise self._not_ours(error) from None
        if not initialised:
            raise BadInputError(
                f"--data-dir {self.path}: no coordinator database there; "
                f"run 'skynet coordinator init --data-dir {self.path}' first"
            )

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the directory for one process; the kernel lets go when the process dies, however it dies.

        On SQLite a second server would not wake this one's long polls. On PostgreSQL any number of servers may share a
        directory, and nothing is held. Raises WorkFailedError when another process holds it, and BadInputError when
        this user may not write there.
        """
        if self.server is not None:
            yield
            return
        try:
            descriptor = os.open(self.path / "coordinator.lock", os.O_CREAT | os.O_RDWR, 0o600)
        except OSError as error:
            raise self._not_ours(error) from None
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise WorkFailedError(
                    f"--data-dir {self.path}: another coordinator is at work there; stop it first"
                ) from None
            yield
        finally:
            os.close(descriptor)

    def _keep_address(self, address: ServerAddress) -> None:
        """Write the address down, without its password. Raises OSError, and BadInputError when there is another."""
        if self.database.exists():
            raise BadInputError(
                f"--data-dir {self.path}: holds a SQLite database; name another folder, or move it with "
                "'skynet coordinator backup' and 'restore'"
            )
        kept = DataDir(self.path).server
        if kept is not None and str(kept) != str(address):
            raise BadInputError(f"--data-dir {self.path}: belongs to {kept}; name another folder")
        if kept is None:
            descriptor = os.open(self.address_file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(f"{address}\n")

    def _not_ours(self, error: OSError) -> BadInputError:
        return BadInputError(
            f"--data-dir {self.path}: cannot be used ({error.strerror}); run this as the user to whom it belongs"
        )
