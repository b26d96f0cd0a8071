"""The last cameras that the coordinator has assigned, kept so that a box starts without it.

Durable when `save` returns: a temporary file, its fsync, its name, the folder's fsync. It holds no password.
"""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import ValidationError

from skynet.domain.camera_assignment import AssignedCameras


class AssignmentFileError(Exception):
    """It cannot be read or written. One line."""


class AssignmentFile:
    """One file; used by one thread."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> AssignedCameras | None:
        """What was saved last; None when nothing was. Raises AssignmentFileError."""
        try:
            return AssignedCameras.model_validate_json(self._path.read_bytes())
        except FileNotFoundError:
            return None
        except OSError as error:
            raise AssignmentFileError(f"{self._path} cannot be read ({error.strerror})") from None
        except ValidationError:
            raise AssignmentFileError(f"{self._path} is damaged; the coordinator will be asked anew") from None

    def save(self, cameras: AssignedCameras) -> None:
        """Raises AssignmentFileError."""
        temporary = self._path.with_suffix(".tmp")
        try:
            with temporary.open("wb") as file:
                file.write(cameras.model_dump_json(by_alias=True).encode())
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(self._path)
            folder = os.open(self._path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        except OSError as error:
            raise AssignmentFileError(
                f"{self._path} cannot be written ({error.strerror}); the next start without the coordinator would use "
                "older cameras"
            ) from None
