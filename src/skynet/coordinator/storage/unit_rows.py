"""The repository of patrol units."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, insert, select, update

from skynet.coordinator.storage.area_clause import within
from skynet.coordinator.storage.bounding_box import BoundingBox
from skynet.coordinator.storage.tables import patrol_units as table
from skynet.coordinator.storage.tables import unit_positions
from skynet.coordinator.wire import dumps
from skynet.domain.patrol_unit import PatrolKind, PatrolUnit, UnitStatus


@dataclass(frozen=True, slots=True)
class UnitFilter:
    """None lets every value through; without `with_retired` only those that are in service."""

    status: UnitStatus | None = None
    kind: PatrolKind | None = None
    with_retired: bool = False


@dataclass(frozen=True, slots=True)
class UnitRecord:
    """A unit with what the coordinator knows of it. `version` grows with every change of any of it."""

    unit: PatrolUnit
    version: int
    status: UnitStatus
    status_ms: int
    signed_on_ms: int | None
    retired_ms: int | None
    changed_ms: int

    @classmethod
    def of(cls, row: RowMapping) -> UnitRecord:
        return cls(
            PatrolUnit.model_validate_json(row["body"]),
            row["version"],
            UnitStatus(row["status"]),
            row["status_ms"],
            row["signed_on_ms"],
            row["retired_ms"],
            row["changed_ms"],
        )


class UnitRows:
    """Units in the transaction of `connection`. What lies outside `areas` is not there."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, unit_id: str, areas: Sequence[str]) -> UnitRecord | None:
        query = select(table).where(table.c.id == unit_id, within(table.c.area, areas))
        row = self._connection.execute(query).mappings().one_or_none()
        return None if row is None else UnitRecord.of(row)

    def taken(self, unit_id: str) -> bool:
        """Whether any unit, wherever it lies, has the id."""
        return self._connection.execute(select(table.c.id).where(table.c.id == unit_id)).first() is not None

    def held(self, unit_ids: Iterable[str], areas: Sequence[str]) -> dict[str, UnitRecord]:
        """Those of `unit_ids` that are in service, and nobody else changes them before this transaction ends."""
        query = select(table).where(
            table.c.id.in_(sorted(set(unit_ids))), table.c.retired_ms.is_(None), within(table.c.area, areas)
        )
        rows = self._connection.execute(query.order_by(table.c.id).with_for_update()).mappings()
        return {row["id"]: UnitRecord.of(row) for row in rows}

    def page(self, after: str, limit: int, areas: Sequence[str], wanted: UnitFilter) -> list[UnitRecord]:
        """At most `limit` units with ids behind `after`, by id."""
        query = select(table).where(table.c.id > after, within(table.c.area, areas)).order_by(table.c.id).limit(limit)
        if wanted.status is not None:
            query = query.where(table.c.status == wanted.status)
        if wanted.kind is not None:
            query = query.where(table.c.kind == wanted.kind)
        if not wanted.with_retired:
            query = query.where(table.c.retired_ms.is_(None))
        return [UnitRecord.of(row) for row in self._connection.execute(query).mappings()]

    def located(self, after: str, limit: int, areas: Sequence[str], box: BoundingBox | None) -> list[UnitRecord]:
        """At most `limit` units in service with ids behind `after` whose newest fix lies in `box`, by id."""
        query = select(table).join(unit_positions).where(table.c.id > after, table.c.retired_ms.is_(None))
        query = query.where(within(table.c.area, areas)).order_by(table.c.id).limit(limit)
        if box is not None:
            query = query.where(box.holds(unit_positions.c.latitude, unit_positions.c.longitude))
        return [UnitRecord.of(row) for row in self._connection.execute(query).mappings()]

    def put(self, record: UnitRecord) -> bool:
        """Store a unit: insert version 1, replace its predecessor with any later one; false when somebody else has
        replaced that in the meantime."""
        unit = record.unit
        values = {
            "version": record.version,
            "area": unit.area,
            "kind": unit.kind,
            "status": record.status,
            "status_ms": record.status_ms,
            "signed_on_ms": record.signed_on_ms,
            "retired_ms": record.retired_ms,
            "changed_ms": record.changed_ms,
            "body": dumps(unit),
        }
        if record.version == 1:
            self._connection.execute(insert(table).values(id=unit.id, **values))
            return True
        query = update(table).where(table.c.id == unit.id, table.c.version == record.version - 1).values(values)
        return self._connection.execute(query).rowcount == 1
