"""Takes pictures from boxes and shows them to consoles.

The row of a picture is written after its file is durable, so a row never promises a picture that is not there.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from skynet.coordinator.access.principal import Principal
from skynet.coordinator.content_files import ContentFiles
from skynet.coordinator.disk_room import disk_room
from skynet.coordinator.metrics import Metrics
from skynet.coordinator.problem import ProblemError, ProblemType
from skynet.coordinator.snapshots.picture import media_type
from skynet.coordinator.storage.audit_rows import AuditRows
from skynet.coordinator.storage.database import Database
from skynet.coordinator.storage.snapshot_rows import SnapshotRows
from skynet.coordinator.timestamp import from_ms, now_ms, rfc3339
from skynet.domain.clock import Clock


@dataclass(frozen=True, slots=True)
class Picture:
    media_type: str
    content: bytes


class Album:
    """Calls block on disk and database."""

    def __init__(self, database: Database, files: ContentFiles, clock: Clock, metrics: Metrics) -> None:
        self._database = database
        self._files = files
        self._clock = clock
        self._metrics = metrics

    def put(self, sha256: str, content: bytes, principal: Principal) -> bool:
        """Keep a picture; durable on return. False when it was there already.

        Raises ProblemError: hash-mismatch, unsupported-media-type, storage-full.
        """
        kind = _check(sha256, content)
        with self._database.reading() as connection:
            known = bool(SnapshotRows(connection).present([sha256]))
        if not known or not self._files.exists(sha256):
            self._write(content)
        if not known:
            known = not self._enter(sha256, kind, len(content), principal)
            if not self._files.exists(sha256):  # retention removed an older file of the same content meanwhile
                self._write(content)
        self._metrics.snapshots.labels("known" if known else "stored").inc()
        return not known

    def view(self, sha256: str, principal: Principal) -> Picture:
        """A picture of an alert in the principal's areas, its view recorded. Raises ProblemError: not-found, gone."""
        with self._database.reading() as connection:
            rows = SnapshotRows(connection)
            row = rows.get(sha256)
            seen = principal.everywhere or rows.named_in(sha256, principal.areas)
        if row is None or not seen:
            raise ProblemError(ProblemType.NOT_FOUND, f"no picture has the hash '{sha256}'")
        if row["erased_ms"] is not None:
            raise ProblemError(
                ProblemType.GONE,
                f"the picture was deleted at {rfc3339(from_ms(row['erased_ms']))}, as GET /api/v1/retention says",
            )
        content = self._files.read(sha256)
        if content is None:
            raise ProblemError(
                ProblemType.GONE, "the picture's file is missing from the data directory; restore it from a backup"
            )
        with self._database.writing() as connection:
            AuditRows(connection).append(principal.note("snapshot.viewed", f"snapshot:{sha256}"), now_ms(self._clock))
        return Picture(row["media_type"], content)

    def _write(self, content: bytes) -> None:
        with disk_room("the picture"):
            self._files.write(content)

    def _enter(self, sha256: str, kind: str, size: int, principal: Principal) -> bool:
        at_ms = now_ms(self._clock)
        with self._database.writing() as connection:
            rows = SnapshotRows(connection)
            if rows.present([sha256]):  # another request brought the same picture meanwhile
                return False
            if rows.get(sha256) is None:
                rows.add(sha256, kind, size, at_ms)
            else:
                rows.restore(sha256, at_ms)
            AuditRows(connection).append(principal.note("snapshot.stored", f"snapshot:{sha256}", bytes=size), at_ms)
        self._metrics.snapshot_bytes.inc(size)
        return True


def _check(sha256: str, content: bytes) -> str:
    actual = hashlib.sha256(content).hexdigest()
    if actual != sha256:
        raise ProblemError(
            ProblemType.HASH_MISMATCH, f"the address says {sha256}, the content is {actual}; send the whole file again"
        )
    kind = media_type(content)
    if kind is None:
        raise ProblemError(ProblemType.UNSUPPORTED_MEDIA_TYPE, "a picture must be a JPEG, PNG or WebP file")
    return kind
