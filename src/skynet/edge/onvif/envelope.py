"""SOAP 1.2 envelopes: what is sent, and what an answer holds. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from skynet.edge.onvif.camera_error import CameraError, FaultError, RefusedLoginError, StrangeAnswerError
from skynet.edge.onvif.namespace import NOTIFICATION, SCHEMA
from skynet.edge.onvif.plain_text import plain_text
from skynet.edge.onvif.xml_node import XmlNode, read_xml

SOAP = "http://www.w3.org/2003/05/soap-envelope"
ADDRESSING = "http://www.w3.org/2005/08/addressing"
_LOGIN_FAULTS = ("notauthorized", "failedauthentication", "invalidsecurity", "invalidsecuritytoken", "unauthorized")


@dataclass(frozen=True, slots=True)
class Operation:
    """One call: `name` of `namespace`, its parameters as XML in the prefixes `s` (the service's) and `tt`.

    `address_to` adds WS-Addressing headers, which subscriptions are told apart by.
    """

    namespace: str
    name: str
    parameters: str = ""
    action: str = ""
    address_to: str = ""
    reference: str = ""
    """Reference parameters of a subscription, as XML that goes into the header."""

    @property
    def action_uri(self) -> str:
        return self.action or f"{self.namespace}/{self.name}"


def text_element(name: str, value: str) -> str:
    """`<name>value</name>`, whatever `value` holds."""
    return f"<{name}>{escape(value)}</{name}>"


def write_envelope(operation: Operation, security: str = "") -> bytes:
    """`security` is a whole `wsse:Security` element, or nothing."""
    addressing = ""
    if operation.address_to:
        addressing = (
            f'<a:Action xmlns:a="{ADDRESSING}">{escape(operation.action_uri)}</a:Action>'
            f'<a:To xmlns:a="{ADDRESSING}">{escape(operation.address_to)}</a:To>{operation.reference}'
        )
    header = f"<e:Header>{addressing}{security}</e:Header>" if addressing or security else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><e:Envelope xmlns:e="{SOAP}" xmlns:tt="{SCHEMA}" '
        f'xmlns:n="{NOTIFICATION}" xmlns:s="{operation.namespace}">{header}<e:Body><s:{operation.name}>'
        f"{operation.parameters}</s:{operation.name}></e:Body></e:Envelope>"
    ).encode()


def read_answer(content: bytes, operation: str) -> tuple[XmlNode, bool]:
    """The `…Response` element to `operation`, and whether the XML had to be mended.

    A fault counts as one whatever HTTP status it came with. Raises RefusedLoginError, FaultError, StrangeAnswerError.
    """
    root, mended = read_xml(content)
    body = root.child("Body") if root.name == "Envelope" else None
    if body is None:
        raise StrangeAnswerError(f"answered {operation} with <{plain_text(root.name, 40)}> and not with SOAP")
    inside = body.children()
    if fault := next((node for node in inside if node.name == "Fault"), None):
        raise _error_of(fault, operation)
    if answer := next((node for node in inside if node.name == f"{operation}Response"), None):
        return answer, mended
    found = plain_text(inside[0].name, 40) if inside else "nothing"
    raise StrangeAnswerError(f"answered {operation} with {found}")


def _error_of(fault: XmlNode, operation: str) -> CameraError:
    codes = [node.text() for node in fault.walk("Value")]
    codes = [code.rpartition(":")[2].strip() for code in codes or [fault.text("faultcode")]]
    reason = fault.text("Reason", "Text", limit=200) or fault.text("faultstring", limit=200)
    told = reason or "without a reason"
    refused = any(code.lower() in _LOGIN_FAULTS for code in codes)
    # SOAP 1.1 devices have one code only, and say it in words
    if refused or any(word in reason.lower() for word in ("not authorized", "unauthorized", "authority failure")):
        return RefusedLoginError(f"{operation} was refused: {told}")
    subcode = codes[-1] if codes else ""
    return FaultError(f"{operation} failed on the device: {told}" + (f" ({subcode[:60]})" if subcode else ""), subcode)
