"""The repository of attempts to sign in: how often in a row each account and each address has failed."""

from __future__ import annotations

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from skynet.coordinator.storage.tables import login_attempts as table


class AttemptRows:
    """Attempts in the transaction of `connection`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, key: str) -> RowMapping | None:
        query = select(table).where(table.c.key == key).with_for_update()
        return self._connection.execute(query).mappings().one_or_none()

    def put(self, key: str, failures: int, last_ms: int, blocked_until_ms: int) -> None:
        values = {"failures": failures, "last_ms": last_ms, "blocked_until_ms": blocked_until_ms}
        if not self._connection.execute(update(table).where(table.c.key == key).values(values)).rowcount:
            self._connection.execute(insert(table).values(key=key, **values))

    def forget(self, key: str) -> None:
        self._connection.execute(delete(table).where(table.c.key == key))

    def drop_before(self, last_ms: int) -> None:
        self._connection.execute(delete(table).where(table.c.last_ms < last_ms))
