"""The repository of legal holds."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, RowMapping, exists, insert, select, update

from skynet.coordinator.storage.tables import alerts, held_alerts, held_spans, legal_holds
from skynet.coordinator.timestamp import to_ms
from skynet.coordinator.wire import dumps
from skynet.domain.retention_plan import LegalHold


def held() -> ColumnElement[bool]:
    """Whether a row of `alerts` in the query around this is held by a case that has not let go of it."""
    standing = legal_holds.c.released_ms.is_(None)
    by_id = exists().where(held_alerts.c.alert_id == alerts.c.id, held_alerts.c.hold_id == legal_holds.c.id, standing)
    by_span = exists().where(
        held_spans.c.camera_id == alerts.c.camera_id,
        held_spans.c.since_ms <= alerts.c.occurred_ms,
        held_spans.c.until_ms > alerts.c.occurred_ms,
        held_spans.c.hold_id == legal_holds.c.id,
        standing,
    )
    return by_id.correlate(alerts) | by_span.correlate(alerts)


class HoldRows:
    """Legal holds in the transaction of `connection`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, hold_id: str) -> RowMapping | None:
        query = select(legal_holds).where(legal_holds.c.id == hold_id)
        return self._connection.execute(query).mappings().one_or_none()

    def page(self, after: str, limit: int) -> Sequence[RowMapping]:
        """At most `limit` holds with ids behind `after`, by id: the order in which they were made."""
        query = select(legal_holds).where(legal_holds.c.id > after).order_by(legal_holds.c.id).limit(limit)
        return self._connection.execute(query).mappings().all()

    def add(self, hold_id: str, hold: LegalHold, at_ms: int) -> None:
        self._connection.execute(insert(legal_holds).values(id=hold_id, body=dumps(hold), created_ms=at_ms))
        if hold.alert_ids:
            rows = [{"hold_id": hold_id, "alert_id": str(alert_id)} for alert_id in dict.fromkeys(hold.alert_ids)]
            self._connection.execute(insert(held_alerts), rows)
        if hold.spans:
            spans = [
                {
                    "hold_id": hold_id,
                    "number": number,
                    "camera_id": span.camera_id,
                    "since_ms": to_ms(span.since),
                    "until_ms": to_ms(span.until),
                }
                for number, span in enumerate(hold.spans)
            ]
            self._connection.execute(insert(held_spans), spans)

    def release(self, hold_id: str, at_ms: int) -> None:
        query = update(legal_holds).where(legal_holds.c.id == hold_id).values(released_ms=at_ms)
        self._connection.execute(query)
