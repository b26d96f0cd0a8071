"""What a unit says of itself: that it goes on or off duty, that it is free, busy or out of reach."""

from __future__ import annotations

from dataclasses import replace

from skynet.coordinator.access.principal import Principal
from skynet.coordinator.dispatch.unit_book import find_in_service, keep_unit, require_free, tell_of_unit, with_status
from skynet.coordinator.dispatch.unit_view import UnitView
from skynet.coordinator.feeds.commit_signal import CommitSignal
from skynet.coordinator.problem import ProblemError, ProblemType
from skynet.coordinator.storage.audit_rows import AuditRows
from skynet.coordinator.storage.database import Database
from skynet.coordinator.timestamp import now_ms
from skynet.domain.clock import Clock
from skynet.domain.patrol_unit import UnitStatus


class ShiftDesk:
    """Calls block on the database; every call is one transaction. Saying again what is so already changes nothing."""

    def __init__(self, database: Database, clock: Clock, signal: CommitSignal, stale_after_s: float) -> None:
        self._database = database
        self._clock = clock
        self._signal = signal
        self._view = UnitView(stale_after_s)

    def set_status(self, unit_id: str, status: UnitStatus, principal: Principal) -> dict[str, object]:
        """Put a unit into a status of its own: off_duty signs it off, any other signs it on if it was off.

        Raises ProblemError: not-found, state-conflict (retired, or sent somewhere: then the steps of the assignment
        say what it does).
        """
        at_ms = now_ms(self._clock)
        with self._database.writing() as connection:
            known = record = find_in_service(connection, unit_id, principal)
            if status is not known.status:
                require_free(connection, unit_id)
                record = with_status(known, status, at_ms)
                action = "unit.status-changed"
                if status is UnitStatus.OFF_DUTY:
                    record, action = replace(record, signed_on_ms=None), "unit.signed-off"
                elif known.status is UnitStatus.OFF_DUTY:
                    record, action = replace(record, signed_on_ms=at_ms), "unit.signed-on"
                keep_unit(connection, record)
                tell_of_unit(connection, record)
                note = principal.note(
                    action, f"unit:{unit_id}", status=status, before=known.status, version=record.version
                )
                AuditRows(connection).append(note, at_ms)
            (shown,) = self._view.several(connection, [record], at_ms)
        if record is not known:
            self._signal.fire()
        return shown


OWN_STATUSES = (UnitStatus.OFF_DUTY, UnitStatus.AVAILABLE, UnitStatus.BUSY, UnitStatus.OUT_OF_REACH)


def own_status(status: UnitStatus) -> UnitStatus:
    """`status`, if a unit may set it. Raises ProblemError: invalid."""
    if status in OWN_STATUSES:
        return status
    message = f"'{status}' comes with the steps of an assignment; say one of {', '.join(OWN_STATUSES)}"
    raise ProblemError(
        ProblemType.INVALID, f"status: {message}", members={"errors": [{"field": "status", "message": message}]}
    )
