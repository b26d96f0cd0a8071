"""Addresses that a device gives away, as we can reach them: behind NAT it knows only its own side. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, unquote, urlsplit, urlunsplit

from skynet.domain.errors import BadInputError
from skynet.edge.onvif.credentials import Credentials
from skynet.media.stream_url import redact

_PASSWORD_IN_PATH = re.compile(r"((?:password|passwd|pwd|user|username)=)[^&/_;?]*", re.IGNORECASE)
DEVICE_PATH = "/onvif/device_service"


@dataclass(frozen=True, slots=True)
class Reached:
    """Scheme, host and port by which a device answers us."""

    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, url: str) -> Reached:
        """Raises ValueError."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(
                f"{shown_address(url)}: is no address of a device; expected http://host/onvif/device_service"
            )
        return cls(parts.scheme, parts.hostname, parts.port or (443 if parts.scheme == "https" else 80))

    @property
    def netloc(self) -> str:
        return _netloc(self.host, None if self.port == {"http": 80, "https": 443}[self.scheme] else self.port)

    def rewrite(self, xaddr: str, keep_port: bool = False) -> str:
        """`xaddr` at the host and port that we reached, its path and query kept. `keep_port` keeps its own port.

        Raises ValueError when it is no HTTP address.
        """
        own = Reached.of(xaddr)
        parts = urlsplit(xaddr)
        here = Reached(own.scheme, self.host, own.port) if keep_port else self
        return urlunsplit((here.scheme, here.netloc, parts.path or "/", parts.query, ""))


def device_address(text: str, tls: bool = False) -> tuple[str, Credentials | None]:
    """The device's address out of what a person typed (`host`, `host:port`, a URL), and the credentials in it.

    Raises BadInputError, which never shows them.
    """
    url = text.strip()
    if "://" not in url:
        url = f"{'https' if tls else 'http'}://{url}"
    try:
        parts = urlsplit(url)
        reached = Reached.of(url)
        user, password = parts.username, parts.password
    except ValueError:
        raise BadInputError(
            f"{shown_address(url)}: is no address of a device; expected a host, host:port or http://host/onvif/device_service"
        ) from None
    if any(ord(c) <= 0x20 or ord(c) == 0x7F for c in url):
        raise BadInputError(f"{shown_address(url)!a}: an address holds no blanks or control characters")
    path = parts.path if parts.path not in ("", "/") else DEVICE_PATH
    address = urlunsplit((reached.scheme, reached.netloc, path, parts.query, ""))
    return address, Credentials(unquote(user), unquote(password or "")) if user is not None else None


def stream_address(uri: str, host: str) -> tuple[str, tuple[str, ...]]:
    """`uri` without credentials and at `host`, and what had to be changed. Raises ValueError for what is no address."""
    parts = urlsplit(uri.strip())
    if not parts.scheme or not parts.hostname:
        raise ValueError("is no address")
    changes = []
    if parts.username is not None:
        changes.append("its stream address held user and password; they were taken out")
    if parts.hostname != host:
        changes.append(f"its stream address named another host ({parts.hostname[:80]}); it was put at {host}")
    netloc = _netloc(host, parts.port)
    return urlunsplit((parts.scheme.lower(), netloc, parts.path, parts.query, "")), tuple(changes)


def with_credentials(url: str, credentials: Credentials | None) -> str:
    """`url` with user and password in it, for a reader; never to be shown."""
    if credentials is None:
        return url
    parts: SplitResult = urlsplit(url)
    login = f"{quote(credentials.user, safe='')}:{quote(credentials.password, safe='')}"
    return urlunsplit((parts.scheme, f"{login}@{parts.netloc.rpartition('@')[2]}", parts.path, parts.query, ""))


def shown_address(url: str) -> str:
    """`url` as people may see it: some makes carry the password in the path."""
    return _PASSWORD_IN_PATH.sub(r"\1***", redact(url))


def _netloc(host: str, port: int | None) -> str:
    name = f"[{host}]" if ":" in host else host
    return f"{name}:{port}" if port else name
