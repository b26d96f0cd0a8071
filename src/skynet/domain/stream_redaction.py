"""Stream addresses as people may see them: never with the credentials that open the stream."""

from __future__ import annotations

import re

SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
HIDDEN = "***"
_AUTHORITY_END = re.compile(r"[/?#]")


def redact(url: str) -> str:
    """`url` without user, password and the values of its query, which some cameras take a password in."""
    found = SCHEME.match(url)
    if not found:
        return url
    rest = url[found.end() :]
    authority = _AUTHORITY_END.split(rest, maxsplit=1)[0]
    after = rest[len(authority) :]
    if "@" in after:  # an unescaped / or ? in a password: nobody can say where the credentials end
        return f"{found[0]}{HIDDEN}"
    credentials, at, host = authority.rpartition("@")
    path = re.split(r"[?#]", after, maxsplit=1)[0]
    shown = f"{found[0]}{HIDDEN}@{host}{path}" if at or credentials else f"{found[0]}{host}{path}"
    return shown if len(path) == len(after) else f"{shown}?{HIDDEN}"
