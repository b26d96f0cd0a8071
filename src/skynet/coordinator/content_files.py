"""Files on disk, content-addressed: `FOLDER/ab/abcd…`. A file under its final name is whole and durable.

Written as temporary file → fsync → rename → fsync of the folders; a crash leaves at most a temporary file, which the
next start sweeps away.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from pathlib import Path
from typing import BinaryIO

PARTIAL = ".part"


class PartFile:
    """Content on its way in, hashed as it is written; `size` bytes so far. Ends with `keep` or `discard`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / f"{secrets.token_hex(8)}{PARTIAL}"
        self._hash = hashlib.sha256()
        self.size = 0
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        self.file: BinaryIO = os.fdopen(descriptor, "r+b")

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def write(self, content: bytes) -> None:
        """Raises OSError (disk full)."""
        self.file.write(content)
        self._hash.update(content)
        self.size += len(content)

    def keep(self) -> None:
        """Make the content durable under its hash; that it is there already does no harm. Raises OSError (disk full):
        nothing is kept then."""
        self.file.flush()
        os.fsync(self.file.fileno())
        target = _path(self._folder, self.sha256)
        target.parent.mkdir(mode=0o700, exist_ok=True)
        self._path.rename(target)
        _sync_folder(target.parent)
        _sync_folder(self._folder)  # also when another writer made the parent: it may not have got so far

    def discard(self) -> None:
        """Let go of the file, and remove it unless it was kept. May be called twice."""
        self._path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # closing writes what is buffered, for which a full disk has no room
            self.file.close()


class ContentFiles:
    """Files below `folder`. Calls block on the disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def begin(self) -> PartFile:
        """A new file, to be written piece by piece. Raises OSError (disk full)."""
        return PartFile(self._folder)

    def write(self, content: bytes) -> None:
        """Keep the whole content under its hash; doing so twice is harmless. Raises OSError and leaves nothing then."""
        part = self.begin()
        try:
            part.write(content)
            part.keep()
        finally:
            part.discard()

    def open(self, sha256: str) -> BinaryIO | None:
        """The content for reading, None when there is no file."""
        try:
            return _path(self._folder, sha256).open("rb")
        except FileNotFoundError:
            return None

    def read(self, sha256: str) -> bytes | None:
        """The content as a whole, None when there is no file."""
        file = self.open(sha256)
        if file is None:
            return None
        with file:
            return file.read()

    def exists(self, sha256: str) -> bool:
        return _path(self._folder, sha256).is_file()

    def remove(self, sha256: str) -> None:
        """Delete the content; that it is not there does no harm. Raises OSError."""
        _path(self._folder, sha256).unlink(missing_ok=True)

    def sweep(self, untouched_s: float = 0.0) -> int:
        """Ready the folder: make it where a backup left it out, remove what interrupted writes left behind.

        How many files were removed. Only while nobody writes, or with `untouched_s` long enough that nobody who writes
        would pause so long; the file system's own clock says how long a file has not been touched.
        """
        self._folder.mkdir(mode=0o700, exist_ok=True)
        left = list(self._folder.rglob(f"*{PARTIAL}"))
        if untouched_s:
            probe = self.begin()
            now = os.fstat(probe.file.fileno()).st_mtime
            probe.discard()
            left = [file for file in left if now - _touched(file, now) > untouched_s]
        for file in left:
            file.unlink(missing_ok=True)
        return len(left)


def _touched(file: Path, gone: float) -> float:
    try:
        return file.stat().st_mtime
    except FileNotFoundError:  # its writer has just finished
        return gone


def _path(folder: Path, sha256: str) -> Path:
    return folder / sha256[:2] / sha256


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
