"""Proves to a camera who we are: Basic and Digest, by the strongest challenge that it offered.

Header text is latin-1 on the wire, so what is hashed is exactly the bytes that are sent. Keeps the newest challenge
for the requests that follow; each use of it counts up, as Digest wants.
"""

from __future__ import annotations

import hashlib
import secrets
from base64 import b64encode
from collections.abc import Callable, Iterable

from skynet.media.rtsp.challenge import Challenge, parse_challenges


class Login:
    """One user on one connection. `client_nonce` makes a fresh random text."""

    def __init__(self, user: str, password: str, client_nonce: Callable[[], str] | None = None) -> None:
        self._user = _wire(user)
        self._password = _wire(password)
        self._client_nonce = client_nonce or (lambda: secrets.token_hex(8))
        self._challenge: Challenge | None = None
        self._uses = 0

    def challenged(self, headers: Iterable[str]) -> Challenge | None:
        """Take up what a 401 asks for; None when it asks for nothing that we know."""
        challenge = next(iter(parse_challenges(headers)), None)
        if challenge:
            self._challenge, self._uses = challenge, 0
        return challenge

    def header(self, method: str, url: str) -> str | None:
        """The value of `Authorization` for a request without a body; None before the first challenge."""
        challenge = self._challenge
        if challenge is None:
            return None
        if not challenge.hash_name:
            token = b64encode(f"{self._user}:{self._password}".encode("latin-1")).decode("ascii")
            return f"Basic {token}"
        return self._digest(challenge, method, url)

    def _digest(self, challenge: Challenge, method: str, url: str) -> str:
        def digest(*parts: str) -> str:
            return hashlib.new(
                challenge.hash_name, ":".join(parts).encode("latin-1"), usedforsecurity=False
            ).hexdigest()

        self._uses += 1
        count, own_nonce = f"{self._uses:08x}", self._client_nonce()
        secret = digest(self._user, challenge.realm, self._password)
        if challenge.session:
            secret = digest(secret, challenge.nonce, own_nonce)
        asked = (method, url, digest("")) if challenge.qop == "auth-int" else (method, url)
        about = (challenge.nonce, count, own_nonce, challenge.qop) if challenge.qop else (challenge.nonce,)
        fields = {
            "username": self._user,
            "realm": challenge.realm,
            "nonce": challenge.nonce,
            "uri": url,
            "response": digest(secret, *about, digest(*asked)),
        }
        if challenge.opaque is not None:
            fields["opaque"] = challenge.opaque
        text = ", ".join(f"{name}={_quoted(value)}" for name, value in fields.items())
        if challenge.algorithm is not None:  # some cameras refuse an algorithm that they did not name
            text += f", algorithm={challenge.algorithm}"
        if challenge.qop:
            text += f", qop={challenge.qop}, nc={count}"
        if challenge.qop or challenge.session:
            text += f', cnonce="{own_nonce}"'
        return f"Digest {text}"


def _wire(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").decode("latin-1")


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
