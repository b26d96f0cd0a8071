"""The repository of places: posts, police rooms, checkpoints and the like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from skynet.coordinator.storage.area_clause import within
from skynet.coordinator.storage.bounding_box import BoundingBox
from skynet.coordinator.storage.tables import places as table
from skynet.coordinator.wire import dumps
from skynet.domain.place import Place, PlaceKind


@dataclass(frozen=True, slots=True)
class PlaceRecord:
    """A place as it is kept."""

    place: Place
    version: int
    changed_ms: int

    @classmethod
    def of(cls, row: RowMapping) -> PlaceRecord:
        return cls(Place.model_validate_json(row["body"]), row["version"], row["changed_ms"])


class PlaceRows:
    """Places in the transaction of `connection`. What lies outside `areas` is not there."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, place_id: str, areas: Sequence[str]) -> PlaceRecord | None:
        query = select(table).where(table.c.id == place_id, within(table.c.area, areas))
        row = self._connection.execute(query).mappings().one_or_none()
        return None if row is None else PlaceRecord.of(row)

    def taken(self, place_id: str) -> bool:
        """Whether any place, wherever it lies, has the id."""
        return self._connection.execute(select(table.c.id).where(table.c.id == place_id)).first() is not None

    def page(
        self,
        after: str,
        limit: int,
        areas: Sequence[str],
        kinds: Sequence[PlaceKind] = (),
        box: BoundingBox | None = None,
    ) -> list[PlaceRecord]:
        """At most `limit` places with ids behind `after`, by id; no kinds let every kind through."""
        query = select(table).where(table.c.id > after, within(table.c.area, areas)).order_by(table.c.id).limit(limit)
        if kinds:
            query = query.where(table.c.kind.in_(kinds))
        if box is not None:
            query = query.where(box.holds(table.c.latitude, table.c.longitude))
        return [PlaceRecord.of(row) for row in self._connection.execute(query).mappings()]

    def put(self, record: PlaceRecord) -> None:
        """Store a place: insert version 1, replace with any later one."""
        place = record.place
        values = {
            "version": record.version,
            "area": place.area,
            "kind": place.kind,
            "latitude": place.position.latitude,
            "longitude": place.position.longitude,
            "changed_ms": record.changed_ms,
            "body": dumps(place),
        }
        if record.version == 1:
            self._connection.execute(insert(table).values(id=place.id, **values))
        else:
            self._connection.execute(update(table).where(table.c.id == place.id).values(values))

    def remove(self, place_id: str) -> None:
        self._connection.execute(delete(table).where(table.c.id == place_id))
