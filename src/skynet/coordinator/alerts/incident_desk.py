"""Incidents in front of people: seeing them, and merging and splitting by hand."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection

from skynet.coordinator.access.principal import Principal
from skynet.coordinator.alerts.alert_search import find_alert
from skynet.coordinator.alerts.incident_merge import tell_of_incident
from skynet.coordinator.feeds.commit_signal import CommitSignal
from skynet.coordinator.problem import ProblemError, ProblemType
from skynet.coordinator.storage.audit_rows import AuditRows
from skynet.coordinator.storage.database import Database
from skynet.coordinator.storage.incident_rows import IncidentRows
from skynet.coordinator.timestamp import from_ms, now_ms
from skynet.domain.clock import Clock
from skynet.domain.ids import uuid7


class IncidentDesk:
    """Calls block on the database; every call is one transaction."""

    def __init__(self, database: Database, clock: Clock, signal: CommitSignal) -> None:
        self._database = database
        self._clock = clock
        self._signal = signal

    def page(self, after: str, limit: int, principal: Principal) -> list[dict[str, object]]:
        """Incidents in the order in which they were opened, with the ids of those alerts that the principal may see."""
        with self._database.reading() as connection:
            rows = IncidentRows(connection).page(after, principal.areas, limit)
            return [_shown(connection, row["id"], row["opened_ms"], principal) for row in rows]

    def open(self, incident_id: UUID, principal: Principal) -> dict[str, object]:
        """The incident with its alerts as they are now; the view is recorded. Raises ProblemError: not-found."""
        with self._database.writing() as connection:
            shown = _find(connection, str(incident_id), principal)
            alerts = [find_alert(connection, UUID(str(one)), principal) for one in _ids(shown)]
            note = principal.note("incident.opened", f"incident:{incident_id}", alerts=shown["alert_ids"])
            AuditRows(connection).append(note, now_ms(self._clock))
        return shown | {"alerts": [one.wire() for one in alerts]}

    def merge(self, alert_ids: Sequence[UUID], principal: Principal) -> dict[str, object]:
        """Put alerts, and the incidents that they are in, into one incident. Raises ProblemError: not-found."""
        at_ms = now_ms(self._clock)
        with self._database.writing() as connection:
            rows = IncidentRows(connection)
            found = [find_alert(connection, alert_id, principal) for alert_id in dict.fromkeys(alert_ids)]
            known = sorted({one.row["incident_id"] for one in found if one.row["incident_id"] is not None})
            incident_id = known[0] if known else str(uuid7(self._clock.wall()))
            if not known:
                rows.open(incident_id, at_ms)
            moving = [str(one.row["id"]) for one in found]
            moving += [member["id"] for other in known[1:] for member in rows.members(other)]
            for alert_id in dict.fromkeys(moving):
                rows.join(alert_id, incident_id)
            tell_of_incident(connection, incident_id, at_ms)
            note = principal.note("incident.merged", f"incident:{incident_id}", alerts=moving, incidents=known)
            AuditRows(connection).append(note, at_ms)
            shown = _find(connection, incident_id, principal)
        self._signal.fire()
        return shown

    def split(self, incident_id: UUID, alert_id: UUID, principal: Principal) -> None:
        """Take an alert out of an incident. Raises ProblemError: not-found, state-conflict (it is in another one)."""
        at_ms = now_ms(self._clock)
        with self._database.writing() as connection:
            _find(connection, str(incident_id), principal)
            found = find_alert(connection, alert_id, principal)
            if found.row["incident_id"] != str(incident_id):
                raise ProblemError(ProblemType.STATE_CONFLICT, f"alert {alert_id} is not in this incident")
            IncidentRows(connection).join(str(alert_id), None)
            tell_of_incident(connection, str(incident_id), at_ms)
            note = principal.note("incident.split", f"incident:{incident_id}", alert=str(alert_id))
            AuditRows(connection).append(note, at_ms)
        self._signal.fire()


def _find(connection: Connection, incident_id: str, principal: Principal) -> dict[str, object]:
    row = IncidentRows(connection).get(incident_id)
    shown = None if row is None else _shown(connection, row["id"], row["opened_ms"], principal)
    if shown is None or not shown["alert_ids"]:
        raise ProblemError(ProblemType.NOT_FOUND, f"no incident has the id '{incident_id}'; see GET /api/v1/incidents")
    return shown


def _shown(connection: Connection, incident_id: str, opened_ms: int, principal: Principal) -> dict[str, object]:
    members = IncidentRows(connection).members(incident_id)
    seen = [one for one in members if principal.sees(one["area"])]
    states = sorted({one["state"] for one in seen})
    return {
        "id": incident_id,
        "opened_at": from_ms(opened_ms),
        "alert_ids": [one["id"] for one in seen],
        "states": states,
    }


def _ids(shown: dict[str, object]) -> list[object]:
    ids = shown["alert_ids"]
    return ids if isinstance(ids, list) else []
