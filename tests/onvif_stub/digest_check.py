"""HTTP digest as a strict device checks it (RFC 2617, RFC 7616): nonces of its own, counted, per algorithm."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import threading

from tests.onvif_stub.login import Login

_PAIR = re.compile(r'(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')
_HASHES = {"MD5": "md5", "MD5-sess": "md5", "SHA-256": "sha256"}


class DigestCheck:
    """Challenges in the order of `algorithms`; None stands for one that names no algorithm.

    `qop=False` is RFC 2069's short form, `once` takes each nonce for one request, `strict_echo` refuses an answer that
    names an algorithm.
    """

    def __init__(
        self,
        login: Login,
        realm: str,
        algorithms: tuple[str | None, ...] = ("MD5",),
        *,
        qop: bool = True,
        once: bool = False,
        strict_echo: bool = False,
    ) -> None:
        self._login, self._realm, self._algorithms = login, realm, algorithms
        self._qop, self._once, self._strict_echo = qop, once, strict_echo
        self._nonces: dict[str, int] = {}
        self._lock = threading.Lock()
        self.algorithms_seen: list[str] = []

    def challenges(self, stale: bool = False) -> list[str]:
        """The values of WWW-Authenticate, one a header, with a fresh nonce."""
        nonce = secrets.token_hex(16)
        with self._lock:
            self._nonces[nonce] = 0
        tail = (', qop="auth"' if self._qop else "") + (', stale="true"' if stale else "")
        named = [f", algorithm={algorithm}" if algorithm else "" for algorithm in self._algorithms]
        return [f'Digest realm="{self._realm}", nonce="{nonce}"{tail}{name}' for name in named]

    def complaint(self, authorization: str, method: str, target: str) -> str | None:
        """Why the Authorization header is refused, None where it is good; "stale" where only its nonce is spent."""
        fields = {key: quoted or plain for key, quoted, plain in _PAIR.findall(authorization.partition(" ")[2])}
        algorithm = fields.get("algorithm")
        if algorithm is not None and self._strict_echo:
            return "algorithm was not asked for"
        if (algorithm or "MD5") not in [name or "MD5" for name in self._algorithms]:
            return f"algorithm {algorithm} was not offered"
        if fields.get("username") != self._login.user or fields.get("realm") != self._realm:
            return "unknown user or realm"
        if fields.get("uri") != target:
            return f"uri {fields.get('uri')} is not {target}"
        wanted = self._response(fields, algorithm or "MD5", method)
        if wanted is None:
            return "qop, nc and cnonce are wanted"
        if not hmac.compare_digest(wanted, fields.get("response", "")):
            return "wrong password"
        self.algorithms_seen.append(algorithm or "MD5")
        return self._spend(fields)

    def _response(self, fields: dict[str, str], algorithm: str, method: str) -> str | None:
        def digest(*parts: str) -> str:
            return hashlib.new(_HASHES[algorithm], ":".join(parts).encode(), usedforsecurity=False).hexdigest()

        nonce, cnonce = fields.get("nonce", ""), fields.get("cnonce", "")
        ha1 = digest(self._login.user, self._realm, self._login.password)
        if algorithm.endswith("-sess"):
            ha1 = digest(ha1, nonce, cnonce)
        ha2 = digest(method, fields.get("uri", ""))
        if not self._qop:
            return digest(ha1, nonce, ha2)
        if fields.get("qop") != "auth" or not cnonce or not re.fullmatch(r"[0-9a-fA-F]{8}", fields.get("nc", "")):
            return None
        return digest(ha1, nonce, fields["nc"], cnonce, "auth", ha2)

    def _spend(self, fields: dict[str, str]) -> str | None:
        nonce = fields.get("nonce", "")
        with self._lock:
            used = self._nonces.get(nonce)
            if used is None:
                return "stale"
            count = int(fields["nc"], 16) if self._qop else used + 1
            if count <= used:
                return "the nonce count was used before"
            if self._once:
                del self._nonces[nonce]
            else:
                self._nonces[nonce] = count
        return None
