"""The box's data folder, which belongs to one running box."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from skynet.domain.errors import BadInputError


class DataDir:
    """What lies where."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def outbox(self) -> Path:
        return self.path / "outbox.sqlite3"

    @property
    def clips(self) -> Path:
        return self.path / "clips"

    @property
    def scenes(self) -> Path:
        """What each camera is known to show: `CAMERA.npz`."""
        return self.path / "scenes"

    @property
    def assigned_cameras(self) -> Path:
        return self.path / "assigned_cameras.json"

    def free_bytes(self) -> int:
        """Free space of the disk it lies on. Raises OSError."""
        return shutil.disk_usage(self.path).free

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Make the folder if it is missing and hold it for this process alone. Raises BadInputError."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            lock = (self.path / "lock").open("wb")
        except OSError as error:
            raise BadInputError(
                f"data_dir {self.path} cannot be written to ({error.strerror}); mend that or name another"
            ) from None
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise BadInputError(
                    f"data_dir {self.path} belongs to a running skynet edge; stop that one or name another data_dir"
                ) from None
            yield
