"""Two UDP ports side by side: an even one for RTP and the next for RTCP."""

from __future__ import annotations

import socket

_TRIES = 50
_EMPTY_PACKET = b"\x80" + bytes(11)
_EMPTY_REPORT = b"\x80\xc9\0\1\0\0\0\0"
_RECEIVE_BUFFER = 2 << 20
"""Bytes the kernel holds: a keyframe of 1 MB arrives faster than it is read."""


class UdpPair:
    """Bound to the address `host` that the camera knows us by. Raises OSError when there is no pair to be had."""

    def __init__(self, family: int, host: str) -> None:
        self.rtp, self.rtcp = _bind_pair(family, host)
        self.rtp.setblocking(False)
        self.rtcp.setblocking(False)
        self.watched = False
        """For the owner to note that it listens."""
        self.rtp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)

    @property
    def ports(self) -> tuple[int, int]:
        return self.rtp.getsockname()[1], self.rtcp.getsockname()[1]

    def open_ways(self, host: str, ports: tuple[int, int]) -> None:
        """Send a packet of no content to each of the camera's ports, so that firewalls let its packets in."""
        for own, port, content in ((self.rtp, ports[0], _EMPTY_PACKET), (self.rtcp, ports[1], _EMPTY_REPORT)):
            try:
                own.sendto(content, (host, port))
            except OSError:
                continue  # a way that does not open shows itself by silence

    def report(self, host: str, port: int, report: bytes) -> None:
        """Send a receiver report; one that does not get through is no loss."""
        try:
            self.rtcp.sendto(report, (host, port))
        except OSError:
            return

    def close(self) -> None:
        self.rtp.close()
        self.rtcp.close()


def _bind_pair(family: int, host: str) -> tuple[socket.socket, socket.socket]:
    for _ in range(_TRIES):
        first = socket.socket(family, socket.SOCK_DGRAM)
        second = socket.socket(family, socket.SOCK_DGRAM)
        try:
            first.bind((host, 0))
            port = first.getsockname()[1]
            if port % 2 == 0 and port < 65535:
                second.bind((host, port + 1))
                return first, second
        except OSError:
            pass
        first.close()
        second.close()
    raise OSError("no two UDP ports side by side are free")
