"""The repository of last known positions of cameras that move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from skynet.coordinator.storage.tables import camera_positions as table
from skynet.coordinator.wire import dumps
from skynet.domain.geo_position import GeoPosition


@dataclass(frozen=True, slots=True)
class LastPosition:
    """`at_ms` is when the coordinator was told, by its own clock."""

    position: GeoPosition
    at_ms: int


class PositionRows:
    """Positions in the transaction of `connection`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, camera_id: str, position: GeoPosition, at_ms: int) -> None:
        values = {"body": dumps(position), "at_ms": at_ms}
        if not self._connection.execute(update(table).where(table.c.camera_id == camera_id).values(values)).rowcount:
            self._connection.execute(insert(table).values(camera_id=camera_id, **values))

    def several(self, camera_ids: Sequence[str]) -> dict[str, LastPosition]:
        """Those of `camera_ids` whose position was ever told."""
        rows = self._connection.execute(select(table).where(table.c.camera_id.in_(camera_ids)))
        return {row.camera_id: LastPosition(GeoPosition.model_validate_json(row.body), row.at_ms) for row in rows}
