"""Deletes what the retention plan no longer lets be kept, by itself and a batch at a time.

Invariants
- A batch is one transaction: rows, the note of the files that must go, and the audit entry with the proof.
- The proof names kind, count and a digest over the content hashes of all that went: who still has the content can show
  that it was among them, and nobody can read it out of the ledger.
- Files go after the commit. An interrupted run goes on where it stopped: what is due is asked for anew each time.
- What a case holds is not due, whatever its age.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from skynet.coordinator.content_files import ContentFiles
from skynet.coordinator.metrics import Metrics
from skynet.coordinator.storage.audit_rows import AuditNote, AuditRows
from skynet.coordinator.storage.database import Database
from skynet.coordinator.storage.erasure_rows import Due, ErasureRows
from skynet.coordinator.timestamp import from_ms
from skynet.domain.retention_plan import DataKind, RetentionPlan

BATCH = 200
"""Short transactions: alerts that come in are not kept waiting."""
LOOK_S = 600.0
DAY_MS = 86_400_000
ACTOR = "coordinator:retention"


class Eraser:
    """`files` are the folders of snapshots and clips. Calls block on disk and database."""

    def __init__(
        self, database: Database, files: Mapping[DataKind, ContentFiles], plan: RetentionPlan, metrics: Metrics
    ) -> None:
        self._database = database
        self._files = files
        self._plan = plan
        self._metrics = metrics
        self._looked_at = float("-inf")

    def step(self, now: float) -> float:
        """One batch of each kind; when to be called next, POSIX seconds. A job of `skynet.coordinator.rounds`."""
        if 0 <= now - self._looked_at < LOOK_S:
            return self._looked_at + LOOK_S
        at_ms = int(now * 1000)
        more = [self._erase(kind, at_ms) for kind in DataKind]
        if any([self._remove_files(), *more]):
            return now
        self._looked_at = now
        return now + LOOK_S

    def _erase(self, kind: DataKind, at_ms: int) -> bool:
        """True when there may be more."""
        before_ms = at_ms - self._plan.days(kind) * DAY_MS
        with self._database.writing() as connection:
            erased = _erase_batch(ErasureRows(connection), kind, before_ms, at_ms)
            if erased:
                detail: dict[str, object] = {
                    "count": len(erased),
                    "digest": proof(erased),
                    "stored_before": from_ms(before_ms),
                    "days": self._plan.days(kind),
                }
                AuditRows(connection).append(AuditNote(ACTOR, "retention.erased", kind, None, detail), at_ms)
        self._metrics.erased.labels(kind).inc(len(erased))
        return len(erased) == BATCH

    def _remove_files(self) -> bool:
        with self._database.reading() as connection:
            doomed = ErasureRows(connection).doomed(BATCH)
        for kind, sha256 in doomed:
            with self._database.writing() as connection:
                rows = ErasureRows(connection)
                if not rows.spared(kind, sha256):
                    self._files[kind].remove(sha256)
                rows.gone(kind, sha256)
        return len(doomed) == BATCH


def _erase_batch(rows: ErasureRows, kind: DataKind, before_ms: int, at_ms: int) -> list[Due]:
    match kind:
        case DataKind.EVENTS:
            return rows.erase_events(before_ms, BATCH)
        case DataKind.ALERTS:
            due = rows.due_alerts(before_ms, BATCH)
            rows.erase_alerts([item.key for item in due], at_ms)
        case DataKind.SNAPSHOTS | DataKind.CLIPS:
            due = rows.due_contents(kind, before_ms, BATCH)
            rows.erase_contents(kind, [item.key for item in due], at_ms)
    return due


def proof(erased: Sequence[Due]) -> str:
    """SHA-256 over the sorted lines `key content-hash` of what was deleted, UTF-8."""
    lines = sorted(f"{item.key} {item.sha256}\n" for item in erased)
    return hashlib.sha256("".join(lines).encode()).hexdigest()
