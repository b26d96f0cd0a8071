"""Sending units to alerts, and the steps that follow.

A unit has one open assignment at most, and its status follows it. Who sends a unit says which version of it they have
seen: of two dispatchers at once, one is told that the other was faster.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection

from skynet.coordinator.access.principal import Principal
from skynet.coordinator.alerts.alert_cycle import follow_units
from skynet.coordinator.dispatch.placed_alert import PlacedAlert, find_placed
from skynet.coordinator.dispatch.unit_book import (
    find_in_service,
    find_unit,
    keep_unit,
    require_free,
    tell_of_unit,
    with_status,
)
from skynet.coordinator.feeds.commit_signal import CommitSignal
from skynet.coordinator.precondition import require_version
from skynet.coordinator.problem import ProblemError, ProblemType
from skynet.coordinator.storage.audit_rows import AuditRows
from skynet.coordinator.storage.database import Database
from skynet.coordinator.storage.event_rows import Event, EventRows
from skynet.coordinator.storage.unit_assignment_rows import UnitAssignment, UnitAssignmentRows
from skynet.coordinator.storage.unit_rows import UnitRecord
from skynet.coordinator.timestamp import now_ms
from skynet.domain.alert_cycle import AlertState
from skynet.domain.clock import Clock
from skynet.domain.event_type import EventType
from skynet.domain.ids import uuid7
from skynet.domain.patrol_unit import UnitStatus
from skynet.domain.unit_assignment import STATE_AFTER, AssignmentState, UnitStep


class Sending:
    """Calls block on the database; every call is one transaction."""

    def __init__(self, database: Database, clock: Clock, signal: CommitSignal) -> None:
        self._database = database
        self._clock = clock
        self._signal = signal

    def send(
        self, unit_id: str, alert_id: UUID, note: str | None, if_match: str | None, principal: Principal
    ) -> UnitAssignment:
        """Send a unit to an alert.

        Raises ProblemError: not-found, precondition-required, stale-version, state-conflict (the unit is not available,
        nobody has the alert in hand yet, or its plate hit is not confirmed).
        """
        at_ms = now_ms(self._clock)
        with self._database.writing() as connection:
            unit = find_in_service(connection, unit_id, principal)
            placed = find_placed(connection, alert_id, principal)
            require_version(if_match, unit.version, f"/api/v1/units/{unit_id}")
            require_free(connection, unit_id)
            if unit.status is not UnitStatus.AVAILABLE:
                raise ProblemError(ProblemType.STATE_CONFLICT, f"the unit is {unit.status}; send one that is available")
            require_dispatchable(placed)
            changed = with_status(unit, UnitStatus.ASSIGNED, at_ms)
            keep_unit(connection, changed)
            sent = UnitAssignmentRows(connection).add(
                UnitAssignment(
                    id=str(uuid7(self._clock.wall())),
                    unit_id=unit_id,
                    alert_id=str(alert_id),
                    state=AssignmentState.ASSIGNED,
                    version=1,
                    seq=0,
                    target=placed.position,
                    assigned_ms=at_ms,
                    assigned_by=principal.actor,
                    changed_ms=at_ms,
                    note=note,
                )
            )
            tell_of_unit(connection, changed)
            _tell(connection, sent, unit.unit.area, principal)
            follow_units(connection, alert_id, principal, at_ms)
        self._signal.fire()
        return sent

    def withdraw(self, unit_id: str, alert_id: UUID, note: str | None, principal: Principal) -> UnitAssignment:
        """Call a unit back. Raises ProblemError: not-found, state-conflict (it has ended already)."""
        with self._database.writing() as connection:
            unit = find_unit(connection, unit_id, principal)
            known = find_assignment(connection, unit_id, alert_id)
            if not known.state.is_open:
                raise _ended(known)
            moved = self._move(connection, unit, known, AssignmentState.WITHDRAWN, note, principal)
        self._signal.fire()
        return moved

    def step(
        self, unit_id: str, alert_id: UUID, step: UnitStep, note: str | None, principal: Principal
    ) -> UnitAssignment:
        """What the unit says of its assignment; saying again what is so already changes nothing.

        Raises ProblemError: not-found, state-conflict (the step does not follow).
        """
        with self._database.writing() as connection:
            unit = find_unit(connection, unit_id, principal)
            known = find_assignment(connection, unit_id, alert_id)
            if known.state is STATE_AFTER[step]:
                return known
            if not known.state.allows(step):
                raise _ended(known) if not known.state.is_open else _not_from(known, step)
            moved = self._move(connection, unit, known, STATE_AFTER[step], note, principal)
        self._signal.fire()
        return moved

    def _move(
        self,
        connection: Connection,
        unit: UnitRecord,
        known: UnitAssignment,
        state: AssignmentState,
        note: str | None,
        principal: Principal,
    ) -> UnitAssignment:
        at_ms = now_ms(self._clock)
        settled = settle_status(connection, unit, state, at_ms)
        return move_assignment(connection, unit, settled, known, state, note, principal, at_ms)


def settle_status(connection: Connection, unit: UnitRecord, state: AssignmentState, at_ms: int) -> UnitRecord | None:
    """Bring the unit into the status of its assignment's next state; None when it is in that already.

    Every transaction changes units before it takes numbers of a sequence, so that no two wait for each other.
    """
    if unit.status is state.unit_status:
        return None
    changed = with_status(unit, state.unit_status, at_ms)
    keep_unit(connection, changed)
    return changed


def move_assignment(
    connection: Connection,
    unit: UnitRecord,
    settled: UnitRecord | None,
    known: UnitAssignment,
    state: AssignmentState,
    note: str | None,
    principal: Principal,
    at_ms: int,
    **detail: object,
) -> UnitAssignment:
    """Bring an assignment into another state, after `settle_status`; told and recorded with `detail`.

    Raises ProblemError: stale-version when somebody was faster.
    """
    moved = UnitAssignmentRows(connection).move(known, state, at_ms, note)
    if moved is None:
        raise ProblemError(
            ProblemType.STALE_VERSION,
            f"somebody else has just moved the assignment; see GET /api/v1/units/{known.unit_id}/assignments",
        )
    if settled is not None:
        tell_of_unit(connection, settled)
    _tell(connection, moved, unit.unit.area, principal, **detail)
    follow_units(connection, UUID(moved.alert_id), principal, at_ms)
    return moved


def find_assignment(connection: Connection, unit_id: str, alert_id: UUID) -> UnitAssignment:
    """The last time that the unit was sent to the alert. Raises ProblemError: not-found."""
    found = UnitAssignmentRows(connection).newest(unit_id, str(alert_id))
    if found is None:
        raise ProblemError(
            ProblemType.NOT_FOUND,
            f"unit '{unit_id}' was never sent to alert {alert_id}; see GET /api/v1/units/{unit_id}/assignments",
        )
    return found


def require_dispatchable(placed: PlacedAlert) -> None:
    """Nobody is sent to an alert that nobody has looked at, nor after a vehicle that a person has not confirmed.

    Raises ProblemError: state-conflict.
    """
    if placed.row["state"] == AlertState.NEW:
        raise ProblemError(ProblemType.STATE_CONFLICT, "nobody has the alert in hand; acknowledge it, then send a unit")
    if AlertState(placed.row["state"]).is_over:
        raise ProblemError(ProblemType.STATE_CONFLICT, f"the alert is {placed.row['state']}; reopen it first")
    hit = placed.alert.hit
    if hit is not None and not hit.may_dispatch(confirmed=bool(placed.row["confirmed"])):
        raise ProblemError(
            ProblemType.STATE_CONFLICT,
            f"the plate is a possible hit only ({hit.explanation}); a person must confirm it before anybody is sent",
        )


def _tell(connection: Connection, moved: UnitAssignment, area: str, principal: Principal, **detail: object) -> None:
    data: dict[str, object] = {"unit_id": moved.unit_id, "alert_id": moved.alert_id, "state": moved.state}
    event = Event(EventType.ASSIGNMENT_CHANGED, f"assignment:{moved.id}", area, data | {"version": moved.version})
    EventRows(connection).append([event], moved.changed_ms)
    said: dict[str, object] = {"assignment": moved.id, "unit": moved.unit_id, "note": moved.note}
    action = f"assignment.{moved.state.replace('_', '-')}"
    note = principal.note(action, f"alert:{moved.alert_id}", **said, **detail)
    AuditRows(connection).append(note, moved.changed_ms)


def _ended(known: UnitAssignment) -> ProblemError:
    return ProblemError(
        ProblemType.STATE_CONFLICT,
        f"this assignment is {known.state}; nothing follows",
        members={"state": known.state},
    )


def _not_from(known: UnitAssignment, step: UnitStep) -> ProblemError:
    return ProblemError(
        ProblemType.STATE_CONFLICT,
        f"'{step}' does not follow '{known.state}'; see GET /api/v1/units/{known.unit_id}/assignments",
        members={"state": known.state},
    )
