"""The `Transport` and `Session` headers: how packets travel, and how long a session lives without a word from us."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Lower = Literal["tcp", "udp"]
DEFAULT_SESSION_S = 60.0
_SHORTEST_SESSION_S, _LONGEST_SESSION_S = 2.0, 3600.0


@dataclass(frozen=True, slots=True)
class Path:
    """How the packets of one track come: RTP first, RTCP second. `channels` for TCP, `server_ports` for UDP, where the
    camera told them.
    """

    lower: Lower
    channels: tuple[int, int] | None = None
    server_ports: tuple[int, int] | None = None


def ask_for(lower: Lower, pair: tuple[int, int]) -> str:
    """A `Transport` to ask for, with our channels or ports."""
    if lower == "tcp":
        return f"RTP/AVP/TCP;unicast;interleaved={pair[0]}-{pair[1]}"
    return f"RTP/AVP;unicast;client_port={pair[0]}-{pair[1]}"


def parse_transport(header: str, asked: Lower) -> Path:
    """What the camera grants; what it leaves out is as it was asked for. Never raises."""
    first = header.split(",", 1)[0]
    parts = [part.strip() for part in first.split(";")]
    fields = {name.strip().lower(): value.strip() for name, _, value in (part.partition("=") for part in parts)}
    words = parts[0].upper().split("/")
    lower: Lower = asked
    if "TCP" in words or "interleaved" in fields:
        lower = "tcp"
    elif "UDP" in words or "client_port" in fields or "server_port" in fields:
        lower = "udp"
    return Path(lower, _pair(fields.get("interleaved"), 255), _pair(fields.get("server_port"), 65535))


def parse_session(header: str) -> tuple[str, float]:
    """A session's id and how many seconds it lives without a word from us."""
    parts = [part.strip() for part in header.split(";")]
    timeout = DEFAULT_SESSION_S
    for part in parts[1:]:
        name, _, value = part.partition("=")
        value = value.strip()
        if name.strip().lower() == "timeout" and value.isascii() and value.isdigit() and 0 < len(value) < 10:
            timeout = float(value) or DEFAULT_SESSION_S
    return parts[0], min(max(timeout, _SHORTEST_SESSION_S), _LONGEST_SESSION_S)


def _pair(text: str | None, highest: int) -> tuple[int, int] | None:
    if not text:
        return None
    first, _, second = (part.strip() for part in text.partition("-"))
    if not (first.isascii() and first.isdigit() and len(first) < 6) or int(first) > highest:
        return None
    other = int(second) if second.isascii() and second.isdigit() and len(second) < 6 else int(first) + 1
    return int(first), min(other, highest)
