"""The second factor: one-time codes by time (TOTP, RFC 6238) and recovery codes for who has lost the device."""

from __future__ import annotations

import hashlib
import hmac
import secrets

import pyotp

STEP_S = 30
DRIFT_STEPS = 1
"""A code is taken one step before and after its time: clocks of telephones go wrong."""
RECOVERY_CODES = 10
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def fresh_secret() -> str:
    """160 random bits in base 32, as RFC 4226 §4 recommends."""
    return pyotp.random_base32()


def address(secret: str, login: str) -> str:
    """The otpauth: address that an authenticator application takes."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name="Skynet")


def step_of(secret: str, code: str, posix_s: float) -> int | None:
    """The time step whose code this is, None when it is none of now's. Who takes it must use the step up (RFC 6238
    §5.2: a code is good once)."""
    totp, now = pyotp.TOTP(secret), int(posix_s) // STEP_S
    steps = range(now - DRIFT_STEPS, now + DRIFT_STEPS + 1)
    good = [step for step in steps if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode())]
    return good[-1] if good else None


def fresh_recovery_codes() -> list[str]:
    """Codes of 79 random bits each, in groups that can be read aloud."""
    return [
        "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4)) for _ in range(RECOVERY_CODES)
    ]


def recovery_digest(user_id: str, code: str) -> str:
    """SHA-256 in hex: a plain hash is enough for random bits."""
    return hashlib.sha256(f"{user_id}:{code.strip().lower()}".encode()).hexdigest()
