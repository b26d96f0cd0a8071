from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from skynet.coordinator.content_files import ContentFiles

CONTENT = b"what a camera saw"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


def test_a_file_comes_in_pieces_and_is_there_when_kept(tmp_path: Path) -> None:
    files = ContentFiles(tmp_path)
    part = files.begin()
    for byte in CONTENT:
        part.write(bytes([byte]))
    assert (part.sha256, part.size) == (SHA256, len(CONTENT))
    assert files.read(SHA256) is None
    part.keep()
    part.discard()
    assert files.read(SHA256) == CONTENT
    (file,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert file.stat().st_mode & 0o777 == 0o600


def test_what_is_discarded_leaves_nothing(tmp_path: Path) -> None:
    part = ContentFiles(tmp_path).begin()
    part.write(CONTENT)
    part.discard()
    part.discard()
    assert list(tmp_path.rglob("*")) == []


@pytest.mark.parametrize("place", ["", SHA256[:2]])
def test_leftovers_of_a_crash_are_swept(tmp_path: Path, place: str) -> None:
    files = ContentFiles(tmp_path)
    files.write(CONTENT)
    (tmp_path / place / f"{SHA256}.1234.part").write_bytes(CONTENT[:5])
    assert files.sweep() == 1
    assert files.read(SHA256) == CONTENT
    assert files.sweep() == 0


def test_a_folder_that_a_backup_left_out_is_made(tmp_path: Path) -> None:
    files = ContentFiles(tmp_path / "clips")
    assert files.sweep() == 0
    files.write(CONTENT)
    assert files.exists(SHA256)
