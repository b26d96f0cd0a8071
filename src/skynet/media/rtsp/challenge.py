"""What a camera asks for with a 401: the challenges of RFC 7616 and RFC 7617, as cameras really write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_PIECE = re.compile(
    r'(?P<name>[A-Za-z0-9_-]+)\s*=\s*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"?|(?P<bare>[^\s,"]*))'
    r"|(?P<scheme>[A-Za-z][A-Za-z0-9_-]*)"
)
_DIGESTS = {"md5": ("md5", 1), "sha-256": ("sha256", 3), "sha-512-256": ("sha512_256", 4)}
"""Algorithm → the hash's name in hashlib and how strong it is."""
_MAX_CHALLENGES = 16


@dataclass(frozen=True, slots=True)
class Challenge:
    """One way to prove who we are. `algorithm` as the camera wrote it, None when it wrote none; `hash_name` is
    hashlib's, empty for Basic.
    """

    realm: str
    hash_name: str = ""
    strength: int = 0
    session: bool = False
    nonce: str = ""
    opaque: str | None = None
    algorithm: str | None = None
    qop: str | None = None
    stale: bool = False


def parse_challenges(headers: Iterable[str]) -> list[Challenge]:
    """All that we can answer, the strongest first, out of the values of `WWW-Authenticate`. Never raises."""
    found: list[Challenge] = []
    for header in headers:
        scheme = ""
        fields: dict[str, str] = {}
        for piece in _PIECE.finditer(header):
            if piece["scheme"]:
                _add(found, scheme, fields)
                scheme, fields = piece["scheme"].lower(), {}
            elif len(fields) < 32:
                value = piece["bare"] if piece["quoted"] is None else re.sub(r"\\(.)", r"\1", piece["quoted"])
                fields.setdefault(piece["name"].lower(), value)
        _add(found, scheme, fields)
    return sorted(found, key=lambda challenge: -challenge.strength)


def _add(found: list[Challenge], scheme: str, fields: dict[str, str]) -> None:
    challenge = None
    if scheme == "basic":
        challenge = Challenge(fields.get("realm", ""))
    elif scheme == "digest":
        challenge = _digest(fields)
    if challenge and len(found) < _MAX_CHALLENGES:
        found.append(challenge)


def _digest(fields: dict[str, str]) -> Challenge | None:
    named = fields.get("algorithm")
    algorithm = (named or "md5").lower()
    session = algorithm.endswith("-sess")
    known = _DIGESTS.get(algorithm.removesuffix("-sess"))
    offered = [way.strip().lower() for way in fields.get("qop", "").split(",") if way.strip()]
    if known is None or (offered and not {"auth", "auth-int"}.intersection(offered)):
        return None
    qop = None if not offered else "auth" if "auth" in offered else "auth-int"
    return Challenge(
        realm=fields.get("realm", ""),
        hash_name=known[0],
        strength=known[1] * 2 + session,
        session=session,
        nonce=fields.get("nonce", ""),
        opaque=fields.get("opaque"),
        algorithm=named,
        qop=qop,
        stale=fields.get("stale", "").lower() == "true",
    )
