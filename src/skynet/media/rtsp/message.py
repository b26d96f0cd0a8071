"""RTSP/1.0 messages (RFC 2326) as text: what we send, and what cameras answer or ask.

Pure. Reading is tolerant of line ends, spaces and the case of names, and bounded in size; what it cannot make sense of
is a ProtocolError.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from skynet.media.rtsp.protocol_error import ProtocolError

MAX_HEAD_BYTES = 32 << 10
MAX_BODY_BYTES = 256 << 10
_MAX_HEADERS = 256
_LINE_END = re.compile(r"\r\n|\n|\r")
_STATUS_LINE = re.compile(r"RTSP/\d+\.\d+[ \t]+(\d{3})(?!\d)[ \t]*(.*)", re.IGNORECASE)
_REQUEST_LINE = re.compile(r"([A-Z_]{3,20})[ \t]+(\S+)[ \t]+RTSP/\d+\.\d+[ \t]*")


@dataclass(frozen=True, slots=True)
class Message:
    """An answer (`status` set) or a request of the camera's (`method` set). Header names in lower case."""

    headers: tuple[tuple[str, str], ...]
    status: int = 0
    reason: str = ""
    method: str = ""
    url: str = ""
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """The first value of a header, named in lower case."""
        return next((value for key, value in self.headers if key == name), None)

    def all_of(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name]

    @property
    def sequence(self) -> int | None:
        """`CSeq`; None where the camera leaves it out or garbles it."""
        text = self.header("cseq") or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None

    @property
    def body_length(self) -> int:
        """How many bytes follow the head. Raises ProtocolError."""
        text = self.header("content-length")
        if not text:
            return 0
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            raise ProtocolError("a Content-Length is no number")
        if int(text) > MAX_BODY_BYTES:
            raise ProtocolError(f"a Content-Length is above {MAX_BODY_BYTES}")
        return int(text)

    def with_body(self, body: bytes) -> Message:
        return replace(self, body=body)


def parse_head(head: bytes) -> Message:
    """The first line and the headers of a message, without the empty line that ends them. Raises ProtocolError."""
    if len(head) > MAX_HEAD_BYTES:
        raise ProtocolError("a message's head is too long")
    first, *lines = _LINE_END.split(head.decode("latin-1").strip("\r\n"))
    headers: list[tuple[str, str]] = []
    for line in lines[:_MAX_HEADERS]:
        if line[:1] in (" ", "\t") and headers:
            name, value = headers[-1]
            headers[-1] = (name, f"{value} {line.strip()}")
            continue
        name, colon, value = line.partition(":")
        if colon:
            headers.append((name.strip().lower(), value.strip()))
    if answer := _STATUS_LINE.fullmatch(first):
        return Message(tuple(headers), status=int(answer[1]), reason=answer[2].strip())
    if asked := _REQUEST_LINE.fullmatch(first):
        return Message(tuple(headers), method=asked[1], url=asked[2])
    raise ProtocolError("what should be a message has no RTSP status line")


def format_request(method: str, url: str, sequence: int, headers: dict[str, str]) -> bytes:
    """A request without a body."""
    return _format(f"{method} {url} RTSP/1.0", {"CSeq": str(sequence), "User-Agent": "Skynet", **headers})


def format_answer(status: str, to: Message) -> bytes:
    """An answer, `status` such as "200 OK", to a request of the camera's."""
    headers = {name: value for key, name in (("cseq", "CSeq"), ("session", "Session")) if (value := to.header(key))}
    return _format(f"RTSP/1.0 {status}", headers)


def _format(first: str, headers: dict[str, str]) -> bytes:
    lines = [first, *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode("latin-1")
