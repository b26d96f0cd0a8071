"""WS-Discovery (2005/04): the question, and a device's answer to it. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import unquote
from uuid import UUID

from skynet.edge.onvif.address import Reached
from skynet.edge.onvif.camera_error import StrangeAnswerError
from skynet.edge.onvif.plain_text import plain_text
from skynet.edge.onvif.xml_node import XmlNode, read_xml

_DISCOVERY = "http://schemas.xmlsoap.org/ws/2005/04/discovery"
_ADDRESSING = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
_SOAP = "http://www.w3.org/2003/05/soap-envelope"
_SCOPE = re.compile(r"onvif://www\.onvif\.org/([A-Za-z_]+)/(.*)", re.IGNORECASE)
MAX_XADDRS = 8
MAX_SCOPES = 64
MAX_MATCHES = 64
"""In one datagram."""


@dataclass(frozen=True, slots=True)
class FoundDevice:
    """A device by its endpoint reference. `seen_at` is the address that its answer came from."""

    endpoint: str
    xaddrs: tuple[str, ...]
    seen_at: str = ""
    scopes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """`name`, `hardware`, `location`, `Profile` … → what the device says."""

    @property
    def name(self) -> str:
        return next(iter(self.scopes.get("name", ())), "")

    @property
    def hardware(self) -> str:
        return next(iter(self.scopes.get("hardware", ())), "")


def write_probe(message: UUID) -> bytes:
    """A question to every device: what type they call themselves differs, so none is asked for."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><e:Envelope xmlns:e="{_SOAP}" xmlns:a="{_ADDRESSING}" '
        f'xmlns:d="{_DISCOVERY}"><e:Header><a:Action e:mustUnderstand="1">{_DISCOVERY}/Probe</a:Action>'
        f"<a:MessageID>urn:uuid:{message}</a:MessageID>"
        '<a:To e:mustUnderstand="1">urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To></e:Header>'
        "<e:Body><d:Probe/></e:Body></e:Envelope>"
    ).encode()


def read_probe_matches(datagram: bytes, seen_at: str) -> list[FoundDevice]:
    """The devices that an answer names: those with an HTTP address. Raises StrangeAnswerError for what is no answer."""
    root, _ = read_xml(datagram)
    matches = root.child("Body", "ProbeMatches")
    if matches is None:
        raise StrangeAnswerError("is no answer to a probe")
    found = (_device(match, seen_at) for match in matches.children("ProbeMatch")[:MAX_MATCHES])
    return [device for device in found if device]


def _device(match: XmlNode, seen_at: str) -> FoundDevice | None:
    xaddrs = tuple(dict.fromkeys(x for x in match.text("XAddrs").split()[:MAX_XADDRS] if _is_http(x)))
    if not xaddrs:
        return None
    endpoint = match.text("EndpointReference", "Address", limit=200).lower().removeprefix("urn:").removeprefix("uuid:")
    scopes: dict[str, tuple[str, ...]] = {}
    for scope in match.text("Scopes", limit=8192).split()[:MAX_SCOPES]:
        if named := _SCOPE.fullmatch(scope):
            value = plain_text(unquote(named[2]), 80)
            scopes[named[1]] = (*scopes.get(named[1], ()), value) if value else scopes.get(named[1], ())
    return FoundDevice(endpoint or xaddrs[0], xaddrs, seen_at, scopes)


def _is_http(xaddr: str) -> bool:
    try:
        Reached.of(xaddr)
    except ValueError:
        return False
    return True
