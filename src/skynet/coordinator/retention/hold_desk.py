"""Legal holds: a case keeps alerts, with their pictures, from being deleted."""

from __future__ import annotations

from sqlalchemy import Connection, RowMapping

from skynet.coordinator.access.principal import Principal
from skynet.coordinator.problem import ProblemError, ProblemType
from skynet.coordinator.storage.alert_rows import AlertRows
from skynet.coordinator.storage.audit_rows import AuditRows
from skynet.coordinator.storage.database import Database
from skynet.coordinator.storage.hold_rows import HoldRows
from skynet.coordinator.timestamp import from_ms, now_ms
from skynet.domain.clock import Clock
from skynet.domain.ids import uuid7
from skynet.domain.retention_plan import LegalHold


class HoldDesk:
    """Calls block on the database; every call is one transaction."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def page(self, after: str, limit: int) -> list[dict[str, object]]:
        with self._database.reading() as connection:
            return [_shown(row) for row in HoldRows(connection).page(after, limit)]

    def hold(self, hold: LegalHold, principal: Principal) -> dict[str, object]:
        """Hold from now on. Raises ProblemError: invalid (an alert that is not there)."""
        hold_id, at_ms = str(uuid7(self._clock.wall())), now_ms(self._clock)
        with self._database.writing() as connection:
            _require_alerts(connection, hold)
            HoldRows(connection).add(hold_id, hold, at_ms)
            note = principal.note("hold.placed", f"hold:{hold_id}", hold=hold)
            AuditRows(connection).append(note, at_ms)
            return _shown(_find(connection, hold_id))

    def release(self, hold_id: str, principal: Principal) -> dict[str, object]:
        """Let go: what is over its time is deleted soon. Doing so twice is the same as once. Raises ProblemError:
        not-found."""
        at_ms = now_ms(self._clock)
        with self._database.writing() as connection:
            row = _find(connection, hold_id)
            if row["released_ms"] is None:
                HoldRows(connection).release(hold_id, at_ms)
                AuditRows(connection).append(principal.note("hold.released", f"hold:{hold_id}"), at_ms)
            return _shown(_find(connection, hold_id))


def _require_alerts(connection: Connection, hold: LegalHold) -> None:
    missing = set(hold.alert_ids) - set(AlertRows(connection).contents(hold.alert_ids))
    if missing:
        message = f"no alert has the id '{min(missing)}'" + (f", nor {len(missing) - 1} others" * (len(missing) > 1))
        raise ProblemError(
            ProblemType.INVALID,
            f"alert_ids: {message}",
            members={"errors": [{"field": "alert_ids", "message": message}]},
        )


def _find(connection: Connection, hold_id: str) -> RowMapping:
    row = HoldRows(connection).get(hold_id)
    if row is None:
        raise ProblemError(ProblemType.NOT_FOUND, f"no hold has the id '{hold_id}'; see GET /api/v1/legal-holds")
    return row


def _shown(row: RowMapping) -> dict[str, object]:
    released_ms = row["released_ms"]
    return {
        "id": row["id"],
        "hold": LegalHold.model_validate_json(row["body"]),
        "placed_at": from_ms(row["created_ms"]),
        "released_at": None if released_ms is None else from_ms(released_ms),
    }
