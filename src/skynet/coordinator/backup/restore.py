"""Puts a backup into an empty place: another folder, another database, SQLite or PostgreSQL, whichever it came from.

Files first, then all rows in one transaction, which is only committed when the ledger's chain holds and ends where the
backup says. What fails leaves an empty database behind, and may be tried again.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from skynet.coordinator.access.audit_chain import verify
from skynet.coordinator.backup.manifest import Manifest
from skynet.coordinator.content_files import ContentFiles
from skynet.coordinator.data_dir import DataDir
from skynet.coordinator.storage import row_dump, schema
from skynet.coordinator.storage.audit_rows import AuditNote, AuditRows
from skynet.coordinator.storage.database import Database
from skynet.coordinator.timestamp import now_ms, rfc3339
from skynet.domain.clock import Clock
from skynet.domain.errors import BadInputError, WorkFailedError


def restore(source: Path, data_dir: DataDir, clock: Clock, actor: str) -> Manifest:
    """Raises BadInputError (no backup, or a place that is not empty) and WorkFailedError (the backup is damaged)."""
    manifest = Manifest.read(source)
    if not schema.known(manifest.revision):
        raise BadInputError(
            f"{source}: is of a newer Skynet than this one (schema {manifest.revision}); install that one"
        )
    data_dir.make()
    with data_dir.locked(), closing(Database(data_dir.where)) as database:
        database.require_sound()
        try:
            with database.writing() as connection:
                database.unhurried(connection)
                if schema.current(connection) is not None:
                    raise BadInputError(f"{data_dir.shown}: is not empty; restore into a new folder or database")
                _copy(source / "snapshots", data_dir.snapshots, manifest.snapshots)
                _copy(source / "clips", data_dir.clips, manifest.clips)
                _fill(connection, source, manifest)
                if manifest.revision != schema.newest():
                    schema.upgrade(connection)
                detail: dict[str, object] = {"made_at": rfc3339(manifest.made_at), "revision": manifest.revision}
                note = AuditNote(actor, "coordinator.restored", "coordinator", None, detail)
                AuditRows(connection).append(note, now_ms(clock))
        except row_dump.DumpError as error:
            raise WorkFailedError(f"{source}: {error}; nothing was restored") from error
        except DBAPIError as error:
            reason = " ".join(str(error.orig).split())
            raise WorkFailedError(f"{data_dir.shown}: refused the rows ({reason}); nothing was restored") from error
        except OSError as error:
            raise WorkFailedError(f"{source}: {error.filename}: {error.strerror}; nothing was restored") from error
    return manifest


def _fill(connection: Connection, source: Path, manifest: Manifest) -> None:
    schema.upgrade(connection, manifest.revision)
    row_dump.load(connection, source / "rows", manifest.tables)
    rows = AuditRows(connection)
    report = verify(rows.chain(), rows.head())
    if report.broken is not None:
        raise row_dump.DumpError(f"its audit ledger does not hold: {report.broken}")
    if (report.count, report.head) != manifest.head:
        raise row_dump.DumpError("its audit ledger does not end where its manifest says")


def _copy(source: Path, target: Path, count: int) -> None:
    files = ContentFiles(target)
    found = 0
    for path in sorted(source.glob("??/*")):
        part = files.begin()
        try:
            with path.open("rb") as file:
                while content := file.read(1 << 20):
                    part.write(content)
            if part.sha256 != path.name:
                raise row_dump.DumpError(f"{source.name}/{path.parent.name}/{path.name} was altered")
            part.keep()
        finally:
            part.discard()
        found += 1
    if found != count:
        raise row_dump.DumpError(f"{source.name} holds {found} files, its manifest says {count}")
