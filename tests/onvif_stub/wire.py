"""How an answer leaves: whole and well framed, or as the wire's quirks want it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import BinaryIO

from tests.onvif_stub.camera import Camera
from tests.onvif_stub.quirk import Quirk

LOGIN_PAGE = (
    b"<!DOCTYPE html><html><head><title>Login</title></head><body><form><input name=user></form><br></body></html>"
)
_ATTRIBUTE = re.compile(r'(\s(?!xmlns|version|encoding)[\w:]+)="([\w.-]+)"')
_BOMB = (
    "<!DOCTYPE b ["
    + '<!ENTITY e0 "0123456789">'
    + "".join(f'<!ENTITY e{level} "{f"&e{level - 1};" * 10}">' for level in range(1, 10))
    + "]>"
)
MOST_ENDLESS_BYTES = 256 << 20


@dataclass
class Answer:
    status: int
    body: bytes
    content_type: str = "application/soap+xml; charset=utf-8"
    headers: list[tuple[str, str]] = field(default_factory=list)


def spoil_text(camera: Camera, xml: str, other_url: str) -> bytes:
    """The bytes of an envelope, spoilt where a quirk wants it."""
    if camera.has(Quirk.UNQUOTED_ATTRIBUTES):
        xml = _ATTRIBUTE.sub(r"\1=\2", xml)
    if camera.has(Quirk.XML_BOMB):
        xml = xml.replace("?>\n", "?>\n" + _BOMB, 1).replace("<s:Header/>", "<s:Header>&e9;</s:Header>")
        xml = xml.replace("<tds:Model>", "<tds:Model>&e9;")
    if camera.has(Quirk.EXTERNAL_ENTITY):
        entities = f'<!DOCTYPE x [<!ENTITY file SYSTEM "file:///etc/passwd"><!ENTITY page SYSTEM "{other_url}">]>'
        xml = xml.replace("?>\n", "?>\n" + entities, 1).replace("<s:Header/>", "<s:Header>&page;</s:Header>")
        xml = xml.replace("<tds:Model>", "<tds:Model>&file;")
    if camera.has(Quirk.DEEP_NESTING):
        xml = xml.replace("<s:Header/>", "<s:Header>" + "<a>" * 100_000 + "</a>" * 100_000 + "</s:Header>")
    if camera.has(Quirk.HUGE):
        xml = xml.replace("<s:Header/>", "<s:Header><!--" + "x" * (8 << 20) + "--></s:Header>")
    data = xml.encode("gbk", "replace") if camera.has(Quirk.GBK_BYTES) else xml.encode()
    if camera.has(Quirk.BYTE_ORDER_MARK):
        data = b"\xef\xbb\xbf" + data
    if camera.has(Quirk.LEADING_JUNK):
        data = b"\r\n\r\n soap server ready\r\n" + data
    return data


def send(camera: Camera, out: BinaryIO, answer: Answer, close: bool) -> bool:
    """Writes the answer; returns whether the connection stays open."""
    if camera.has(Quirk.BAD_STATUS_LINE):
        out.write(b"POST /onvif/device_service HTTP/1.1\r\nContent-Length: 0\r\n\r\n")
        return False
    headers = [("Content-Type", answer.content_type), *answer.headers]
    if close:
        headers.append(("Connection", "close"))
    if camera.has(Quirk.ENDLESS):
        return _send_endless(camera, out, answer, headers)
    if camera.has(Quirk.CHUNKED):
        _send_chunked(out, answer, headers)
        return not close
    unframed = camera.has(Quirk.NO_CONTENT_LENGTH)
    if not unframed:
        headers.append(("Content-Length", str(len(answer.body))))
    _send_head(out, answer, headers)
    if camera.has(Quirk.CLOSED_EARLY):
        out.write(answer.body[: len(answer.body) // 2])
        return False
    if camera.has(Quirk.TRICKLE):
        return _send_trickling(camera, out, answer)
    out.write(answer.body)
    return not (close or unframed or camera.has(Quirk.CLOSES_SILENTLY))


def _send_head(out: BinaryIO, answer: Answer, headers: list[tuple[str, str]]) -> None:
    lines = [f"HTTP/1.1 {answer.status} Status", *(f"{name}: {value}" for name, value in headers), "", ""]
    out.write("\r\n".join(lines).encode())
    out.flush()


def _send_chunked(out: BinaryIO, answer: Answer, headers: list[tuple[str, str]]) -> None:
    _send_head(out, answer, [*headers, ("Transfer-Encoding", "chunked")])
    pieces = [answer.body[at : at + 7] for at in range(0, len(answer.body), 7)]
    out.write(b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n")


def _send_trickling(camera: Camera, out: BinaryIO, answer: Answer) -> bool:
    for byte in answer.body:
        if camera.closing.wait(0.05):
            break
        out.write(bytes([byte]))
        out.flush()
    return False


def _send_endless(camera: Camera, out: BinaryIO, answer: Answer, headers: list[tuple[str, str]]) -> bool:
    """Until the other side has enough of it; the bound is for a side that never has."""
    _send_head(out, answer, headers)
    out.write(answer.body)
    padding = b"<!-- " + b"x" * 65_000 + b" -->"
    sent = 0
    while not camera.closing.is_set() and sent < MOST_ENDLESS_BYTES:
        out.write(padding)
        sent += len(padding)
    return False
