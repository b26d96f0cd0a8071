"""Forgets where units were: whatever is older than the hours that positions are kept, and what makes a trail too long.

It leaves the count in the audit ledger, as every deletion must, and stops at a bound: the next round goes on.
"""

from __future__ import annotations

from skynet.coordinator.metrics import Metrics
from skynet.coordinator.storage.audit_rows import AuditNote, AuditRows
from skynet.coordinator.storage.database import Database
from skynet.coordinator.storage.unit_position_rows import UnitPositionRows
from skynet.domain.clock import Clock

ROUND_S = 60.0
AT_ONCE = 5_000
LONGEST_TRAIL = 20_000
"""Fixes of one unit: more than five hours at one a second."""
ACTOR = "coordinator"


class PositionPurge:
    """Calls block on the database; every call is one transaction."""

    def __init__(self, database: Database, clock: Clock, metrics: Metrics, keep_h: float) -> None:
        self._database = database
        self._clock = clock
        self._metrics = metrics
        self._keep_h = keep_h

    def step(self, now: float) -> float:
        """Delete what is due at `now` (POSIX s), `AT_ONCE` at most; when to come again."""
        at_ms = int(now * 1000)
        before_ms = at_ms - int(self._keep_h * 3_600_000)
        with self._database.reading() as connection:
            rows = UnitPositionRows(connection)
            due = rows.is_due(before_ms, LONGEST_TRAIL)
        if not due:
            return now + ROUND_S
        with self._database.writing() as connection:
            rows = UnitPositionRows(connection)
            old, over = rows.forget_before(before_ms, AT_ONCE), rows.shorten(LONGEST_TRAIL)
            detail: dict[str, object] = {"older_than_h": self._keep_h, "old": old, "over_length": over}
            AuditRows(connection).append(AuditNote(ACTOR, "positions.forgotten", "units", None, detail), at_ms)
        self._metrics.unit_positions.labels("forgotten").inc(old + over)
        return now if old >= AT_ONCE else now + ROUND_S
