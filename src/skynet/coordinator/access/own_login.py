"""What people do to their own login: set a password, enrol a second factor."""

from __future__ import annotations

from sqlalchemy import Connection

from skynet.coordinator.access import second_factor
from skynet.coordinator.access.passwords import Passwords, weakness
from skynet.coordinator.access.principal import Principal
from skynet.coordinator.problem import ProblemError, ProblemType
from skynet.coordinator.storage.audit_rows import AuditRows
from skynet.coordinator.storage.database import Database
from skynet.coordinator.storage.session_rows import SessionRows
from skynet.coordinator.storage.user_rows import UserRows
from skynet.coordinator.timestamp import now_ms
from skynet.domain.clock import Clock


class OwnLogin:
    """Calls block on the database and on hashing; the principal is a person."""

    def __init__(self, database: Database, clock: Clock, passwords: Passwords) -> None:
        self._database = database
        self._clock = clock
        self._passwords = passwords

    def set_password(self, old: str, new: str, principal: Principal) -> None:
        """Change the password; all other sessions end. Raises ProblemError: invalid (old or new)."""
        user_id = str(principal.user_id)
        with self._database.reading() as connection:
            row = UserRows(connection).get(user_id)
        if row is None or not self._passwords.verify(row["password_hash"], old):
            raise _refused("old", "is not the password; after several mistakes ask an admin to reset it")
        if (weak := weakness(new, row["login"])) is not None:
            raise _refused("new", weak)
        if new == old:
            raise _refused("new", "is the old one; choose another")
        hashed = self._passwords.hash(new)
        with self._database.writing() as connection:
            at_ms = now_ms(self._clock)
            UserRows(connection).change(user_id, {"password_hash": hashed, "must_change": False})
            SessionRows(connection).revoke_of(user_id, at_ms, except_id=principal.token_id)
            _record(connection, principal, "user.password_changed", at_ms)

    def begin_second_factor(self, principal: Principal) -> tuple[str, str]:
        """A secret for the authenticator, and its otpauth address; it counts once a code of it was given.

        Raises ProblemError: state-conflict (there is one already).
        """
        secret = second_factor.fresh_secret()
        with self._database.writing() as connection:
            _require_none(connection, principal)
            UserRows(connection).change(str(principal.user_id), {"totp_secret": secret})
            _record(connection, principal, "user.second_factor_begun", now_ms(self._clock))
        return secret, second_factor.address(secret, principal.name)

    def confirm_second_factor(self, code: str, principal: Principal) -> list[str]:
        """The first code is right: from now on one is asked for. The recovery codes, shown this once.

        Raises ProblemError: state-conflict, invalid (the code).
        """
        user_id = str(principal.user_id)
        codes = second_factor.fresh_recovery_codes()
        with self._database.writing() as connection:
            secret = _require_none(connection, principal)
            if secret is None:
                raise ProblemError(ProblemType.STATE_CONFLICT, "ask for a secret first: POST /api/v1/session/totp")
            step = second_factor.step_of(secret, code.strip(), self._clock.wall())
            rows = UserRows(connection)
            if step is None or not rows.take_step(user_id, step):
                raise _refused("code", "is not the authenticator's code of now; look at the clock of both devices")
            rows.change(user_id, {"totp_confirmed": True})
            rows.set_recovery(user_id, [second_factor.recovery_digest(user_id, one) for one in codes])
            _record(connection, principal, "user.second_factor_enrolled", now_ms(self._clock))
        return codes


def _require_none(connection: Connection, principal: Principal) -> str | None:
    row = UserRows(connection).get(str(principal.user_id))
    if row is None or row["totp_confirmed"]:
        raise ProblemError(ProblemType.STATE_CONFLICT, "a second factor is enrolled; ask an admin to reset it")
    return None if row["totp_secret"] is None else str(row["totp_secret"])


def _refused(field: str, message: str) -> ProblemError:
    errors = [{"field": field, "message": message}]
    return ProblemError(ProblemType.INVALID, f"{field}: {message}", members={"errors": errors})


def _record(connection: Connection, principal: Principal, action: str, at_ms: int) -> None:
    AuditRows(connection).append(principal.note(action, f"user:{principal.user_id}"), at_ms)
