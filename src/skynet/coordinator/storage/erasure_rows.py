"""The repository of what is due to be deleted, and of its deletion.

A file is never removed in the transaction that decides so: its hash is written down as doomed first, and the file goes
in a later step that looks once more whether nothing wants it. So a crash at any moment leaves either the data or the
note that it must go.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, exists, insert, not_, select, update

from skynet.coordinator.storage.hold_rows import held
from skynet.coordinator.storage.tables import (
    alert_clips,
    alert_steps,
    alerts,
    clips,
    doomed_files,
    events,
    incidents,
    snapshots,
    unit_assignments,
)
from skynet.domain.retention_plan import DataKind

_CONTENTS: dict[DataKind, Table] = {DataKind.SNAPSHOTS: snapshots, DataKind.CLIPS: clips}


@dataclass(frozen=True, slots=True)
class Due:
    """Something to be deleted: its key, and the hash of its content for the proof."""

    key: str
    sha256: str


class ErasureRows:
    """In the transaction of `connection`. Times in milliseconds since 1970."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def due_contents(self, kind: DataKind, before_ms: int, limit: int) -> list[Due]:
        """Snapshots or clips that were stored before `before_ms`, but for those of an alert that is held."""
        table = _CONTENTS[kind]
        wanted = exists().where(alerts.c.snapshot_sha256 == table.c.sha256, held())
        if kind is DataKind.CLIPS:
            wanted = exists().where(
                alert_clips.c.sha256 == table.c.sha256, alert_clips.c.alert_id == alerts.c.id, held()
            )
        query = (
            select(table.c.sha256)
            .where(table.c.stored_ms < before_ms, table.c.erased_ms.is_(None), not_(wanted))
            .order_by(table.c.stored_ms)
            .limit(limit)
        )
        return [Due(sha256, sha256) for sha256 in self._connection.execute(query).scalars()]

    def due_alerts(self, before_ms: int, limit: int) -> list[Due]:
        """Alerts that came in before `before_ms` and are not held."""
        query = (
            select(alerts.c.id, alerts.c.content_sha256)
            .where(alerts.c.received_ms < before_ms, not_(held()))
            .order_by(alerts.c.seq)
            .limit(limit)
        )
        return [Due(row.id, row.content_sha256) for row in self._connection.execute(query)]

    def erase_contents(self, kind: DataKind, hashes: Sequence[str], at_ms: int) -> None:
        """Doom the files; their rows remember that they were there."""
        if not hashes:
            return
        table = _CONTENTS[kind]
        self._connection.execute(update(table).where(table.c.sha256.in_(hashes)).values(erased_ms=at_ms))
        self._doom(kind, hashes, at_ms)

    def erase_alerts(self, ids: Sequence[str], at_ms: int) -> None:
        """Delete alerts, who was sent to them, and the snapshots and clips that no other alert names."""
        if not ids:
            return
        shown = select(alerts.c.snapshot_sha256).where(alerts.c.id.in_(ids), alerts.c.snapshot_sha256.is_not(None))
        pictures = set(self._connection.execute(shown).scalars())
        played = select(alert_clips.c.sha256).where(alert_clips.c.alert_id.in_(ids))
        films = set(self._connection.execute(played).scalars())
        self._connection.execute(delete(alert_clips).where(alert_clips.c.alert_id.in_(ids)))
        self._connection.execute(delete(unit_assignments).where(unit_assignments.c.alert_id.in_(ids)))
        self._connection.execute(delete(alert_steps).where(alert_steps.c.alert_id.in_(ids)))
        self._connection.execute(delete(alerts).where(alerts.c.id.in_(ids)))
        empty = not_(exists().where(alerts.c.incident_id == incidents.c.id))
        self._connection.execute(delete(incidents).where(empty))
        named = exists().where(alerts.c.snapshot_sha256 == snapshots.c.sha256)
        self._drop(DataKind.SNAPSHOTS, pictures, named, at_ms)
        self._drop(DataKind.CLIPS, films, exists().where(alert_clips.c.sha256 == clips.c.sha256), at_ms)

    def erase_events(self, before_ms: int, limit: int) -> list[Due]:
        """Delete the oldest events, those before `before_ms`, and say which."""
        query = select(events).order_by(events.c.seq).limit(limit)
        erased = []
        for row in self._connection.execute(query):
            if row.at_ms >= before_ms:
                break  # only the oldest go, so that what is left has no gaps, wherever the clock was
            content = hashlib.sha256(f"{row.type} {row.subject} {row.at_ms} {row.data}".encode()).hexdigest()
            erased.append(Due(str(row.seq), content))
        if erased:
            self._connection.execute(delete(events).where(events.c.seq <= int(erased[-1].key)))
        return erased

    def doomed(self, limit: int) -> list[tuple[DataKind, str]]:
        """Files that are to go."""
        query = select(doomed_files.c.kind, doomed_files.c.sha256).limit(limit)
        return [(DataKind(row.kind), row.sha256) for row in self._connection.execute(query)]

    def spared(self, kind: DataKind, sha256: str) -> bool:
        """Whether somebody has brought the same content anew since it was doomed."""
        table = _CONTENTS[kind]
        query = select(table.c.sha256).where(table.c.sha256 == sha256, table.c.erased_ms.is_(None))
        return self._connection.execute(query).first() is not None

    def gone(self, kind: DataKind, sha256: str) -> None:
        """The doomed file is no longer there, or is no longer doomed."""
        self._connection.execute(
            delete(doomed_files).where(doomed_files.c.kind == kind, doomed_files.c.sha256 == sha256)
        )

    def _drop(self, kind: DataKind, hashes: set[str], named: ColumnElement[bool], at_ms: int) -> None:
        table = _CONTENTS[kind]
        query = select(table.c.sha256).where(table.c.sha256.in_(hashes), not_(named))
        unnamed = sorted(self._connection.execute(query).scalars()) if hashes else []
        if unnamed:
            self._connection.execute(delete(table).where(table.c.sha256.in_(unnamed)))
            self._doom(kind, unnamed, at_ms)

    def _doom(self, kind: DataKind, hashes: Sequence[str], at_ms: int) -> None:
        there = select(doomed_files.c.sha256).where(
            and_(doomed_files.c.kind == kind, doomed_files.c.sha256.in_(hashes))
        )
        known = set(self._connection.execute(there).scalars())
        new = [{"kind": kind, "sha256": sha256, "at_ms": at_ms} for sha256 in hashes if sha256 not in known]
        if new:
            self._connection.execute(insert(doomed_files), new)
