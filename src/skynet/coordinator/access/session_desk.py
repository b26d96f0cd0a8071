"""Sessions of people: signing in, being known again, signing out.

A session's secret is 256 random bits in a cookie; only its hash is kept. It ends when it has not been used for
`IDLE_S`, after `LONGEST_S` in any case, when its user signs out, is disabled or has the password changed elsewhere. A
session whose user must first set a password or enrol a second factor opens nothing but that.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping

from skynet.coordinator.access import second_factor
from skynet.coordinator.access.login_throttle import LoginThrottle
from skynet.coordinator.access.passwords import Passwords
from skynet.coordinator.access.role import Role
from skynet.coordinator.access.token_office import areas_of, digest
from skynet.coordinator.metrics import Metrics
from skynet.coordinator.problem import ProblemError, ProblemType
from skynet.coordinator.storage.audit_rows import AuditNote, AuditRows
from skynet.coordinator.storage.database import Database
from skynet.coordinator.storage.session_rows import SessionRows
from skynet.coordinator.storage.user_rows import UserRows
from skynet.coordinator.timestamp import now_ms
from skynet.domain.clock import Clock
from skynet.domain.ids import uuid7

IDLE_S = 30 * 60
LONGEST_S = 12 * 3600
SEEN_EVERY_MS = 60_000
"""A session's last use is written down no more often."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whose a valid session is, and what it lacks: `needs` is `password`, `second_factor` or None."""

    session_id: str
    user_id: str
    login: str
    roles: tuple[Role, ...]
    areas: tuple[str, ...]
    needs: str | None


@dataclass(frozen=True, slots=True)
class FreshSession:
    """A session just begun; `secret` goes into the cookie."""

    secret: str
    visitor: Visitor


class SessionDesk:
    """Calls block on the database and on hashing."""

    def __init__(self, database: Database, clock: Clock, passwords: Passwords, metrics: Metrics) -> None:
        self._database = database
        self._clock = clock
        self._passwords = passwords
        self._metrics = metrics

    def visitor(self, secret: str) -> Visitor | None:
        """Whose the session is; None for any text that is no valid session."""
        at_ms = now_ms(self._clock)
        with self._database.reading() as connection:
            row = SessionRows(connection).valid(digest(secret), at_ms - IDLE_S * 1000, at_ms - LONGEST_S * 1000)
        if row is None:
            return None
        if at_ms - row["seen_ms"] >= SEEN_EVERY_MS:
            with self._database.writing() as connection:
                SessionRows(connection).see(row["session_id"], at_ms)
        return _visitor(row, row["session_id"])

    def begin(self, login: str, password: str, code: str | None, address: str) -> FreshSession:
        """Sign in from a network address.

        Raises ProblemError: too-many-requests, unauthorised (one answer for an unknown login and a wrong password; with
        `needs: code` when only the one-time or recovery code is missing).
        """
        with self._database.writing() as connection:
            LoginThrottle(connection, login, address, now_ms(self._clock)).begin()
            row = UserRows(connection).by_login(login)
        stored = None if row is None or row["disabled_ms"] is not None else str(row["password_hash"])
        if not self._passwords.verify(stored, password) or row is None:
            self._refuse(login, row, address, "password")
            raise self._wrong("the login or the password is wrong")
        with self._database.writing() as connection:
            at_ms = now_ms(self._clock)
            throttle = LoginThrottle(connection, login, address, at_ms)
            row = UserRows(connection).get(row["id"])
            fresh = None
            if row is not None and row["password_hash"] == stored and row["disabled_ms"] is None:
                wanted = _needs(row) != "second_factor" and row["totp_confirmed"]
                if wanted and code is None:
                    throttle.take_back()
                elif not wanted or self._code_is_good(connection, row, str(code)):
                    throttle.succeed()
                    fresh = self._open(connection, row, address)
        if fresh is not None:
            self._metrics.sign_ins.labels("done").inc()
            return fresh
        if code is None:
            raise self._wrong("send the code of the second factor, too", needs="code")
        self._refuse(login, row, address, "code")
        raise self._wrong("the code is wrong or was used already", needs="code")

    def end(self, visitor: Visitor) -> None:
        """Sign out."""
        at_ms = now_ms(self._clock)
        with self._database.writing() as connection:
            SessionRows(connection).revoke(visitor.session_id, at_ms)
            _record(connection, visitor.login, visitor.user_id, "session.ended", at_ms)

    def _open(self, connection: Connection, row: RowMapping, address: str) -> FreshSession:
        at_ms = now_ms(self._clock)
        secret, session_id = secrets.token_urlsafe(32), str(uuid7(self._clock.wall()))
        rows = SessionRows(connection)
        rows.drop_before(at_ms - 2 * LONGEST_S * 1000)
        rows.add(session_id, digest(secret), row["id"], at_ms)
        _record(connection, row["login"], row["id"], "session.begun", at_ms, address=address)
        return FreshSession(secret, _visitor(row, session_id))

    def _code_is_good(self, connection: Connection, row: RowMapping, code: str) -> bool:
        rows = UserRows(connection)
        step = second_factor.step_of(row["totp_secret"], code.strip(), self._clock.wall())
        if step is not None:
            return rows.take_step(row["id"], step)
        return rows.use_recovery(row["id"], second_factor.recovery_digest(row["id"], code), now_ms(self._clock))

    def _refuse(self, login: str, row: RowMapping | None, address: str, what: str) -> None:
        """Record it: of an unknown login not the text, which may be a password typed into the wrong field."""
        subject = "user:unknown" if row is None else f"user:{row['id']}"
        detail: dict[str, object] = {"address": address, "wrong": what if row is not None else "login"}
        note = AuditNote("nobody", "session.refused", subject, None, detail)
        with self._database.writing() as connection:
            AuditRows(connection).append(note, now_ms(self._clock))

    def _wrong(self, detail: str, **members: object) -> ProblemError:
        self._metrics.sign_ins.labels("refused").inc()
        headers = {"WWW-Authenticate": 'Bearer realm="skynet"'}
        return ProblemError(ProblemType.UNAUTHORISED, detail, headers=headers, members=members)


def csrf_token(secret: str) -> str:
    """What a page must send in X-CSRF-Token with changes: only who has read an answer of this session knows it."""
    return hmac.new(secret.encode(), b"skynet csrf", hashlib.sha256).hexdigest()


def _visitor(row: RowMapping, session_id: str) -> Visitor:
    roles = tuple(Role(role) for role in json.loads(row["roles"]))
    return Visitor(session_id, row["id"], row["login"], roles, areas_of(row), _needs(row))


def _needs(row: RowMapping) -> str | None:
    if row["must_change"]:
        return "password"
    if Role.ADMIN in json.loads(row["roles"]) and not row["totp_confirmed"]:
        return "second_factor"
    return None


def _record(connection: Connection, login: str, user_id: str, action: str, at_ms: int, **detail: object) -> None:
    note = AuditNote(f"user:{login}:{user_id}", action, f"user:{user_id}", None, detail)
    AuditRows(connection).append(note, at_ms)
