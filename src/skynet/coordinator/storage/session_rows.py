"""The repository of sessions: the hashes of their secrets, never the secrets."""

from __future__ import annotations

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from skynet.coordinator.storage.tables import sessions, users


class SessionRows:
    """Sessions in the transaction of `connection`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def valid(self, sha256: str, seen_after_ms: int, created_after_ms: int) -> RowMapping | None:
        """The session with this hash that has been neither revoked nor left, together with its user's columns; the
        session's own are `session_id`, `created_ms` and `seen_ms`."""
        person = [column for column in users.c if column.name != "created_ms"]
        query = (
            select(sessions.c.id.label("session_id"), sessions.c.created_ms, sessions.c.seen_ms, *person)
            .join(users)
            .where(
                sessions.c.sha256 == sha256,
                sessions.c.revoked_ms.is_(None),
                sessions.c.seen_ms > seen_after_ms,
                sessions.c.created_ms > created_after_ms,
                users.c.disabled_ms.is_(None),
            )
        )
        return self._connection.execute(query).mappings().one_or_none()

    def add(self, session_id: str, sha256: str, user_id: str, at_ms: int) -> None:
        values = {"id": session_id, "sha256": sha256, "user_id": user_id, "created_ms": at_ms, "seen_ms": at_ms}
        self._connection.execute(insert(sessions).values(values))

    def see(self, session_id: str, at_ms: int) -> None:
        self._connection.execute(update(sessions).where(sessions.c.id == session_id).values(seen_ms=at_ms))

    def revoke(self, session_id: str, at_ms: int) -> None:
        self._connection.execute(update(sessions).where(sessions.c.id == session_id).values(revoked_ms=at_ms))

    def revoke_of(self, user_id: str, at_ms: int, except_id: str = "") -> None:
        """End the user's sessions, all but one."""
        mine = (sessions.c.user_id == user_id, sessions.c.id != except_id, sessions.c.revoked_ms.is_(None))
        self._connection.execute(update(sessions).where(*mine).values(revoked_ms=at_ms))

    def drop_before(self, created_ms: int) -> None:
        """Forget sessions that were begun so long ago that none of them can be valid."""
        self._connection.execute(delete(sessions).where(sessions.c.created_ms < created_ms))
