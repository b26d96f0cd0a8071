"""The repository of tokens: their hashes, never the tokens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, RowMapping, func, insert, or_, select, update

from skynet.coordinator.storage.tables import tokens


class TokenRows:
    """Tokens in the transaction of `connection`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def valid(self, sha256: str, at_ms: int) -> RowMapping | None:
        """The token with this hash, unless it has been revoked or has expired."""
        lasts = or_(tokens.c.expires_ms.is_(None), tokens.c.expires_ms > at_ms)
        query = select(tokens).where(tokens.c.sha256 == sha256, tokens.c.revoked_ms.is_(None), lasts)
        return self._connection.execute(query).mappings().one_or_none()

    def get(self, token_id: str) -> RowMapping | None:
        return self._connection.execute(select(tokens).where(tokens.c.id == token_id)).mappings().one_or_none()

    def page(self, after: str, limit: int) -> Sequence[RowMapping]:
        """At most `limit` tokens with ids behind `after`, by id (which is the order in which they were made)."""
        query = select(tokens).where(tokens.c.id > after).order_by(tokens.c.id).limit(limit)
        return self._connection.execute(query).mappings().all()

    def count(self) -> int:
        """How many tokens were ever made."""
        return self._connection.execute(select(func.count()).select_from(tokens)).scalar_one()

    def lasting(self, scope: str, areas: str) -> int:
        """How many tokens of this scope and these areas are neither revoked nor will ever expire."""
        query = select(func.count()).where(
            tokens.c.scope == scope,
            tokens.c.areas == areas,
            tokens.c.revoked_ms.is_(None),
            tokens.c.expires_ms.is_(None),
        )
        return self._connection.execute(query).scalar_one()

    def add(self, values: Mapping[str, object]) -> None:
        """Keep a token: its columns by name."""
        self._connection.execute(insert(tokens).values(dict(values)))

    def revoke(self, token_id: str, revoked_ms: int) -> None:
        self._connection.execute(update(tokens).where(tokens.c.id == token_id).values(revoked_ms=revoked_ms))
