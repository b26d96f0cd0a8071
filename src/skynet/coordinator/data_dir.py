"""The coordinator's data directory: where the database, the pictures and the clips rest.

A directory is good when its database exists and stands at the schema of this version. Nothing here migrates.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from skynet.domain.errors import BadInputError, WorkFailedError


@dataclass(frozen=True, slots=True)
class DataDir:
    """Paths only; making an instance touches nothing."""

    path: Path

    @property
    def database(self) -> Path:
        return self.path / "coordinator.db"

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
        return self.database.is_file()

    def make(self) -> None:
        """Create the folders, readable by their owner only. Raises BadInputError when that is not possible."""
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.snapshots.mkdir(mode=0o700, exist_ok=True)
            self.clips.mkdir(mode=0o700, exist_ok=True)
            # SQLite gives its -wal and -shm files the mode of the database.
            os.close(os.open(self.database, os.O_CREAT | os.O_RDWR, 0o600))
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

        A second server would not wake this one's long polls. Raises WorkFailedError when another process holds it, and
        BadInputError when this user may not write there.
        """
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

    def _not_ours(self, error: OSError) -> BadInputError:
        return BadInputError(
            f"--data-dir {self.path}: cannot be used ({error.strerror}); run this as the user to whom it belongs"
        )
