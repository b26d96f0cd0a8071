"""Slows down who guesses: each account and each address waits twice as long after every further failure.

What counts rests in the database, so that neither a restart nor another coordinator gives new tries. An attempt is
counted as failed before its password is looked at, and taken back when it was good: guesses sent at once count, too.
An account that does not exist is slowed down like one that does.
"""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection

from skynet.coordinator.problem import ProblemError, ProblemType
from skynet.coordinator.storage.attempt_rows import AttemptRows

FREE = {"account": 5, "address": 30}
"""Failures in a row that cost nothing; an address may stand for a whole station."""
MAX_WAIT_MS = 15 * 60_000
FORGET_MS = 24 * 3_600_000


class LoginThrottle:
    """Works in the transaction of `connection`."""

    def __init__(self, connection: Connection, login: str, address: str, at_ms: int) -> None:
        self._rows = AttemptRows(connection)
        self._keys = {"account": f"account:{_digest(login)}", "address": f"address:{_digest(address)}"}
        self._at_ms = at_ms

    def begin(self) -> None:
        """Count an attempt. Raises ProblemError: too-many-requests."""
        self._rows.drop_before(self._at_ms - FORGET_MS)
        found = {kind: self._rows.get(key) for kind, key in self._keys.items()}
        until = max((row["blocked_until_ms"] for row in found.values() if row is not None), default=0)
        until = min(until, self._at_ms + MAX_WAIT_MS)  # a clock that was set back must not lock anybody out
        if until > self._at_ms:
            wait_s = -(-(until - self._at_ms) // 1000)
            raise ProblemError(
                ProblemType.TOO_MANY,
                f"too many attempts to sign in have failed; try again in {wait_s} s",
                headers={"Retry-After": str(wait_s)},
            )
        for kind, row in found.items():
            failures = 1 + (0 if row is None else row["failures"])
            self._rows.put(self._keys[kind], failures, self._at_ms, self._at_ms + _wait_ms(failures - FREE[kind]))

    def take_back(self) -> None:
        """The attempt was no guess, though it did not lead in: a code is still to come."""
        for kind, key in self._keys.items():
            row = self._rows.get(key)
            if row is not None:
                failures = max(0, row["failures"] - 1)
                self._rows.put(key, failures, self._at_ms, self._at_ms + _wait_ms(failures - FREE[kind]))

    def succeed(self) -> None:
        """The attempt was good: the account begins anew, the address does not, lest an account of one's own hides
        guesses at others."""
        self.take_back()
        self._rows.forget(self._keys["account"])


def _wait_ms(beyond: int) -> int:
    return 0 if beyond < 0 else min(MAX_WAIT_MS, 1000 << min(beyond, 20))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
