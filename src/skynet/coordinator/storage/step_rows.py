"""The repository of the steps of alerts: what was done to each, by whom and when, in order. Never changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, RowMapping, func, insert, select

from skynet.coordinator.storage.tables import alert_steps as table

NOTE = "note"
ESCALATED = "escalated"
UNITS = "units"
"""Steps that are no person's decision on the alert: a note, a deadline that passed, a unit that came farther."""


@dataclass(frozen=True, slots=True)
class TakenStep:
    """`step` is an AlertStep or one of the words above; `state` the alert's state after it; `actor` as the audit ledger
    names whoever did it, `operator` as they say that they are called."""

    step: str
    state: str
    at_ms: int
    actor: str
    operator: str | None = None
    reason: str | None = None
    note: str | None = None


class StepRows:
    """Steps in the transaction of `connection`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def append(self, alert_id: str, taken: TakenStep) -> int:
        """Keep a step behind the alert's others; its number."""
        last = select(func.max(table.c.number)).where(table.c.alert_id == alert_id)
        number = int(self._connection.execute(last).scalar_one() or 0) + 1
        self._connection.execute(insert(table).values(alert_id=alert_id, number=number, **asdict(taken)))
        return number

    def of(self, alert_id: str, after: int, limit: int) -> Sequence[RowMapping]:
        """At most `limit` of the alert's steps with numbers above `after`."""
        query = select(table).where(table.c.alert_id == alert_id, table.c.number > after)
        return self._connection.execute(query.order_by(table.c.number).limit(limit)).mappings().all()
