"""The outbox's database file: opened durably, checked, and moved aside when it is damaged."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from skynet.domain.errors import BadInputError

SCHEMA_VERSION = 1
_SCHEMA = f"""
CREATE TABLE alerts (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    box_id TEXT NOT NULL,
    severity INTEGER NOT NULL,
    body TEXT NOT NULL,
    snapshot TEXT,
    snapshot_given_up INTEGER NOT NULL,
    state INTEGER NOT NULL,
    reason TEXT
);
CREATE INDEX alerts_to_send ON alerts (state, severity DESC, seq);
CREATE INDEX alerts_by_snapshot ON alerts (snapshot);
CREATE TABLE snapshots (sha256 TEXT PRIMARY KEY, content BLOB NOT NULL);
PRAGMA user_version = {SCHEMA_VERSION};
"""
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def open_outbox_file(path: Path, now: float) -> tuple[sqlite3.Connection, Path | None]:
    """A connection to the outbox at `path`, which is made when it is missing, and where a damaged one was moved to.

    `now` in POSIX seconds names the damaged file. Raises BadInputError when there is no way to open one.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            return _open(path), None
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", None) not in _DAMAGED:
                raise
            aside = _move_aside(path, now)
            return _open(path), aside
    except sqlite3.Error as error:
        raise BadInputError(f"the outbox {path} cannot be opened ({error}); look at its folder and its disk") from None
    except OSError as error:
        raise BadInputError(
            f"the outbox {path} cannot be opened ({error.strerror}); name a data_dir that may be written to"
        ) from None


def _open(path: Path) -> sqlite3.Connection:
    # autocommit by hand: transactions are where the code says BEGIN, nowhere else
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=5)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA foreign_keys = ON")
        _check(db, path)
    except BaseException:
        db.close()
        raise
    return db


def _check(db: sqlite3.Connection, path: Path) -> None:
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if version == 0:
        db.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} COMMIT;")
        for folder in (path.parent, path.parent.parent):
            _sync_folder(folder)
    elif version != SCHEMA_VERSION:
        raise BadInputError(
            f"the outbox {path} is of schema {version}, this version of Skynet knows {SCHEMA_VERSION}; "
            "run the version that made it, or name another data_dir"
        )
    verdict = str(db.execute("PRAGMA quick_check(1)").fetchone()[0])
    if verdict != "ok":
        damage = sqlite3.DatabaseError(verdict)
        damage.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise damage


def _move_aside(path: Path, now: float) -> Path:
    """Rename the database and its WAL, which may still hold alerts that a specialist can save."""
    stamp = datetime.fromtimestamp(now, tz=UTC).strftime("%Y%m%dT%H%M%S")
    aside = path.with_name(f"{path.name}.damaged-{stamp}")
    number = 1
    while aside.exists():
        aside = path.with_name(f"{path.name}.damaged-{stamp}-{number}")
        number += 1
    path.rename(aside)
    for ending in ("-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + ending).rename(aside.with_name(aside.name + ending))
    _sync_folder(path.parent)
    return aside


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
