"""Passwords: argon2id (RFC 9106), and no difference in time between a wrong password and an unknown person."""

from __future__ import annotations

import secrets
import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

MIN_LENGTH = 12
MAX_LENGTH = 256
AT_ONCE = 4
"""Hashes made at the same time: each takes memory, and anybody may ask for one."""


class Passwords:
    """Thread-safe. Without arguments the second recommendation of RFC 9106 §4: 64 MiB, 3 passes, 4 lanes."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._turns = threading.BoundedSemaphore(AT_ONCE)
        self._nobody: str | None = None

    def hash(self, password: str) -> str:
        with self._turns:
            return self._hasher.hash(password)

    def verify(self, stored: str | None, password: str) -> bool:
        """Whether `password` is the one whose hash is `stored`; None (an unknown person) takes as long and is false."""
        if self._nobody is None:  # whoever comes first waits for it, known or unknown
            self._nobody = self.hash(secrets.token_urlsafe())
        with self._turns:
            try:
                return self._hasher.verify(stored or self._nobody or "", password) and stored is not None
            except (VerifyMismatchError, VerificationError, InvalidHashError):
                return False


def weakness(password: str, login: str) -> str | None:
    """What makes the password too weak, None when nothing does (NIST SP 800-63B: length, and not the login)."""
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        return f"must have {MIN_LENGTH} to {MAX_LENGTH} characters"
    if login.lower() in password.lower():
        return "must not contain the login"
    if len(set(password)) < 5:
        return "must have at least 5 different characters"
    return None
