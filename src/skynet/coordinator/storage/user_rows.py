"""The repository of users: people with a password, roles and areas; and of their recovery codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from skynet.coordinator.storage.tables import recovery_codes, users


class UserRows:
    """Users in the transaction of `connection`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, user_id: str) -> RowMapping | None:
        return self._connection.execute(select(users).where(users.c.id == user_id)).mappings().one_or_none()

    def by_login(self, login: str) -> RowMapping | None:
        return self._connection.execute(select(users).where(users.c.login == login)).mappings().one_or_none()

    def page(self, after: str, limit: int) -> Sequence[RowMapping]:
        """At most `limit` users with ids behind `after`, in the order in which they were made."""
        query = select(users).where(users.c.id > after).order_by(users.c.id).limit(limit)
        return self._connection.execute(query).mappings().all()

    def add(self, values: Mapping[str, object]) -> None:
        """Keep a user: its columns by name."""
        self._connection.execute(insert(users).values(dict(values)))

    def change(self, user_id: str, values: Mapping[str, object]) -> None:
        self._connection.execute(update(users).where(users.c.id == user_id).values(dict(values)))

    def take_step(self, user_id: str, step: int) -> bool:
        """Use up the time step of a one-time code; false when it, or a later one, was used already."""
        query = update(users).where(users.c.id == user_id, users.c.totp_step < step).values(totp_step=step)
        return self._connection.execute(query).rowcount == 1

    def set_recovery(self, user_id: str, hashes: Sequence[str]) -> None:
        """These recovery codes in place of all earlier ones."""
        self._connection.execute(delete(recovery_codes).where(recovery_codes.c.user_id == user_id))
        if hashes:
            self._connection.execute(insert(recovery_codes), [{"sha256": one, "user_id": user_id} for one in hashes])

    def use_recovery(self, user_id: str, sha256: str, at_ms: int) -> bool:
        """Use up a recovery code; false when it is none of the user's or was used already."""
        mine = (recovery_codes.c.user_id == user_id, recovery_codes.c.sha256 == sha256)
        query = update(recovery_codes).where(*mine, recovery_codes.c.used_ms.is_(None)).values(used_ms=at_ms)
        return self._connection.execute(query).rowcount == 1
