"""Tokens: making, checking and revoking them. A token is shown once, when it is made; only its hash is kept.

Who may not see everywhere makes, sees and revokes only tokens whose areas lie within their own.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import Connection, RowMapping

from skynet.coordinator.access.principal import Principal
from skynet.coordinator.access.scope import Scope
from skynet.coordinator.problem import ProblemError, ProblemType
from skynet.coordinator.storage.audit_rows import AuditNote, AuditRows
from skynet.coordinator.storage.database import Database
from skynet.coordinator.storage.fleet_rows import FleetRows
from skynet.coordinator.storage.registered_camera_rows import RegisteredCameraRows
from skynet.coordinator.storage.token_rows import TokenRows
from skynet.coordinator.timestamp import now_ms
from skynet.coordinator.wire import dumps
from skynet.domain.area import EVERYWHERE
from skynet.domain.clock import Clock
from skynet.domain.ids import uuid7

SECRET_BYTES = 32
PAGE = 500


@dataclass(frozen=True, slots=True)
class FreshToken:
    """A token just made. `secret` is the token itself, 256 random bits behind a prefix that names its scope."""

    id: str
    name: str
    scope: Scope
    secret: str
    created_ms: int
    bound_to: str | None = None
    areas: tuple[str, ...] = (EVERYWHERE,)
    expires_ms: int | None = None

    @classmethod
    def make(
        cls,
        name: str,
        scope: Scope,
        clock: Clock,
        bound_to: str | None = None,
        areas: tuple[str, ...] = (EVERYWHERE,),
        expires_ms: int | None = None,
    ) -> FreshToken:
        secret = f"sky_{scope}_{secrets.token_urlsafe(SECRET_BYTES)}"
        return cls(str(uuid7(clock.wall())), name, scope, secret, now_ms(clock), bound_to, areas, expires_ms)

    def store(self, connection: Connection, actor: str, purpose: str | None = None) -> None:
        """Keep the hash, and record who made the token, in the transaction of `connection`."""
        told: dict[str, object] = {"name": self.name, "scope": str(self.scope)}
        ends: dict[str, object] = {"bound_to": self.bound_to, "expires_ms": self.expires_ms}
        row: dict[str, object] = {
            "id": self.id,
            "sha256": digest(self.secret),
            "created_ms": self.created_ms,
            "areas": dumps(self.areas),
        }
        TokenRows(connection).add(row | told | ends)
        detail: dict[str, object] = (
            told | {"areas": self.areas} | {name: value for name, value in ends.items() if value is not None}
        )
        note = AuditNote(actor, "token.created", f"token:{self.id}", purpose, detail)
        AuditRows(connection).append(note, self.created_ms)


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a valid token."""

    token_id: str
    name: str
    scope: Scope
    bound_to: str | None
    areas: tuple[str, ...]


def digest(secret: str) -> str:
    """SHA-256 in hex. A plain hash is enough for 256 random bits: there is no dictionary to try."""
    return hashlib.sha256(secret.encode()).hexdigest()


def areas_of(row: RowMapping) -> tuple[str, ...]:
    """The areas in a row of tokens or users."""
    return tuple(json.loads(row["areas"]))


class TokenOffice:
    """Tokens of one coordinator. Every call is one transaction."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def holder(self, secret: str) -> Holder | None:
        """Whose the token is; None for any text that is no valid token."""
        with self._database.reading() as connection:
            row = TokenRows(connection).valid(digest(secret), now_ms(self._clock))
        if row is None:
            return None
        return Holder(row["id"], row["name"], Scope(row["scope"]), row["bound_to"], areas_of(row))

    def page(self, after: str, limit: int, principal: Principal) -> list[RowMapping]:
        """Tokens whose areas the principal may see, by id."""
        with self._database.reading() as connection:
            rows = (row for row in _all(TokenRows(connection), after) if principal.sees_all(areas_of(row)))
            return list(islice(rows, limit))

    def create(
        self,
        name: str,
        scope: Scope,
        principal: Principal,
        bound_to: str | None = None,
        areas: tuple[str, ...] | None = None,
        expires_ms: int | None = None,
    ) -> FreshToken:
        """Make a token for `areas`, None meaning the principal's own.

        Raises ProblemError: invalid (areas that are not the principal's, an end in the past, a token for boxes that
        would reach beyond the principal's areas).
        """
        token = FreshToken.make(name, scope, self._clock, bound_to, areas or principal.areas, expires_ms)
        if not principal.sees_all(token.areas):
            raise _refused("areas", "reach beyond your own; name areas that lie within them")
        if expires_ms is not None and expires_ms <= token.created_ms:
            raise _refused("expires_at", "lies in the past")
        with self._database.writing() as connection:
            if scope is Scope.EDGE and not principal.everywhere:
                _require_own_box(connection, bound_to, principal)
            token.store(connection, principal.actor, principal.purpose)
        return token

    def revoke(self, token_id: str, principal: Principal) -> None:
        """Make a token worthless from the next request on; revoking twice is the same as once.

        Raises ProblemError: not-found, last-admin.
        """
        with self._database.writing() as connection:
            rows = TokenRows(connection)
            row = rows.get(token_id)
            if row is None or not principal.sees_all(areas_of(row)):
                raise ProblemError(ProblemType.NOT_FOUND, f"no token has the id '{token_id}'; see GET /api/v1/tokens")
            if row["revoked_ms"] is not None:
                return
            if _is_lasting_admin(row) and rows.lasting(Scope.ADMIN, row["areas"]) == 1:
                raise ProblemError(
                    ProblemType.LAST_ADMIN,
                    "this is the only lasting admin token left and nobody could make another; make a new one first",
                )
            at_ms = now_ms(self._clock)
            rows.revoke(token_id, at_ms)
            note = principal.note("token.revoked", f"token:{token_id}", name=row["name"], scope=row["scope"])
            AuditRows(connection).append(note, at_ms)


def _all(rows: TokenRows, after: str) -> Iterator[RowMapping]:
    while found := rows.page(after, PAGE):
        yield from found
        after = found[-1]["id"]


def _is_lasting_admin(row: RowMapping) -> bool:
    return row["scope"] == Scope.ADMIN and row["expires_ms"] is None and EVERYWHERE in areas_of(row)


def _require_own_box(connection: Connection, box_id: str | None, principal: Principal) -> None:
    if box_id is None:
        raise _refused("bound_to", "name the box: only who may see everywhere makes tokens that speak for any box")
    outside = RegisteredCameraRows(connection).outside, FleetRows(connection).outside
    if any(count(box_id, principal.areas) for count in outside):
        raise _refused("bound_to", f"box '{box_id}' serves cameras outside the areas that you may work in")


def _refused(field: str, message: str) -> ProblemError:
    errors = [{"field": field, "message": message}]
    return ProblemError(ProblemType.INVALID, f"{field}: {message}", members={"errors": errors})
