"""The repository of daily uptime."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from skynet.coordinator.storage.area_clause import camera_within
from skynet.coordinator.storage.tables import camera_uptime as table

PARTS = ("healthy_ms", "faulty_ms", "down_ms", "unknown_ms")


class UptimeRows:
    """Uptime in the transaction of `connection`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, camera_id: str, day: str, part: str, ms: int) -> bool:
        """Add `ms` to one of PARTS; true when it is the camera's first of the day."""
        column = table.c[part]
        here = (table.c.camera_id == camera_id, table.c.day == day)
        if self._connection.execute(update(table).where(*here).values({column: column + ms})).rowcount:
            return False
        values = dict.fromkeys(PARTS, 0) | {part: ms}
        self._connection.execute(insert(table).values(camera_id=camera_id, day=day, **values))
        return True

    def drop_before(self, camera_id: str, day: str) -> None:
        self._connection.execute(delete(table).where(table.c.camera_id == camera_id, table.c.day < day))

    def of_camera(self, camera_id: str, since: str) -> Sequence[RowMapping]:
        """The camera's days from `since` on, in order."""
        query = select(table).where(table.c.camera_id == camera_id, table.c.day >= since).order_by(table.c.day)
        return self._connection.execute(query).mappings().all()

    def by_day(self, since: str, areas: Sequence[str]) -> Sequence[RowMapping]:
        """Sums of all cameras in `areas` for each day from `since` on, in order."""
        sums = [func.sum(table.c[part]).label(part) for part in PARTS]
        query = select(table.c.day, *sums).where(table.c.day >= since, camera_within(table.c.camera_id, areas))
        return self._connection.execute(query.group_by(table.c.day).order_by(table.c.day)).mappings().all()

    def by_camera(self, since: str, areas: Sequence[str]) -> Sequence[RowMapping]:
        """Sums of all days from `since` on for each camera in `areas`, by id."""
        sums = [func.sum(table.c[part]).label(part) for part in PARTS]
        query = select(table.c.camera_id, *sums).where(table.c.day >= since, camera_within(table.c.camera_id, areas))
        query = query.group_by(table.c.camera_id).order_by(table.c.camera_id)
        return self._connection.execute(query).mappings().all()
