"""The repository of assignments of units to alerts. Every change takes a number of the durable sequence `dispatch`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace

from sqlalchemy import ColumnElement, Connection, RowMapping, func, insert, or_, select, update

from skynet.coordinator.storage import sequence
from skynet.coordinator.storage.tables import unit_assignments as table
from skynet.coordinator.wire import dumps
from skynet.domain.geo_position import GeoPosition
from skynet.domain.unit_assignment import OPEN_STATES, AssignmentState

FEED = "dispatch"
SHOWN = 50
"""A unit has one open assignment, and closed ones are told once: more than this in one answer is history."""


@dataclass(frozen=True, slots=True)
class UnitAssignment:
    """`target` is where the alert happened as it was known when the unit was sent; `seq` the number of the last
    change."""

    id: str
    unit_id: str
    alert_id: str
    state: AssignmentState
    version: int
    seq: int
    target: GeoPosition | None
    assigned_ms: int
    assigned_by: str
    changed_ms: int
    note: str | None

    @classmethod
    def of(cls, row: RowMapping) -> UnitAssignment:
        target = None if row["target"] is None else GeoPosition.model_validate_json(row["target"])
        return cls(**(dict(row) | {"state": AssignmentState(row["state"]), "target": target}))


class UnitAssignmentRows:
    """Assignments in the transaction of `connection`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, assignment: UnitAssignment) -> UnitAssignment:
        """Store a new one; it with its number."""
        stored = replace(assignment, seq=sequence.take(self._connection, FEED, 1)[0])
        target = None if stored.target is None else dumps(stored.target)
        self._connection.execute(insert(table).values(asdict(stored) | {"target": target}))
        return stored

    def move(
        self, known: UnitAssignment, state: AssignmentState, at_ms: int, note: str | None
    ) -> UnitAssignment | None:
        """Bring one into another state; as it is then, None when somebody else has moved it in the meantime."""
        moved = replace(
            known,
            state=state,
            version=known.version + 1,
            seq=sequence.take(self._connection, FEED, 1)[0],
            changed_ms=at_ms,
            note=note if note is not None else known.note,
        )
        values = {name: getattr(moved, name) for name in ("state", "version", "seq", "changed_ms", "note")}
        query = update(table).where(table.c.id == known.id, table.c.version == known.version).values(values)
        return moved if self._connection.execute(query).rowcount else None

    def open_of(self, unit_ids: Iterable[str]) -> dict[str, UnitAssignment]:
        """The open assignment of each of `unit_ids` that has one."""
        query = select(table).where(table.c.unit_id.in_(sorted(set(unit_ids))), table.c.state.in_(OPEN_STATES))
        return {row["unit_id"]: UnitAssignment.of(row) for row in self._connection.execute(query).mappings()}

    def newest(self, unit_id: str, alert_id: str) -> UnitAssignment | None:
        """The last time that the unit was sent to the alert."""
        query = select(table).where(table.c.unit_id == unit_id, table.c.alert_id == alert_id)
        row = self._connection.execute(query.order_by(table.c.seq.desc()).limit(1)).mappings().one_or_none()
        return None if row is None else UnitAssignment.of(row)

    def of_alert(self, alert_id: str) -> list[UnitAssignment]:
        """All of an alert, in the order in which they last changed."""
        query = select(table).where(table.c.alert_id == alert_id).order_by(table.c.seq)
        return [UnitAssignment.of(row) for row in self._connection.execute(query).mappings()]

    def head_of(self, unit_id: str) -> int:
        """The number of the last change of any assignment of the unit, 0 before the first."""
        query = select(func.max(table.c.seq)).where(table.c.unit_id == unit_id)
        return self._connection.execute(query).scalar_one() or 0

    def feed(self, unit_id: str, after: int | None) -> list[UnitAssignment]:
        """The open ones, and of those that changed behind `after` the newest `SHOWN`, closed ones too."""
        wanted: ColumnElement[bool] = table.c.state.in_(OPEN_STATES)
        if after is not None:
            wanted = or_(wanted, table.c.seq > after)
        query = select(table).where(table.c.unit_id == unit_id, wanted).order_by(table.c.seq.desc()).limit(SHOWN)
        return [UnitAssignment.of(row) for row in self._connection.execute(query).mappings()][::-1]
