"""The repository of incidents: alerts that tell of one and the same thing."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping, exists, insert, select, update

from skynet.coordinator.storage.area_clause import within
from skynet.coordinator.storage.tables import alerts, incidents


class IncidentRows:
    """Incidents in the transaction of `connection`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def open(self, incident_id: str, at_ms: int) -> None:
        self._connection.execute(insert(incidents).values(id=incident_id, opened_ms=at_ms))

    def join(self, alert_id: str, incident_id: str | None) -> None:
        """Put an alert into an incident, with None take it out of the one it is in."""
        self._connection.execute(update(alerts).where(alerts.c.id == alert_id).values(incident_id=incident_id))

    def members(self, incident_id: str) -> Sequence[RowMapping]:
        """`id`, `area` and `state` of its alerts, the first first."""
        query = select(alerts.c.id, alerts.c.area, alerts.c.state).where(alerts.c.incident_id == incident_id)
        return self._connection.execute(query.order_by(alerts.c.seq)).mappings().all()

    def get(self, incident_id: str) -> RowMapping | None:
        query = select(incidents).where(incidents.c.id == incident_id)
        return self._connection.execute(query).mappings().one_or_none()

    def page(self, after: str, areas: Sequence[str], limit: int) -> Sequence[RowMapping]:
        """At most `limit` incidents with ids behind `after` that have an alert in `areas`, in the order of opening."""
        seen = exists().where(alerts.c.incident_id == incidents.c.id, within(alerts.c.area, areas))
        query = select(incidents).where(incidents.c.id > after, seen).order_by(incidents.c.id).limit(limit)
        return self._connection.execute(query).mappings().all()
