"""RTCP (RFC 3550, 6): what the camera says about its clock, and the little that we say in return.

Pure. Unreadable parts are passed over. Interarrival jitter is not measured and reported as 0.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from skynet.media.rtsp.rtp_receiver import Reception

_NTP_EPOCH_S = 2_208_988_800
_SENDER_REPORT, _RECEIVER_REPORT, _DESCRIPTION, _BYE = 200, 201, 202, 203
_NAME = b"skynet"


@dataclass(frozen=True, slots=True)
class SenderReport:
    """One instant on two clocks of the camera's: `wall` POSIX seconds as it believes them, `timestamp` its RTP time.

    `ntp_middle` is what a receiver report names this report by.
    """

    ssrc: int
    wall: float
    timestamp: int
    ntp_middle: int

    def wall_at(self, timestamp: int, clock_rate: int) -> float:
        """When, by the camera's clock, an RTP time near this report's was."""
        ticks = (timestamp - self.timestamp + 0x80000000) % 0x100000000 - 0x80000000
        return self.wall + ticks / clock_rate


@dataclass(frozen=True, slots=True)
class Farewell:
    """These senders have ended."""

    sources: tuple[int, ...]


def parse_rtcp(view: memoryview, start: int, stop: int) -> Iterator[SenderReport | Farewell]:
    """What of a compound packet `view[start:stop]` is of use. Never raises."""
    while stop - start >= 4:
        first, kind, words = struct.unpack_from(">BBH", view, start)
        end = start + 4 * (words + 1)
        if first >> 6 != 2 or end > stop:
            return
        if kind == _SENDER_REPORT and end - start >= 28:
            ssrc, seconds, fraction, timestamp = struct.unpack_from(">IIII", view, start + 4)
            if seconds:  # a camera without a clock says 0
                wall = seconds - _NTP_EPOCH_S + fraction / 2**32
                yield SenderReport(ssrc, wall, timestamp, (seconds & 0xFFFF) << 16 | fraction >> 16)
        elif kind == _BYE:
            count = min(first & 0x1F, words)
            yield Farewell(struct.unpack_from(f">{count}I", view, start + 4))
        start = end


def receiver_report(own: int, reception: Reception, before: Reception | None, heard: tuple[int, float] | None) -> bytes:
    """A report with our name. `before` is what the last one told; `heard` the camera's last report and how many
    seconds ago it came.
    """
    expected, received = reception.expected, reception.received
    if before and before.ssrc == reception.ssrc and before.expected <= expected:
        expected, received = expected - before.expected, received - before.received
    fraction = min(255, max(0, expected - received) * 256 // expected) if expected > 0 else 0
    lost = min(0x7FFFFF, max(0, reception.expected - reception.received))
    named, ago = heard or (0, 0.0)
    report = struct.pack(
        ">BBHIIIIIII",
        *(0x81, _RECEIVER_REPORT, 7, own, reception.ssrc),
        *(fraction << 24 | lost, reception.highest & 0xFFFFFFFF, 0, named, min(0xFFFFFFFF, int(ago * 65536))),
    )
    item = struct.pack(">BB", 1, len(_NAME)) + _NAME
    item += bytes(4 - len(item) % 4)
    return report + struct.pack(">BBHI", 0x81, _DESCRIPTION, 1 + len(item) // 4, own) + item
