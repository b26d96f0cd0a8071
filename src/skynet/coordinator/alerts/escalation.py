"""Escalates alerts whose deadlines pass: unanswered, or answered and never closed.

When the next deadline passes is kept with each alert, and moved on in the transaction that escalates it. So nothing
escalates twice for the same deadline: not after a restart, not by another coordinator, not when the clock steps back.
"""

from __future__ import annotations

from sqlalchemy import Connection, RowMapping

from skynet.coordinator.feeds.commit_signal import CommitSignal
from skynet.coordinator.metrics import Metrics
from skynet.coordinator.storage.alert_rows import AlertRows
from skynet.coordinator.storage.audit_rows import AuditNote, AuditRows
from skynet.coordinator.storage.database import Database
from skynet.coordinator.storage.event_rows import Event, EventRows
from skynet.coordinator.storage.step_rows import ESCALATED, StepRows, TakenStep
from skynet.domain.alert_cycle import DEADLINES, MAX_LEVEL
from skynet.domain.event_type import EventType
from skynet.domain.severity import Severity

BATCH = 200
LOOK_S = 5.0
ACTOR = "coordinator:escalation"


class Escalation:
    """A job of `skynet.coordinator.rounds`."""

    def __init__(self, database: Database, signal: CommitSignal, metrics: Metrics) -> None:
        self._database = database
        self._signal = signal
        self._metrics = metrics

    def step(self, now: float) -> float:
        """Escalate what is due at `now` (POSIX seconds), a batch at most; when to be called next."""
        at_ms = int(now * 1000)
        with self._database.reading() as connection:
            if not AlertRows(connection).overdue(at_ms, 1):
                return now + LOOK_S
        with self._database.writing() as connection:
            due = AlertRows(connection).overdue(at_ms, BATCH)
            missed = [_escalate(connection, row, at_ms) for row in due]
        if due:
            self._signal.fire()
        for deadline in missed:
            self._metrics.escalations.labels(deadline).inc()
        return now if len(due) == BATCH else now + LOOK_S


def _escalate(connection: Connection, row: RowMapping, at_ms: int) -> str:
    """Which deadline has passed: `answer` or `close`."""
    deadlines = DEADLINES[Severity(row["severity"])]
    level = int(row["escalation"]) + 1
    answer, close = row["answer_due_ms"], row["close_due_ms"]
    missed = "answer" if answer is not None and answer <= at_ms else "close"
    if missed == "answer":
        answer = at_ms + int(deadlines.answer_s * 1000) if level < MAX_LEVEL else None
    else:
        close = at_ms + int(deadlines.close_s * 1000) if level < MAX_LEVEL else None
    AlertRows(connection).escalate(row["id"], level, answer, close)
    StepRows(connection).append(row["id"], TakenStep(ESCALATED, row["state"], at_ms, ACTOR, None, missed))
    data: dict[str, object] = {"level": level, "missed": missed, "severity": row["severity"], "state": row["state"]}
    event = Event(EventType.ALERT_ESCALATED, f"alert:{row['id']}", row["area"], data)
    EventRows(connection).append([event], at_ms)
    note = AuditNote(ACTOR, "alert.escalated", f"alert:{row['id']}", None, {"level": level, "missed": missed})
    AuditRows(connection).append(note, at_ms)
    return missed
