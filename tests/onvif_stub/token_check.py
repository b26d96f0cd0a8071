"""WS-UsernameToken as a strict device checks it (WS-Security UsernameToken Profile 1.0, ONVIF Core §5.9.4)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, datetime

from lxml import etree

from tests.onvif_stub.login import Login

WSSE = "{http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd}"
WSU = "{http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd}"
_PROFILE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#"


class TokenCheck:
    """Keeps the nonces that were used. `now` is the device's clock in Unix seconds; `text_only` wants PasswordText."""

    def __init__(self, login: Login, now: Callable[[], float], window_s: float, text_only: bool) -> None:
        self._login, self._now, self._window_s, self._text_only = login, now, window_s, text_only
        self._used: set[bytes] = set()

    def find(self, header: etree._Element | None) -> etree._Element | None:
        return None if header is None else header.find(f"{WSSE}Security/{WSSE}UsernameToken")

    def complaint(self, token: etree._Element) -> str | None:
        """Why the token is refused, None where it is good."""
        password, nonce = token.find(f"{WSSE}Password"), token.find(f"{WSSE}Nonce")
        if token.findtext(f"{WSSE}Username") != self._login.user:
            return "unknown user"
        if password is None or password.text is None:
            return "no password"
        if self._text_only:
            good = password.get("Type") in (None, f"{_PROFILE}PasswordText") and password.text == self._login.password
            return None if good else "PasswordText is wanted"
        if password.get("Type") != f"{_PROFILE}PasswordDigest":
            return "PasswordDigest is wanted"
        created = token.findtext(f"{WSU}Created")
        if nonce is None or not nonce.text or created is None:
            return "Nonce and Created are wanted"
        return self._digest_complaint(password.text, nonce.text, created)

    def _digest_complaint(self, digest: str, nonce_text: str, created: str) -> str | None:
        try:
            nonce = base64.b64decode(nonce_text, validate=True)
            at = datetime.fromisoformat(created.replace("Z", "+00:00"))
        except (binascii.Error, ValueError):
            return "Nonce or Created cannot be read"
        if at.tzinfo is None:
            return "Created has no zone"
        if len(nonce) < 8:
            return "the nonce is too short"
        if abs(at.astimezone(UTC).timestamp() - self._now()) > self._window_s:
            return "Created is out of the window"
        wanted = hashlib.sha1(nonce + created.encode() + self._login.password.encode(), usedforsecurity=False).digest()
        if not hmac.compare_digest(base64.b64encode(wanted), digest.encode()):
            return "wrong password"
        if nonce in self._used:
            return "the nonce was used before"
        self._used.add(nonce)
        return None
