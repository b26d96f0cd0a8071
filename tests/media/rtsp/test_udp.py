"""Packets by UDP, from a camera that sends them as a test tells it."""

from __future__ import annotations

import re
import socket
import struct
from collections.abc import Callable, Iterator
from itertools import islice

import pytest

from skynet.domain import CameraState, SystemClock
from skynet.media import SourceError
from skynet.media.rtsp import NativeRtspSource, RtspHub
from skynet.media.rtsp_source import Transport
from tests.media.rtsp.fake_camera import FakeCamera, Peer
from tests.media.rtsp.wire import IDR, PPS, SLICE, SPS, aggregate, rtp


class UdpSide:
    """The camera's two ports."""

    def __init__(self) -> None:
        self.media = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.media.bind(("127.0.0.1", 0))
        self.control = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.control.bind(("127.0.0.1", 0))
        self.client = 0
        self.sequence = 0
        self.timestamp = 0

    @property
    def ports(self) -> str:
        return f"{self.media.getsockname()[1]}-{self.control.getsockname()[1]}"

    def send(self, packets: list[bytes]) -> None:
        for packet in packets:
            self.media.sendto(packet, ("127.0.0.1", self.client))

    def gop(self, pictures: int = 5) -> list[bytes]:
        packets = []
        for number in range(pictures):
            for payload in (aggregate(SPS, PPS), IDR) if number == 0 else (SLICE,):
                self.sequence += 1
                marker = payload is not None and payload[0] != 0x18
                packets.append(rtp(payload, self.sequence, self.timestamp, marker=marker))
            self.timestamp += 3600
        return packets

    def close(self) -> None:
        self.media.close()
        self.control.close()


def over_udp(play: Callable[[Peer, UdpSide], None], tcp: str = "461 Unsupported Transport") -> Callable[[Peer], None]:
    """A camera that refuses TCP and plays over UDP as `play` says."""

    def script(peer: Peer) -> None:
        side = UdpSide()
        for request in peer.requests():
            asked = re.search(r"client_port=(\d+)-(\d+)", request.headers.get("transport", ""))
            if request.method == "SETUP" and asked:
                side.client = int(asked[1])
                granted = f"RTP/AVP;unicast;client_port={asked[1]}-{asked[2]};server_port={side.ports}"
                peer.answer(request, Session="abc", Transport=granted)
            elif request.method == "SETUP" and tcp:
                peer.answer(request, tcp)
            elif peer.decent(request) == "PLAY":
                play(peer, side)
        side.close()

    return script


def steadily(peer: Peer, side: UdpSide) -> None:
    """Until the client says something."""
    while not peer.ended.wait(0.02):
        side.send(side.gop())
        peer.sock.settimeout(0.001)
        try:
            peer.sock.recv(1, socket.MSG_PEEK)
        except TimeoutError:
            continue
        except OSError:
            return
        peer.sock.settimeout(None)
        return


@pytest.fixture
def hub() -> Iterator[RtspHub]:
    hub = RtspHub(SystemClock())
    yield hub
    hub.close(5)
    assert hub._thread is None


def reading_of(camera: FakeCamera, hub: RtspHub, transport: Transport, timeout_s: float = 5.0) -> NativeRtspSource:
    return NativeRtspSource(camera.url(), clock=hub.clock, hub=hub, transport=transport, timeout_s=timeout_s)


@pytest.mark.parametrize("refusal", ["461 Unsupported Transport", "400 Bad Request"])
def test_a_camera_that_refuses_tcp_is_asked_for_udp(hub: RtspHub, refusal: str) -> None:
    with FakeCamera(over_udp(steadily, refusal)) as camera:
        reading = reading_of(camera, hub, "auto")
        for _ in range(2):
            reading.open()
            assert len(list(islice(reading.packets(), 12))) == 12
            reading.close()
        assert "interleaved" in camera.asked("SETUP")[0].headers["transport"]
        transports = [request.headers["transport"] for request in camera.asked("SETUP")[1:]]
        assert all("client_port" in transport for transport in transports)  # the second time it is asked for at once


def test_asked_for_tcp_alone_the_refusal_stands(hub: RtspHub) -> None:
    with FakeCamera(over_udp(steadily)) as camera, pytest.raises(SourceError) as caught:
        reading_of(camera, hub, "tcp").open()
    assert caught.value.state is CameraState.UNSUPPORTED


def test_ports_are_an_even_one_and_the_next(hub: RtspHub) -> None:
    with FakeCamera(over_udp(steadily)) as camera:
        reading = reading_of(camera, hub, "udp")
        reading.open()
        reading.close()
        asked = re.search(r"client_port=(\d+)-(\d+)", camera.asked("SETUP")[0].headers["transport"])
        assert asked
        assert int(asked[1]) % 2 == 0
        assert int(asked[2]) == int(asked[1]) + 1


def test_order_is_restored_and_losses_end_with_the_next_keyframe(hub: RtspHub) -> None:
    def unruly(peer: Peer, side: UdpSide) -> None:
        first, second, third = side.gop(), side.gop(), side.gop()
        side.send([*first[:2], first[3], first[2], first[5], first[4]])
        side.send(second[:3] + second[4:])  # one is lost
        side.send(third)
        peer.ended.wait()

    with FakeCamera(over_udp(unruly)) as camera:
        reading = reading_of(camera, hub, "udp")
        reading.open()
        packets = list(islice(reading.packets(), 12))
        reading.close()
    stamps = [(packet.coded.pts or 0) // 3600 for packet in packets]
    assert stamps == [0, 1, 2, 3, 4, 5, 6, 10, 11, 12, 13, 14]
    assert (reading.counts.lost, reading.counts.undecodable) == (1, 2)


def test_packets_of_strangers_are_not_taken(hub: RtspHub) -> None:
    def joined(peer: Peer, side: UdpSide) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.bind(("127.0.0.2", 0))
            stranger.sendto(rtp(b"\x65\x88evil", 1, 0, ssrc=666), ("127.0.0.1", side.client))
        steadily(peer, side)

    with FakeCamera(over_udp(joined)) as camera:
        reading = reading_of(camera, hub, "udp")
        reading.open()
        assert bytes(next(reading.packets()).coded).endswith(IDR)
        reading.close()
        assert reading.counts.foreign == 1
        assert reading.counts.source_changes == 0


def test_reports_come_on_the_second_port(hub: RtspHub) -> None:
    report = struct.pack(">BBHIIIIII", 0x80, 200, 6, 7, 2_208_988_800 + 1_700_000_000, 0, 0, 1, 2)

    def reporting(peer: Peer, side: UdpSide) -> None:
        side.send(side.gop())
        side.control.sendto(report, ("127.0.0.1", side.client + 1))
        steadily(peer, side)

    with FakeCamera(over_udp(reporting)) as camera:
        reading = reading_of(camera, hub, "udp")
        reading.open()
        packets = list(islice(reading.packets(), 40))
        reading.close()
        assert packets
        assert reading.camera_ahead_s is not None


def test_silence_over_udp_leads_back_to_tcp(hub: RtspHub) -> None:
    def nothing(peer: Peer, side: UdpSide) -> None:
        if len(peer.heard) > 12:
            return

    def both(peer: Peer) -> None:
        over_udp(nothing if len(played) else steadily, "" if len(played) else "461 Unsupported Transport")(peer)

    played: list[int] = []
    with FakeCamera(both) as camera:
        reading = reading_of(camera, hub, "auto", timeout_s=1.0)
        reading.open()
        next(reading.packets())
        reading.close()
        played.append(1)
        with pytest.raises(SourceError):
            reading.open()
        assert "interleaved" in camera.asked("SETUP")[-1].headers["transport"]


def test_a_silent_camera(hub: RtspHub) -> None:
    with FakeCamera(over_udp(lambda peer, side: None)) as camera, pytest.raises(SourceError) as caught:
        reading_of(camera, hub, "udp", timeout_s=0.6).open()
    assert caught.value.state is CameraState.TIMED_OUT
    assert "no picture" in caught.value.detail
