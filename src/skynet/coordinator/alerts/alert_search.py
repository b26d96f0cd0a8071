"""Finding an alert for somebody who may see it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection

from skynet.coordinator.access.principal import Principal
from skynet.coordinator.alerts.stored_alert import StoredAlert
from skynet.coordinator.problem import ProblemError, ProblemType
from skynet.coordinator.storage.alert_rows import AlertRows


def find_alert(connection: Connection, alert_id: UUID, principal: Principal) -> StoredAlert:
    """Raises ProblemError: not-found, also for an alert outside the principal's areas."""
    row = AlertRows(connection).get(alert_id)
    if row is None or not principal.sees(row["area"]):
        raise ProblemError(ProblemType.NOT_FOUND, f"no alert has the id '{alert_id}'; see GET /api/v1/alerts")
    return StoredAlert(row)
