"""Users: making them, giving them roles and areas, disabling them, setting their passwords anew.

Who may not see everywhere manages only users whose areas lie within their own. A password that somebody else has set
is good for one thing: to set another one.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import Connection, RowMapping

from skynet.coordinator.access.passwords import Passwords
from skynet.coordinator.access.principal import Principal
from skynet.coordinator.access.role import Role
from skynet.coordinator.access.token_office import areas_of
from skynet.coordinator.problem import ProblemError, ProblemType
from skynet.coordinator.storage.audit_rows import AuditRows
from skynet.coordinator.storage.database import Database
from skynet.coordinator.storage.session_rows import SessionRows
from skynet.coordinator.storage.user_rows import UserRows
from skynet.coordinator.timestamp import now_ms
from skynet.coordinator.wire import dumps
from skynet.domain.clock import Clock
from skynet.domain.ids import uuid7

PAGE = 500


@dataclass(frozen=True, slots=True)
class FreshUser:
    """A user whose password was just set by somebody else; it is shown this once."""

    row: RowMapping
    password: str


class UserBook:
    """Every call is one transaction; hashing is done outside of it."""

    def __init__(self, database: Database, clock: Clock, passwords: Passwords) -> None:
        self._database = database
        self._clock = clock
        self._passwords = passwords

    def page(self, after: str, limit: int, principal: Principal) -> list[RowMapping]:
        """Users whose areas the principal may see, by id."""
        with self._database.reading() as connection:
            found = (row for row in _all(UserRows(connection), after) if principal.sees_all(areas_of(row)))
            return list(islice(found, limit))

    def by_login(self, login: str, principal: Principal) -> RowMapping:
        """Raises ProblemError: not-found."""
        with self._database.reading() as connection:
            row = UserRows(connection).by_login(login)
        if row is None or not principal.sees_all(areas_of(row)):
            raise ProblemError(ProblemType.NOT_FOUND, f"no user has the login '{login}'")
        return row

    def add(
        self, login: str, name: str, roles: Sequence[Role], areas: Sequence[str] | None, principal: Principal
    ) -> FreshUser:
        """Make a user with a random first password; `areas` None means the principal's own.

        Raises ProblemError: invalid (areas beyond the principal's), state-conflict (the login is taken).
        """
        given = tuple(areas or principal.areas)
        _require_within(given, principal)
        password = secrets.token_urlsafe(15)
        values = {
            "id": str(uuid7(self._clock.wall())),
            "login": login,
            "name": name,
            "roles": dumps(sorted(set(roles))),
            "areas": dumps(given),
            "password_hash": self._passwords.hash(password),
            "must_change": True,
            "created_ms": now_ms(self._clock),
            "totp_confirmed": False,
            "totp_step": 0,
        }
        with self._database.writing() as connection:
            if UserRows(connection).by_login(login) is not None:
                raise ProblemError(ProblemType.STATE_CONFLICT, f"the login '{login}' is taken; choose another")
            UserRows(connection).add(values)
            told = {"login": login, "roles": sorted(set(roles)), "areas": given}
            _record(connection, principal, "user.created", str(values["id"]), now_ms(self._clock), **told)
            row = _find(connection, str(values["id"]), principal)
        return FreshUser(row, password)

    def reach(self, user_id: str, roles: Sequence[Role], areas: Sequence[str], principal: Principal) -> RowMapping:
        """Give a user these roles and areas in place of the former ones, from the next request on.

        Raises ProblemError: not-found, invalid.
        """
        _require_within(areas, principal)
        with self._database.writing() as connection:
            before = _find(connection, user_id, principal)
            values = {"roles": dumps(sorted(set(roles))), "areas": dumps(tuple(areas))}
            UserRows(connection).change(user_id, values)
            told = {"login": before["login"], "roles": sorted(set(roles)), "areas": areas}
            was = {"roles": json.loads(before["roles"]), "areas": json.loads(before["areas"])}
            _record(connection, principal, "user.reach_changed", user_id, now_ms(self._clock), **told, before=was)
            return _find(connection, user_id, principal)

    def disable(self, user_id: str, principal: Principal) -> None:
        """Shut a user out and end their sessions; twice is the same as once. Raises ProblemError: not-found."""
        with self._database.writing() as connection:
            row = _find(connection, user_id, principal)
            if row["disabled_ms"] is not None:
                return
            at_ms = now_ms(self._clock)
            UserRows(connection).change(user_id, {"disabled_ms": at_ms})
            SessionRows(connection).revoke_of(user_id, at_ms)
            _record(connection, principal, "user.disabled", user_id, at_ms, login=row["login"])

    def reset(self, user_id: str, principal: Principal, *, second_factor: bool = False) -> FreshUser:
        """Give a user a random password and end their sessions; with `second_factor` the device is forgotten, too. A
        disabled user is let in again.

        Raises ProblemError: not-found.
        """
        password = secrets.token_urlsafe(15)
        values: dict[str, object] = {
            "password_hash": self._passwords.hash(password),
            "must_change": True,
            "disabled_ms": None,
        }
        if second_factor:
            values |= {"totp_secret": None, "totp_confirmed": False}
        with self._database.writing() as connection:
            row = _find(connection, user_id, principal)
            at_ms = now_ms(self._clock)
            UserRows(connection).change(user_id, values)
            if second_factor:
                UserRows(connection).set_recovery(user_id, ())
            SessionRows(connection).revoke_of(user_id, at_ms)
            told = {"login": row["login"], "second_factor": second_factor}
            _record(connection, principal, "user.password_reset", user_id, at_ms, **told)
            return FreshUser(_find(connection, user_id, principal), password)


def _all(rows: UserRows, after: str) -> Iterator[RowMapping]:
    while found := rows.page(after, PAGE):
        yield from found
        after = found[-1]["id"]


def _find(connection: Connection, user_id: str, principal: Principal) -> RowMapping:
    row = UserRows(connection).get(user_id)
    if row is None or not principal.sees_all(areas_of(row)):
        raise ProblemError(ProblemType.NOT_FOUND, f"no user has the id '{user_id}'; see GET /api/v1/users")
    return row


def _require_within(areas: Sequence[str], principal: Principal) -> None:
    if not principal.sees_all(areas):
        message = "reach beyond your own; name areas that lie within them"
        errors = [{"field": "areas", "message": message}]
        raise ProblemError(ProblemType.INVALID, f"areas: {message}", members={"errors": errors})


def _record(
    connection: Connection, principal: Principal, action: str, user_id: str, at_ms: int, **detail: object
) -> None:
    AuditRows(connection).append(principal.note(action, f"user:{user_id}", **detail), at_ms)
