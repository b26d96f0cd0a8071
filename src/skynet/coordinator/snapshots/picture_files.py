"""Pictures on disk, content-addressed: `snapshots/ab/abcd….` A file under its final name is whole and durable.

Written as temporary file → fsync → rename → fsync of the folders; a crash leaves at most a temporary file, which the
next start sweeps away.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

PARTIAL = ".part"


class PictureFiles:
    """Files below `folder`, which exists. Calls block on the disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, sha256: str, content: bytes) -> None:
        """Make the picture durable; doing so twice is harmless. Raises OSError (disk full) and leaves nothing then."""
        target = self._path(sha256)
        if not target.parent.is_dir():
            target.parent.mkdir(mode=0o700, exist_ok=True)
            _sync_folder(self._folder)
        partial = target.with_name(f"{sha256}.{secrets.token_hex(4)}{PARTIAL}")
        try:
            with partial.open("xb") as file:
                os.fchmod(file.fileno(), 0o600)
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            partial.rename(target)
        except OSError:
            with contextlib.suppress(FileNotFoundError):
                partial.unlink()
            raise
        _sync_folder(target.parent)

    def read(self, sha256: str) -> bytes | None:
        """The picture's bytes, None when there is no file."""
        try:
            return self._path(sha256).read_bytes()
        except FileNotFoundError:
            return None

    def exists(self, sha256: str) -> bool:
        return self._path(sha256).is_file()

    def sweep(self) -> int:
        """Remove what interrupted writes left behind; how many files. Only while nobody writes."""
        left = list(self._folder.glob(f"*/*{PARTIAL}"))
        for file in left:
            file.unlink()
        return len(left)

    def _path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
