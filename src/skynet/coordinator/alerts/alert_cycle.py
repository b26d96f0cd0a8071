"""Takes alerts through their life: one step by one person at a time, recorded by whom and when.

Who takes a step says which version of the alert they have seen; of two at once, one is told that the other was faster.
A step on an alert of an incident is a step on the incident: it is taken by all of its alerts that can take it.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from skynet.coordinator.access.principal import Principal
from skynet.coordinator.alerts.alert_search import find_alert
from skynet.coordinator.alerts.stored_alert import StoredAlert
from skynet.coordinator.feeds.commit_signal import CommitSignal
from skynet.coordinator.precondition import require_version
from skynet.coordinator.problem import ProblemError, ProblemType
from skynet.coordinator.storage.alert_rows import AlertRows
from skynet.coordinator.storage.audit_rows import AuditRows
from skynet.coordinator.storage.database import Database
from skynet.coordinator.storage.event_rows import Event, EventRows
from skynet.coordinator.storage.incident_rows import IncidentRows
from skynet.coordinator.storage.step_rows import NOTE, UNITS, StepRows, TakenStep
from skynet.coordinator.storage.unit_assignment_rows import UnitAssignmentRows
from skynet.coordinator.timestamp import from_ms, now_ms, rfc3339
from skynet.domain.alert_cycle import (
    ACTIVE,
    DEADLINES,
    FROM,
    AlertState,
    AlertStep,
    Disposition,
    RejectReason,
    after,
    following,
)
from skynet.domain.clock import Clock
from skynet.domain.event_type import EventType
from skynet.domain.severity import Severity

OF_INCIDENTS = (AlertStep.ACKNOWLEDGE, AlertStep.REJECT, AlertStep.CLOSE, AlertStep.REOPEN)
"""Steps on the incident as a whole. Whether a plate is the listed one is asked of each alert."""
_DONE = {
    AlertStep.ACKNOWLEDGE: "acknowledged",
    AlertStep.CONFIRM: "confirmed",
    AlertStep.REFUTE: "refuted",
    AlertStep.REJECT: "rejected",
    AlertStep.CLOSE: "closed",
    AlertStep.REOPEN: "reopened",
}


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody does to an alert. `reason` is why it is rejected, or how it ended."""

    step: AlertStep
    operator: str
    reason: RejectReason | Disposition | None = None
    note: str | None = None


class AlertCycle:
    """Calls block on the database; every call is one transaction."""

    def __init__(self, database: Database, clock: Clock, signal: CommitSignal) -> None:
        self._database = database
        self._clock = clock
        self._signal = signal

    def take(self, alert_id: UUID, said: Said, if_match: str | None, principal: Principal) -> StoredAlert:
        """Take a step.

        Somebody who comes second is told who was first before the version is looked at: that is what they need to
        know, not that a number has changed (RFC 9110 §13.2.1 allows the order).
        Raises ProblemError: not-found, precondition-required, already-acknowledged, state-conflict, stale-version.
        """
        at_ms = now_ms(self._clock)
        with self._database.writing() as connection:
            found = find_alert(connection, alert_id, principal)
            if if_match is not None:
                _require_step(connection, found, said.step)
            require_version(if_match, found.version, f"/api/v1/alerts/{alert_id}")
            for one in _moving(connection, found, said.step, principal):
                _take(connection, one, said, principal, at_ms)
            changed = find_alert(connection, alert_id, principal)
        self._signal.fire()
        return changed

    def note(self, alert_id: UUID, operator: str, text: str, principal: Principal) -> dict[str, object]:
        """Add a note to the alert's history. Raises ProblemError: not-found."""
        at_ms = now_ms(self._clock)
        with self._database.writing() as connection:
            found = find_alert(connection, alert_id, principal)
            taken = TakenStep(NOTE, found.row["state"], at_ms, principal.actor, operator, None, text)
            number = StepRows(connection).append(str(alert_id), taken)
            _tell(connection, found, at_ms, step=NOTE)
            noted = principal.note("alert.noted", f"alert:{alert_id}", operator=operator, note=text)
            AuditRows(connection).append(noted, at_ms)
        self._signal.fire()
        return {"number": number, "at": from_ms(at_ms), "operator": operator, "note": text}

    def history(self, alert_id: UUID, after_number: int, limit: int, principal: Principal) -> list[dict[str, object]]:
        """What was done to the alert, in order; the view is recorded. Raises ProblemError: not-found."""
        with self._database.writing() as connection:
            find_alert(connection, alert_id, principal)
            rows = StepRows(connection).of(str(alert_id), after_number, limit)
            note = principal.note("alert.history_read", f"alert:{alert_id}")
            AuditRows(connection).append(note, now_ms(self._clock))
        names = ("number", "step", "state", "operator", "reason", "note")
        return [{"at": from_ms(row["at_ms"]), **{name: row[name] for name in names}} for row in rows]


def follow_units(connection: Connection, alert_id: UUID, principal: Principal, at_ms: int) -> None:
    """Bring the alert into the state of those of its units that have come farthest, in the transaction that moved them.

    An alert that is over stays so: a unit may end its assignment after a dispatcher has closed the alert.
    """
    row = AlertRows(connection).get(alert_id)
    if row is None or row["state"] not in ACTIVE:
        return
    assigned = UnitAssignmentRows(connection).of_alert(str(alert_id))
    units = tuple(AlertState(one.state) for one in assigned if one.state.is_open)
    state = following(units, AlertState(row["state"]))
    if state == row["state"]:
        return
    AlertRows(connection).change(str(alert_id), state=state)
    StepRows(connection).append(str(alert_id), TakenStep(UNITS, state, at_ms, principal.actor))
    changed = AlertRows(connection).get(alert_id)
    if changed is not None:
        _tell(connection, StoredAlert(changed), at_ms, step=UNITS)


def inherit(connection: Connection, alert_id: UUID, operator: str, actor: str, at_ms: int) -> None:
    """A new alert of an incident that is in somebody's hand is in that hand, too."""
    AlertRows(connection).change(
        str(alert_id),
        state=AlertState.ACKNOWLEDGED,
        acknowledged_ms=at_ms,
        acknowledged_by=operator,
        answer_due_ms=None,
    )
    taken = TakenStep(AlertStep.ACKNOWLEDGE, AlertState.ACKNOWLEDGED, at_ms, actor, operator, None, None)
    StepRows(connection).append(str(alert_id), taken)
    changed = AlertRows(connection).get(alert_id)
    if changed is not None:
        _tell(connection, StoredAlert(changed), at_ms, step=AlertStep.ACKNOWLEDGE)


def _moving(connection: Connection, found: StoredAlert, step: AlertStep, principal: Principal) -> list[StoredAlert]:
    """The alert, and those of its incident that go with it: within the principal's areas, and able to take the step."""
    incident_id = found.row["incident_id"]
    if incident_id is None or step not in OF_INCIDENTS:
        return [found]
    moving = [found]
    for member in IncidentRows(connection).members(incident_id):
        if member["id"] == found.row["id"] or after(AlertState(member["state"]), step) is None:
            continue
        try:
            other = find_alert(connection, UUID(member["id"]), principal)
        except ProblemError:
            continue  # outside the areas: another's to decide
        if step is not AlertStep.CLOSE or not _units_of(connection, other):
            moving.append(other)
    return moving


def _take(connection: Connection, found: StoredAlert, said: Said, principal: Principal, at_ms: int) -> None:
    alert_id, state = str(found.row["id"]), after(AlertState(found.row["state"]), said.step)
    if state is None:
        raise AssertionError("steps are checked before they are taken")
    AlertRows(connection).change(alert_id, **_values(found, said, state, at_ms))
    taken = TakenStep(said.step, state, at_ms, principal.actor, said.operator, said.reason, said.note)
    StepRows(connection).append(alert_id, taken)
    changed = find_alert(connection, UUID(alert_id), principal)
    _tell(connection, changed, at_ms, step=said.step)
    detail = {"operator": said.operator, "note": said.note} | ({"reason": said.reason} if said.reason else {})
    AuditRows(connection).append(principal.note(f"alert.{_DONE[said.step]}", f"alert:{alert_id}", **detail), at_ms)


def _values(found: StoredAlert, said: Said, state: AlertState, at_ms: int) -> dict[str, object]:
    """The columns that a step sets."""
    values: dict[str, object] = {"state": state}
    over = {"outcome": said.reason, "answer_due_ms": None, "close_due_ms": None}
    in_hand = {"acknowledged_ms": at_ms, "acknowledged_by": said.operator, "answer_due_ms": None}
    match said.step:
        case AlertStep.ACKNOWLEDGE:
            values |= in_hand | {"note": said.note}
        case AlertStep.CONFIRM:
            values["confirmed"] = True
        case AlertStep.REFUTE:
            values |= over | {"confirmed": False, "outcome": Disposition.FALSE_ALARM}
        case AlertStep.REJECT | AlertStep.CLOSE:
            values |= over
        case AlertStep.REOPEN:
            due = DEADLINES.get(Severity(found.row["severity"]))
            close_due = None if due is None else at_ms + int(due.close_s * 1000)
            values |= in_hand | {"outcome": None, "escalation": 0, "close_due_ms": close_due}
    return values


def _require_step(connection: Connection, found: StoredAlert, step: AlertStep) -> None:
    """Raises ProblemError: already-acknowledged, state-conflict."""
    state, by = AlertState(found.row["state"]), found.row["acknowledged_by"]
    if state not in FROM[step]:
        if step is AlertStep.ACKNOWLEDGE and by is not None:
            at = rfc3339(from_ms(found.row["acknowledged_ms"]))
            raise ProblemError(
                ProblemType.ALREADY_ACKNOWLEDGED,
                f"{by} acknowledged the alert at {at}; nothing is left to do",
                headers={"ETag": found.etag},
                members={"acknowledged_by": by, "acknowledged_at": at},
            )
        ways = " or ".join(FROM[step])
        raise _conflict(found, f"the alert is {state}; '{step}' is for one that is {ways}")
    if step in (AlertStep.CONFIRM, AlertStep.REFUTE):
        hit = found.alert().hit
        if hit is None or not hit.confirmation_required:
            raise _conflict(found, "this alert is no possible plate hit: there is nothing to confirm")
        if found.row["confirmed"] is not None:
            raise _conflict(found, "somebody has looked at this hit already; see the alert's history")
    if step in (AlertStep.CLOSE, AlertStep.REFUTE) and (units := _units_of(connection, found)):
        raise _conflict(
            found, f"still sent to it: {', '.join(units)}; call them back or let them finish, then close it"
        )


def _units_of(connection: Connection, found: StoredAlert) -> list[str]:
    return [one.unit_id for one in UnitAssignmentRows(connection).of_alert(found.row["id"]) if one.state.is_open]


def _conflict(found: StoredAlert, detail: str) -> ProblemError:
    members = {"state": found.row["state"], "acknowledged_by": found.row["acknowledged_by"]}
    return ProblemError(ProblemType.STATE_CONFLICT, detail, headers={"ETag": found.etag}, members=members)


def _tell(connection: Connection, changed: StoredAlert, at_ms: int, *, step: str) -> None:
    data: dict[str, object] = {"state": changed.row["state"], "version": changed.version, "step": step}
    event = Event(EventType.ALERT_CHANGED, f"alert:{changed.row['id']}", changed.row["area"], data)
    EventRows(connection).append([event], at_ms)
