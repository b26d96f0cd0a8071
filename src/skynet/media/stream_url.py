"""Stream addresses as people may see them: never with the credentials that open the stream."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_AUTHORITY_END = re.compile(r"[/?#]")


def scheme_of(url_or_path: str) -> str:
    """The scheme in lower case, empty for a path."""
    found = _SCHEME.match(url_or_path)
    return found[1].lower() if found else ""


def redact(url: str) -> str:
    """`url` without user, password and the values of its query, which some cameras take a password in."""
    found = _SCHEME.match(url)
    if not found:
        return url
    rest = url[found.end() :]
    authority = _AUTHORITY_END.split(rest, maxsplit=1)[0]
    after = rest[len(authority) :]
    if "@" in after:  # an unescaped / or ? in a password: nobody can say where the credentials end
        return f"{found[0]}***"
    credentials, at, host = authority.rpartition("@")
    path = re.split(r"[?#]", after, maxsplit=1)[0]
    shown = f"{found[0]}***@{host}{path}" if at or credentials else f"{found[0]}{host}{path}"
    return shown if len(path) == len(after) else f"{shown}?***"


def host_and_port(url: str) -> tuple[str, int]:
    """Where `url` points. Raises ValueError with one clear line, without credentials, when it names no host or port."""
    where = redact(url)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ValueError(
            f"{where}: the host or port of this address cannot be read; expected rtsp://host:554/path"
        ) from None
    if not host:
        raise ValueError(f"{where}: this address names no host; expected rtsp://host:554/path")
    return host, port or (322 if url.lower().startswith("rtsps:") else 554)
