"""Makes a backup while the coordinator serves.

The rows are those of one instant: one read transaction. A row is only ever there when its file is, so the files are
copied after the rows; each is hashed on its way, and the copy is synced before the manifest says that it is there.
"""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError

from skynet.coordinator import setup
from skynet.coordinator.backup.manifest import FORMAT, NAME, Manifest
from skynet.coordinator.content_files import ContentFiles
from skynet.coordinator.data_dir import DataDir
from skynet.coordinator.storage import row_dump, schema
from skynet.coordinator.storage.audit_rows import AuditRows
from skynet.coordinator.storage.database import Database
from skynet.coordinator.storage.tables import clips, snapshots
from skynet.coordinator.timestamp import from_ms, now_ms
from skynet.domain.clock import Clock
from skynet.domain.errors import BadInputError, WorkFailedError


@dataclass(frozen=True, slots=True)
class Copied:
    count: int
    gone: list[str]
    altered: list[str]


def back_up(data_dir: DataDir, clock: Clock, to: Path) -> Manifest:
    """Write a backup into the folder `to`, which must not be there or be empty.

    Raises BadInputError, and WorkFailedError: the disk is full, or a file is not what its name says.
    """
    setup.require_ready(data_dir)
    try:
        to.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(to.iterdir()):
            raise BadInputError(f"{to}: is not empty; name a new folder")
        (to / "rows").mkdir(mode=0o700)
        with closing(Database(data_dir.where)) as database, database.reading() as connection:
            database.unhurried(connection)
            tables = {
                table.name: row_dump.dump(connection, table, to / "rows" / f"{table.name}.jsonl.gz")
                for table in row_dump.tables()
            }
            head = AuditRows(connection).head()
            pictures = _hashes(connection, snapshots.c.sha256)
            films = _hashes(connection, clips.c.sha256)
        copied = [_copy(data_dir.snapshots, to / "snapshots", pictures), _copy(data_dir.clips, to / "clips", films)]
        gone = [name for each in copied for name in each.gone]
        manifest = Manifest(
            format=FORMAT,
            made_at=from_ms(now_ms(clock)),
            revision=schema.newest(),
            head=head,
            tables=tables,
            snapshots=copied[0].count,
            clips=copied[1].count,
            gone=gone,
        )
        for file in (to / "rows").iterdir():
            _sync(file)
        (to / NAME).write_text(manifest.model_dump_json(indent=1) + "\n", encoding="utf-8")
        for path in (to / NAME, to / "rows", to):
            _sync(path)
    except OSError as error:
        raise WorkFailedError(f"{to}: the backup was not finished ({error.strerror})") from error
    except DBAPIError as error:
        raise WorkFailedError(
            f"{data_dir.shown}: cannot be read ({error.orig}); the backup was not finished"
        ) from error
    altered = [name for each in copied for name in each.altered]
    if altered:
        raise WorkFailedError(
            f"{data_dir.path}: {len(altered)} files are not what their names say, {altered[0]} first; "
            f"all else is in {to}, they are not"
        )
    return manifest


def _hashes(connection: Connection, column: object) -> list[str]:
    return list(connection.execute(select(column)).scalars())  # type: ignore[call-overload]  # a column of either table


def _copy(source: Path, target: Path, hashes: list[str]) -> Copied:
    target.mkdir(mode=0o700)
    from_files, to_files = ContentFiles(source), ContentFiles(target)
    gone, altered = [], []
    for sha256 in hashes:
        file = from_files.open(sha256)
        if file is None:
            gone.append(sha256)
            continue
        part = to_files.begin()
        with file:
            try:
                while content := file.read(1 << 20):
                    part.write(content)
                if part.sha256 == sha256:
                    part.keep()
                else:
                    altered.append(sha256)
            finally:
                part.discard()
    return Copied(len(hashes) - len(gone) - len(altered), gone, altered)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
