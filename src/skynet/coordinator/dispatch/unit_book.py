"""Patrol units: registering, changing, retiring and showing them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from skynet.coordinator.access.principal import Principal
from skynet.coordinator.access.scope import Scope
from skynet.coordinator.dispatch.unit_view import UnitView
from skynet.coordinator.feeds.commit_signal import CommitSignal
from skynet.coordinator.precondition import require_version, tag_of
from skynet.coordinator.problem import ProblemError, ProblemType
from skynet.coordinator.storage.audit_rows import AuditRows
from skynet.coordinator.storage.bounding_box import BoundingBox
from skynet.coordinator.storage.database import Database
from skynet.coordinator.storage.event_rows import Event, EventRows
from skynet.coordinator.storage.unit_assignment_rows import UnitAssignmentRows
from skynet.coordinator.storage.unit_position_rows import UnitPositionRows
from skynet.coordinator.storage.unit_rows import UnitFilter, UnitRecord, UnitRows
from skynet.coordinator.timestamp import now_ms
from skynet.domain.area import lies_in
from skynet.domain.clock import Clock
from skynet.domain.event_type import EventType
from skynet.domain.patrol_unit import PatrolUnit, UnitStatus


class UnitBook:
    """Calls block on the database; every call is one transaction. What is shown of where people are is recorded."""

    def __init__(self, database: Database, clock: Clock, signal: CommitSignal, stale_after_s: float) -> None:
        self._database = database
        self._clock = clock
        self._signal = signal
        self._view = UnitView(stale_after_s)

    def page(self, after: str, limit: int, wanted: UnitFilter, principal: Principal) -> list[dict[str, object]]:
        """At most `limit` + 1 units behind `after` by id, without their members."""
        with self._database.writing() as connection:
            found = UnitRows(connection).page(after, limit + 1, principal.areas, wanted)
            at_ms = now_ms(self._clock)
            shown = self._view.several(connection, found, at_ms)
            record_view(connection, shown[:limit], principal, at_ms)
        return shown

    def located(self, after: str, limit: int, box: BoundingBox | None, principal: Principal) -> list[dict[str, object]]:
        """At most `limit` + 1 units behind `after` that are in service and whose place is known and in `box`, by id."""
        with self._database.writing() as connection:
            found = UnitRows(connection).located(after, limit + 1, principal.areas, box)
            at_ms = now_ms(self._clock)
            shown = self._view.several(connection, found, at_ms)
            record_view(connection, shown[:limit], principal, at_ms)
        return shown

    def open(self, unit_id: str, principal: Principal) -> dict[str, object]:
        """One unit with its members. Raises ProblemError: not-found."""
        with self._database.writing() as connection:
            found, at_ms = find_unit(connection, unit_id, principal), now_ms(self._clock)
            AuditRows(connection).append(principal.note("unit.opened", f"unit:{unit_id}"), at_ms)
            return self._whole(connection, found, at_ms)

    def put(self, unit: PatrolUnit, if_match: str | None, principal: Principal) -> tuple[dict[str, object], bool]:
        """Register a unit, or replace the one that If-Match names; true when it is new.

        Raises ProblemError: invalid (an area that the principal does not reach), precondition-required, stale-version,
        not-found, or state-conflict (retired, or the id is another's).
        """
        require_reach("area", unit.area, principal.areas)
        at_ms = now_ms(self._clock)
        with self._database.writing() as connection:
            known = UnitRows(connection).get(unit.id, principal.areas)
            if known is None:
                if if_match is not None:
                    raise _missing(unit.id)
                if UnitRows(connection).taken(unit.id):
                    raise ProblemError(ProblemType.STATE_CONFLICT, f"the id '{unit.id}' is taken; choose another")
                record = UnitRecord(unit, 1, UnitStatus.OFF_DUTY, at_ms, None, None, at_ms)
            else:
                require_version(if_match, known.version, f"/api/v1/units/{unit.id}")
                _require_in_service(known)
                record = replace(known, unit=unit, version=known.version + 1, changed_ms=at_ms)
            action = "unit.registered" if known is None else "unit.changed"
            keep_unit(connection, record)
            tell_of_unit(connection, record)
            AuditRows(connection).append(
                principal.note(action, f"unit:{unit.id}", version=record.version, unit=unit), at_ms
            )
            shown = self._whole(connection, record, at_ms)
        self._signal.fire()
        return shown, known is None

    def retire(self, unit_id: str, if_match: str | None, principal: Principal) -> None:
        """Take a unit out of service for good; where it was is forgotten.

        Raises ProblemError: not-found, precondition-required, stale-version, state-conflict (it is sent somewhere).
        """
        at_ms = now_ms(self._clock)
        with self._database.writing() as connection:
            known = find_unit(connection, unit_id, principal)
            require_version(if_match, known.version, f"/api/v1/units/{unit_id}")
            _require_in_service(known)
            require_free(connection, unit_id)
            record = replace(
                known,
                version=known.version + 1,
                status=UnitStatus.OFF_DUTY,
                status_ms=at_ms,
                signed_on_ms=None,
                retired_ms=at_ms,
                changed_ms=at_ms,
            )
            keep_unit(connection, record)
            UnitPositionRows(connection).forget(unit_id)
            tell_of_unit(connection, record)
            AuditRows(connection).append(principal.note("unit.retired", f"unit:{unit_id}"), at_ms)
        self._signal.fire()

    def trail(self, unit_id: str, since_ms: int, limit: int, principal: Principal) -> list[dict[str, object]]:
        """Where a unit was, oldest first. Raises ProblemError: not-found."""
        at_ms = now_ms(self._clock)
        with self._database.writing() as connection:
            find_unit(connection, unit_id, principal)
            fixes = UnitPositionRows(connection).trail(unit_id, since_ms, limit)
            note = principal.note("unit.trail-shown", f"unit:{unit_id}", since_ms=since_ms, count=len(fixes))
            AuditRows(connection).append(note, at_ms)
        return [self._view.position(fix, at_ms) for fix in fixes]

    def _whole(self, connection: Connection, record: UnitRecord, at_ms: int) -> dict[str, object]:
        (shown,) = self._view.several(connection, [record], at_ms)
        return shown | {"members": list(record.unit.members)}


def find_unit(connection: Connection, unit_id: str, principal: Principal) -> UnitRecord:
    """The unit, if the principal may know of it: a unit's token knows its own only. Raises ProblemError: not-found."""
    found = UnitRows(connection).get(unit_id, principal.areas)
    if found is None or (principal.scope is Scope.UNIT and principal.bound_to != unit_id):
        raise _missing(unit_id)
    return found


def find_in_service(connection: Connection, unit_id: str, principal: Principal) -> UnitRecord:
    """As `find_unit`, of a unit that has not been retired. Raises ProblemError: not-found, state-conflict."""
    found = find_unit(connection, unit_id, principal)
    _require_in_service(found)
    return found


def keep_unit(connection: Connection, record: UnitRecord) -> None:
    """Store the next version. Raises ProblemError: stale-version when somebody was faster."""
    if not UnitRows(connection).put(record):
        raise ProblemError(
            ProblemType.STALE_VERSION,
            f"somebody else has just changed the unit; read /api/v1/units/{record.unit.id} again, then decide",
            headers={"ETag": tag_of(record.version)},
        )


def with_status(record: UnitRecord, status: UnitStatus, at_ms: int) -> UnitRecord:
    """The next version of a unit, in another status."""
    return replace(record, version=record.version + 1, status=status, status_ms=at_ms, changed_ms=at_ms)


def tell_of_unit(connection: Connection, record: UnitRecord) -> None:
    """What the event log says of a unit that has changed: never where it is, nor who is on it."""
    data: dict[str, object] = {
        "version": record.version,
        "status": record.status,
        "retired": record.retired_ms is not None,
    }
    event = Event(EventType.UNIT_CHANGED, f"unit:{record.unit.id}", record.unit.area, data)
    EventRows(connection).append([event], record.changed_ms)


def record_view(
    connection: Connection, shown: Sequence[dict[str, object]], principal: Principal, at_ms: int, **detail: object
) -> None:
    """Record whose positions somebody sees; nothing of units without one."""
    ids = [unit["id"] for unit in shown if unit.get("position") is not None]
    if ids:
        AuditRows(connection).append(principal.note("units.located", "units", units=ids, **detail), at_ms)


def require_free(connection: Connection, unit_id: str) -> None:
    """Raises ProblemError: state-conflict when the unit is sent somewhere."""
    standing = UnitAssignmentRows(connection).open_of([unit_id]).get(unit_id)
    if standing is not None:
        raise ProblemError(
            ProblemType.STATE_CONFLICT,
            f"the unit is sent to alert {standing.alert_id} ({standing.state}); that must end first",
            members={"alert_id": standing.alert_id, "state": standing.state},
        )


def require_reach(field: str, area: str, areas: Sequence[str]) -> None:
    """Raises ProblemError: invalid when `area` lies outside all of `areas`."""
    if not any(lies_in(area, outer) for outer in areas):
        message = f"'{area}' lies outside the areas that you may change"
        raise ProblemError(
            ProblemType.INVALID, f"{field}: {message}", members={"errors": [{"field": field, "message": message}]}
        )


def _require_in_service(record: UnitRecord) -> None:
    if record.retired_ms is not None:
        raise ProblemError(ProblemType.STATE_CONFLICT, "the unit is retired; register another")


def _missing(unit_id: str) -> ProblemError:
    return ProblemError(ProblemType.NOT_FOUND, f"no unit is registered as '{unit_id}'; see GET /api/v1/units")
