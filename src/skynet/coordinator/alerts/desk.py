"""One alert in front of one person."""

from __future__ import annotations

from uuid import UUID

from skynet.coordinator.access.principal import Principal
from skynet.coordinator.alerts.alert_search import find_alert
from skynet.coordinator.alerts.stored_alert import StoredAlert
from skynet.coordinator.storage.audit_rows import AuditRows
from skynet.coordinator.storage.database import Database
from skynet.coordinator.timestamp import now_ms
from skynet.domain.clock import Clock


class AlertDesk:
    """Calls block on the database. What a call returns is in the audit ledger already."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def open(self, alert_id: UUID, principal: Principal) -> StoredAlert:
        """The alert, its view recorded. Raises ProblemError: not-found."""
        with self._database.writing() as connection:
            found = find_alert(connection, alert_id, principal)
            AuditRows(connection).append(principal.note("alert.opened", f"alert:{alert_id}"), now_ms(self._clock))
        return found
