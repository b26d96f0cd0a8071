"""SOAP 1.2 as a device reads and writes it: the request taken apart, the answer put together, the fault."""

from __future__ import annotations

from dataclasses import dataclass
from xml.sax.saxutils import escape

from lxml import etree

SOAP = "http://www.w3.org/2003/05/soap-envelope"
WSA = "http://www.w3.org/2005/08/addressing"
WSNT = "http://docs.oasis-open.org/wsn/b-2"
NAMESPACES = {
    "device": "http://www.onvif.org/ver10/device/wsdl",
    "media": "http://www.onvif.org/ver10/media/wsdl",
    "media2": "http://www.onvif.org/ver20/media/wsdl",
    "ptz": "http://www.onvif.org/ver20/ptz/wsdl",
    "events": "http://www.onvif.org/ver10/events/wsdl",
}
_PREFIXES = (
    f'xmlns:s="{SOAP}" xmlns:wsa5="{WSA}" xmlns:wsnt="{WSNT}" xmlns:tt="http://www.onvif.org/ver10/schema" '
    f'xmlns:tds="{NAMESPACES["device"]}" xmlns:trt="{NAMESPACES["media"]}" xmlns:tr2="{NAMESPACES["media2"]}" '
    f'xmlns:tptz="{NAMESPACES["ptz"]}" xmlns:tev="{NAMESPACES["events"]}" xmlns:ter="http://www.onvif.org/ver10/error" '
    'xmlns:tns1="http://www.onvif.org/ver10/topics" xmlns:wstop="http://docs.oasis-open.org/wsn/t-1"'
)


class FaultError(Exception):
    """A SOAP fault to answer with: the HTTP status, ONVIF's subcodes from outer to inner, and the reason."""

    def __init__(self, reason: str, *subcodes: str, status: int = 400, receiver: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.subcodes, self.status = reason, subcodes, status
        self.code = "s:Receiver" if receiver else "s:Sender"

    def xml(self) -> str:
        inner = ""
        for subcode in reversed(self.subcodes):
            inner = f"<s:Subcode><s:Value>{subcode}</s:Value>{inner}</s:Subcode>"
        return (
            f"<s:Fault><s:Code><s:Value>{self.code}</s:Value>{inner}</s:Code>"
            f'<s:Reason><s:Text xml:lang="en">{escape(self.reason)}</s:Text></s:Reason></s:Fault>'
        )


def not_supported(action: str) -> FaultError:
    return FaultError(f"Optional action {action} not implemented", "ter:ActionNotSupported", status=500, receiver=True)


def invalid(reason: str, *subcodes: str) -> FaultError:
    return FaultError(reason, "ter:InvalidArgVal", *subcodes)


@dataclass(frozen=True)
class Request:
    """The one element of the body, its namespace and name, and the header (None where there is none)."""

    namespace: str
    action: str
    body: etree._Element
    header: etree._Element | None

    def text(self, local_name: str) -> str | None:
        """The text of the first such element of the body, None where it is missing."""
        return next((element.text or "" for element in self.body.iter(f"{{*}}{local_name}")), None)

    def need(self, local_name: str) -> str:
        value = self.text(local_name)
        if not value:
            raise invalid(f"{self.action} needs {local_name}")
        return value

    def header_text(self, local_name: str) -> str | None:
        if self.header is None:
            return None
        return next((element.text or "" for element in self.header.iter(f"{{*}}{local_name}")), None)


def parse(data: bytes) -> Request:
    """Raises FaultError for what is not a SOAP 1.2 envelope with exactly one element in its body."""
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise FaultError(f"not well-formed: {error}", "ter:WellFormed") from error
    if root.tag != f"{{{SOAP}}}Envelope":
        raise FaultError("no SOAP 1.2 envelope", "ter:WellFormed")
    bodies = root.findall(f"{{{SOAP}}}Body")
    if len(bodies) != 1 or len(bodies[0]) != 1:
        raise FaultError("a body with one element is wanted", "ter:WellFormed")
    element = bodies[0][0]
    name = etree.QName(element)
    return Request(name.namespace or "", name.localname, element, root.find(f"{{{SOAP}}}Header"))


def envelope(content: str) -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<s:Envelope {_PREFIXES}><s:Header/>'
        + f"<s:Body>{content}</s:Body></s:Envelope>"
    )
