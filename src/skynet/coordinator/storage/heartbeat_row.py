"""The row that the health check writes, to know that the database takes writes."""

from __future__ import annotations

from sqlalchemy import Connection, update

from skynet.coordinator.storage.tables import heartbeat


class HeartbeatRow:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def beat(self, at_ms: int) -> None:
        self._connection.execute(update(heartbeat).values(at_ms=at_ms))
