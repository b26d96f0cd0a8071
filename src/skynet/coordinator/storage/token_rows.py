"""The repository of tokens: their hashes, never the tokens."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from skynet.coordinator.storage.tables import tokens


class TokenRows:
    """Tokens in the transaction of `connection`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def valid(self, sha256: str) -> RowMapping | None:
        """The token with this hash, unless it has been revoked."""
        query = select(tokens).where(tokens.c.sha256 == sha256, tokens.c.revoked_ms.is_(None))
        return self._connection.execute(query).mappings().one_or_none()

    def get(self, token_id: str) -> RowMapping | None:
        return self._connection.execute(select(tokens).where(tokens.c.id == token_id)).mappings().one_or_none()

    def page(self, after: str, limit: int) -> Sequence[RowMapping]:
        """At most `limit` tokens with ids behind `after`, by id (which is the order in which they were made)."""
        query = select(tokens).where(tokens.c.id > after).order_by(tokens.c.id).limit(limit)
        return self._connection.execute(query).mappings().all()

    def count(self, scope: str | None = None, *, valid_only: bool = False) -> int:
        query = select(func.count()).select_from(tokens)
        if scope is not None:
            query = query.where(tokens.c.scope == scope)
        if valid_only:
            query = query.where(tokens.c.revoked_ms.is_(None))
        return self._connection.execute(query).scalar_one()

    def add(
        self, token_id: str, name: str, scope: str, sha256: str, created_ms: int, bound_to: str | None = None
    ) -> None:
        values = {"id": token_id, "name": name, "scope": scope, "sha256": sha256, "created_ms": created_ms}
        self._connection.execute(insert(tokens).values(**values, bound_to=bound_to))

    def revoke(self, token_id: str, revoked_ms: int) -> None:
        self._connection.execute(update(tokens).where(tokens.c.id == token_id).values(revoked_ms=revoked_ms))
