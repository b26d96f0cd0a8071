"""Where a stream is asked for: the parts of an RTSP address, and the addresses that a camera names in return."""

from __future__ import annotations

import string
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

from skynet.media.rtsp.protocol_error import ProtocolError
from skynet.media.stream_url import host_and_port, scheme_of

_AS_IT_IS = "".join(sorted(set(string.printable) - set(string.whitespace)))
_MAX_URL = 4096


@dataclass(frozen=True, slots=True)
class RtspAddress:
    """`request_url` is what the camera is asked for: the user's own spelling, without credentials."""

    secure: bool
    host: str
    port: int
    request_url: str
    user: str | None = field(default=None, repr=False)
    password: str = field(default="", repr=False)

    @classmethod
    def of(cls, url: str) -> RtspAddress:
        """Raises ValueError with one clear line, without credentials, when `url` names no host or port."""
        host, port = host_and_port(url)
        scheme = scheme_of(url)
        rest = url[len(scheme) + 3 :]
        end = min((at for mark in "/?#" if (at := rest.find(mark)) >= 0), default=len(rest))
        credentials, named, authority = rest[:end].rpartition("@")
        user, _, password = credentials.partition(":")
        return cls(
            secure=scheme == "rtsps",
            host=host,
            port=port,
            request_url=quote(f"{scheme}://{authority}{rest[end:]}", safe=_AS_IT_IS),
            user=unquote(user) if named else None,
            password=unquote(password),
        )

    def redirected(self, location: str) -> RtspAddress:
        """The address that a camera sent us on to. Raises ProtocolError.

        Credentials go along only to the same host and never from an encrypted line to an open one, unless the camera
        names others itself.
        """
        if len(location) > _MAX_URL or scheme_of(location) not in ("rtsp", "rtsps"):
            raise ProtocolError("it redirects to something that is no RTSP address")
        try:
            there = RtspAddress.of(location)
        except ValueError:
            raise ProtocolError("it redirects to an address without a host") from None
        known = there.host == self.host and there.secure >= self.secure
        if there.user is None and known:
            return RtspAddress(there.secure, there.host, there.port, there.request_url, self.user, self.password)
        return there


def base_url(request_url: str, content_base: str | None, content_location: str | None) -> str:
    """What relative control addresses of a session description are relative to. Camera's words win, if they are any."""
    for named in (content_base, content_location):
        named = (named or "").strip()
        if scheme_of(named) in ("rtsp", "rtsps") and len(named) <= _MAX_URL:
            try:
                return RtspAddress.of(named).request_url
            except ValueError:
                continue
    return request_url


def control_url(base: str, control: str | None) -> str:
    """The address of a track or session, joined as cameras expect it: by appending, not as RFC 3986 would."""
    control = (control or "").strip()
    if control in ("", "*") or len(control) > _MAX_URL:
        return base
    if scheme_of(control) in ("rtsp", "rtsps"):
        try:
            return RtspAddress.of(control).request_url
        except ValueError:
            return base
    control = quote(control, safe=_AS_IT_IS)
    if control.startswith("/"):
        path_at = base.find("/", base.find("://") + 3)
        if path_at > 0 and control.startswith(base[path_at:].rstrip("/") + "/"):
            return base[:path_at] + control
        control = control.lstrip("/")
    return f"{base}{'' if base.endswith('/') else '/'}{control}"
