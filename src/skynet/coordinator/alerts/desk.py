"""One alert in front of one person: opening it and acknowledging it."""

from __future__ import annotations

from uuid import UUID

from skynet.coordinator.access.principal import Principal
from skynet.coordinator.alerts.stored_alert import StoredAlert
from skynet.coordinator.feeds.commit_signal import CommitSignal
from skynet.coordinator.precondition import tag_matches
from skynet.coordinator.problem import ProblemError, ProblemType
from skynet.coordinator.storage.alert_rows import AlertRows
from skynet.coordinator.storage.audit_rows import AuditRows
from skynet.coordinator.storage.database import Database
from skynet.coordinator.storage.event_rows import Event, EventRows
from skynet.coordinator.timestamp import from_ms, now_ms, rfc3339
from skynet.domain.alert import AlertState
from skynet.domain.clock import Clock
from skynet.domain.event_type import EventType


class AlertDesk:
    """Calls block on the database. What a call returns is in the audit ledger already."""

    def __init__(self, database: Database, clock: Clock, signal: CommitSignal) -> None:
        self._database = database
        self._clock = clock
        self._signal = signal

    def open(self, alert_id: UUID, principal: Principal) -> StoredAlert:
        """The alert, its view recorded. Raises ProblemError: not-found."""
        with self._database.writing() as connection:
            found = _find(AlertRows(connection), alert_id, principal)
            AuditRows(connection).append(principal.note("alert.opened", f"alert:{alert_id}"), now_ms(self._clock))
        return found

    def acknowledge(
        self, alert_id: UUID, if_match: str | None, operator: str, note: str | None, principal: Principal
    ) -> StoredAlert:
        """Say that `operator` has the alert in hand.

        An alert that is acknowledged already is told as such (409) before its version is looked at: whoever comes
        second needs to know who was first, not that a number has changed (RFC 9110 §13.2.1 allows the order).
        Raises ProblemError: not-found, already-acknowledged, precondition-required, stale-version.
        """
        with self._database.writing() as connection:
            rows = AlertRows(connection)
            found = _find(rows, alert_id, principal)
            if if_match is None:
                raise ProblemError(
                    ProblemType.PRECONDITION_REQUIRED,
                    f"send 'If-Match: ETAG' with the ETag that GET /api/v1/alerts/{alert_id} gives",
                )
            _require_new(found)
            if not tag_matches(if_match, found.etag):
                raise ProblemError(
                    ProblemType.STALE_VERSION,
                    f"the alert is at {found.etag}, If-Match says {if_match[:80]}; read it again, then decide",
                    headers={"ETag": found.etag},
                )
            at_ms = now_ms(self._clock)
            rows.acknowledge(alert_id, at_ms, operator, note)
            AuditRows(connection).append(
                principal.note("alert.acknowledged", f"alert:{alert_id}", operator=operator, note=note), at_ms
            )
            changed = _find(rows, alert_id, principal)
            data: dict[str, object] = {"state": changed.row["state"], "version": changed.version}
            event = Event(EventType.ALERT_CHANGED, f"alert:{alert_id}", changed.row["area"], data)
            EventRows(connection).append([event], at_ms)
        self._signal.fire()
        return changed


def _find(rows: AlertRows, alert_id: UUID, principal: Principal) -> StoredAlert:
    row = rows.get(alert_id)
    if row is None or not principal.sees(row["area"]):
        raise ProblemError(ProblemType.NOT_FOUND, f"no alert has the id '{alert_id}'; see GET /api/v1/alerts")
    return StoredAlert(row)


def _require_new(found: StoredAlert) -> None:
    if found.row["state"] != AlertState.ACKNOWLEDGED:
        return
    by, at = found.row["acknowledged_by"], rfc3339(from_ms(found.row["acknowledged_ms"]))
    raise ProblemError(
        ProblemType.ALREADY_ACKNOWLEDGED,
        f"{by} acknowledged the alert at {at}; nothing is left to do",
        headers={"ETag": found.etag},
        members={"acknowledged_by": by, "acknowledged_at": at},
    )
