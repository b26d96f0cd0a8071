"""The repository of what each box was last told: a version, and the digest of the cameras that it stands for."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select, update

from skynet.coordinator.storage.tables import box_assignments as table


class AssignmentRows:
    """Assignments in the transaction of `connection`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, box_id: str) -> tuple[int, str]:
        """Version and digest; (0, '') for a box that never had a camera."""
        row = self._connection.execute(select(table).where(table.c.box_id == box_id)).one_or_none()
        return (0, "") if row is None else (row.version, row.digest)

    def put(self, box_id: str, version: int, digest: str, at_ms: int) -> None:
        values = {"version": version, "digest": digest, "changed_ms": at_ms}
        if not self._connection.execute(update(table).where(table.c.box_id == box_id).values(values)).rowcount:
            self._connection.execute(insert(table).values(box_id=box_id, **values))
