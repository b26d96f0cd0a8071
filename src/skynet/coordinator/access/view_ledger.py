"""Records views in the audit ledger, those that come at once in one commit.

A view is recorded before what was viewed leaves, so a page costs a synced commit. Consoles poll at the same moments;
whoever gets the turn writes down all views that wait by then, and the others find theirs written.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

from skynet.coordinator.storage.audit_rows import AuditNote, AuditRows
from skynet.coordinator.storage.database import BUSY_TIMEOUT_MS, Database, WriteQueueError
from skynet.coordinator.timestamp import now_ms
from skynet.domain.clock import Clock


@dataclass(slots=True, eq=False)
class _View:
    note: AuditNote
    at_ms: int
    written: bool = False


class ViewLedger:
    """Calls block on the database; from any thread."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._lock = threading.Lock()
        self._waiting: list[_View] = []
        self._turn = threading.Lock()

    def record(self, note: AuditNote) -> None:
        """The view is in the ledger, durably, when this returns. Raises as `Database.writing`: the view is not given
        then, whether or not it is recorded."""
        view = _View(note, now_ms(self._clock))
        with self._lock:
            self._waiting.append(view)
        if not self._turn.acquire(timeout=BUSY_TIMEOUT_MS / 1000):
            raise WriteQueueError(f"no turn to record a view for {BUSY_TIMEOUT_MS} ms")
        try:
            if not view.written:
                self._write(view)
        finally:
            self._turn.release()

    def _write(self, mine: _View) -> None:
        with self._lock:
            views, self._waiting = self._waiting, []
        # One whose writer failed is not among those that wait: its own thread tries again for itself.
        if mine not in views:
            views.append(mine)
        with self._database.writing() as connection:
            rows = AuditRows(connection)
            for view in views:
                rows.append(view.note, view.at_ms)
        for view in views:
            view.written = True
