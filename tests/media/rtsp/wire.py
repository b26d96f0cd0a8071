"""RTP and RTSP as bytes, for tests that play the camera."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

import av

from skynet.media.rtsp.arrival import Arrival
from skynet.media.rtsp.counts import RtspCounts
from skynet.media.rtsp.outlet import Outlet

SPS = bytes.fromhex("67640015acb20508fcb0800000030080000019078b1724")
PPS = bytes.fromhex("68ebccb22c")
IDR = b"\x65\x88" + bytes(range(1, 200))
SLICE = b"\x41\x9a" + bytes(range(1, 100))


def rtp(
    payload: bytes,
    sequence: int,
    timestamp: int,
    *,
    marker: bool = False,
    payload_type: int = 96,
    ssrc: int = 7,
    sources: int = 0,
    extension: bytes | None = None,
    padding: int = 0,
) -> bytes:
    first = 0x80 | sources | (0x10 if extension is not None else 0) | (0x20 if padding else 0)
    head = struct.pack(
        ">BBHII", first, payload_type | (0x80 if marker else 0), sequence & 0xFFFF, timestamp & 0xFFFFFFFF, ssrc
    )
    head += bytes(4 * sources)
    if extension is not None:
        head += struct.pack(">HH", 0xABAC, len(extension) // 4) + extension
    return head + payload + (bytes(padding - 1) + bytes((padding,)) if padding else b"")


def interleaved(packet: bytes, channel: int = 0) -> bytes:
    return b"$" + bytes((channel,)) + len(packet).to_bytes(2, "big") + packet


def fragments(unit: bytes, size: int = 50) -> Iterator[bytes]:
    """FU-A payloads of an H.264 NAL unit."""
    body = unit[1:]
    for at in range(0, len(body), size):
        flags = (0x80 if at == 0 else 0) | (0x40 if at + size >= len(body) else 0)
        yield bytes((unit[0] & 0xE0 | 28, flags | unit[0] & 0x1F)) + body[at : at + size]


def aggregate(*units: bytes) -> bytes:
    """One STAP-A payload."""
    return b"\x18" + b"".join(len(unit).to_bytes(2, "big") + unit for unit in units)


def nal_units(data: bytes) -> list[bytes]:
    """NAL units of an Annex B packet."""
    return [unit.rstrip(b"\0") for unit in data.replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1") if unit]


def pictures(codec: str, data: bytes) -> list[bytes]:
    """The slices among them."""
    if codec == "h264":
        return [unit for unit in nal_units(data) if 1 <= unit[0] & 0x1F <= 5]
    return [unit for unit in nal_units(data) if unit[0] >> 1 & 0x3F <= 31]


def coded_pictures(clip: Path) -> list[bytes]:
    """Annex B packets of an MP4."""
    with av.open(str(clip)) as file:
        stream = file.streams.video[0]
        to_annex_b = av.BitStreamFilterContext(f"{stream.codec_context.codec.canonical_name}_mp4toannexb", stream)
        return [bytes(out) for packet in file.demux(stream) if packet.size for out in to_annex_b.filter(packet)]


class Catcher(Outlet):
    """An outlet that keeps what is put."""

    def __init__(self, counts: RtspCounts | None = None) -> None:
        super().__init__(counts or RtspCounts())
        self.arrivals: list[Arrival] = []

    def put(self, arrival: Arrival) -> None:
        self.arrivals.append(arrival)
