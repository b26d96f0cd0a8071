"""Stream addresses as people may see them: never with the credentials that open the stream."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")


def scheme_of(url_or_path: str) -> str:
    """The scheme in lower case, empty for a path."""
    found = _SCHEME.match(url_or_path)
    return found[1].lower() if found else ""


def redact(url: str) -> str:
    """`url` without user, password and the values of its query, which some cameras take a password in."""
    found = _SCHEME.match(url)
    if not found:
        return url
    rest, hash_sign, _ = url[found.end() :].partition("#")
    rest, question_mark, _ = rest.partition("?")
    # A password may hold an unescaped slash, so everything up to the last @ is taken for credentials.
    credentials, at, address = rest.rpartition("@")
    hidden = f"{found[0]}***@{address}" if at or credentials else f"{found[0]}{address}"
    return hidden + ("?***" if question_mark else "") + ("#***" if hash_sign else "")


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
