"""Tokens: making, checking and revoking them. A token is shown once, when it is made; only its hash is kept."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping

from skynet.coordinator.access.principal import Principal
from skynet.coordinator.access.scope import Scope
from skynet.coordinator.problem import ProblemError, ProblemType
from skynet.coordinator.storage.audit_rows import AuditNote, AuditRows
from skynet.coordinator.storage.database import Database
from skynet.coordinator.storage.token_rows import TokenRows
from skynet.coordinator.timestamp import now_ms
from skynet.domain.clock import Clock
from skynet.domain.ids import uuid7

SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class FreshToken:
    """A token just made. `secret` is the token itself, 256 random bits behind a prefix that names its scope."""

    id: str
    name: str
    scope: Scope
    secret: str
    created_ms: int
    bound_to: str | None = None

    @classmethod
    def make(cls, name: str, scope: Scope, clock: Clock, bound_to: str | None = None) -> FreshToken:
        secret = f"sky_{scope}_{secrets.token_urlsafe(SECRET_BYTES)}"
        return cls(str(uuid7(clock.wall())), name, scope, secret, now_ms(clock), bound_to)

    def store(self, connection: Connection, actor: str, purpose: str | None = None) -> None:
        """Keep the hash, and record who made the token, in the transaction of `connection`."""
        TokenRows(connection).add(self.id, self.name, self.scope, digest(self.secret), self.created_ms, self.bound_to)
        detail: dict[str, object] = {"name": self.name, "scope": str(self.scope)}
        if self.bound_to is not None:
            detail["bound_to"] = self.bound_to
        note = AuditNote(actor, "token.created", f"token:{self.id}", purpose, detail)
        AuditRows(connection).append(note, self.created_ms)


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a valid token."""

    token_id: str
    name: str
    scope: Scope
    bound_to: str | None


def digest(secret: str) -> str:
    """SHA-256 in hex. A plain hash is enough for 256 random bits: there is no dictionary to try."""
    return hashlib.sha256(secret.encode()).hexdigest()


class TokenOffice:
    """Tokens of one coordinator. Every call is one transaction."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def holder(self, secret: str) -> Holder | None:
        """Whose the token is; None for any text that is no valid token."""
        with self._database.reading() as connection:
            row = TokenRows(connection).valid(digest(secret))
        return None if row is None else Holder(row["id"], row["name"], Scope(row["scope"]), row["bound_to"])

    def page(self, after: str, limit: int) -> Sequence[RowMapping]:
        with self._database.reading() as connection:
            return TokenRows(connection).page(after, limit)

    def create(self, name: str, scope: Scope, principal: Principal, bound_to: str | None = None) -> FreshToken:
        token = FreshToken.make(name, scope, self._clock, bound_to)
        with self._database.writing() as connection:
            token.store(connection, principal.actor, principal.purpose)
        return token

    def revoke(self, token_id: str, principal: Principal) -> None:
        """Make a token worthless from the next request on; revoking twice is the same as once.

        Raises ProblemError: not-found, last-admin.
        """
        with self._database.writing() as connection:
            rows = TokenRows(connection)
            row = rows.get(token_id)
            if row is None:
                raise ProblemError(ProblemType.NOT_FOUND, f"no token has the id '{token_id}'; see GET /api/v1/tokens")
            if row["revoked_ms"] is not None:
                return
            if row["scope"] == Scope.ADMIN and rows.count(Scope.ADMIN, valid_only=True) == 1:
                raise ProblemError(
                    ProblemType.LAST_ADMIN,
                    "this is the only admin token left and nobody could make another; make a new one first",
                )
            at_ms = now_ms(self._clock)
            rows.revoke(token_id, at_ms)
            note = principal.note("token.revoked", f"token:{token_id}", name=row["name"], scope=row["scope"])
            AuditRows(connection).append(note, at_ms)
