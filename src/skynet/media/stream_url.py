"""Stream addresses: their scheme, their host and port, and how people may see them."""

from __future__ import annotations

from urllib.parse import urlsplit

from skynet.domain.stream_redaction import SCHEME, redact

__all__ = ["host_and_port", "redact", "scheme_of"]


def scheme_of(url_or_path: str) -> str:
    """The scheme in lower case, empty for a path."""
    found = SCHEME.match(url_or_path)
    return found[1].lower() if found else ""


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
