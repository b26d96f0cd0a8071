"""Each way in which a camera can fail has its name."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

import pytest

from skynet.domain import CameraState
from skynet.media.rtsp import RtspHub
from tests.media.rtsp.fake_camera import SDP, FakeCamera, Peer
from tests.media.rtsp.reading import (
    decent,
    failure,
    half_a_head,
    hangs_up,
    refusing,
    resets,
    source,
    stalls,
)
from tests.media.rtsp.wire import interleaved


def says_goodbye(peer: Peer) -> None:
    peer.play()
    peer.send(peer.gop() + interleaved(b"\x81\xcb\0\1\0\0\0\7", 1))
    peer.ended.wait()


def plays_nothing(peer: Peer) -> None:
    peer.play()
    peer.ended.wait()


def not_rtsp(peer: Peer) -> None:
    next(peer.requests())
    peer.send(b"220 mail.example ready\r\n")
    peer.ended.wait()


def endless_head(peer: Peer) -> None:
    next(peer.requests())
    peer.send(b"RTSP/1.0 200 OK\r\nX: " + b"x" * 1_000_000)
    peer.ended.wait()


def describing(sdp: bytes) -> Callable[[Peer], None]:
    def script(peer: Peer) -> None:
        for request in peer.requests():
            peer.decent(request, sdp=sdp)

    return script


FAULTS: list[tuple[Callable[[Peer], None], CameraState, str]] = [
    (stalls, CameraState.STALLED, "no picture for"),
    (resets, CameraState.UNREACHABLE, "broke off"),
    (hangs_up, CameraState.UNREACHABLE, "ended the stream"),
    (says_goodbye, CameraState.UNREACHABLE, "ended the stream"),
    (half_a_head, CameraState.TIMED_OUT, "no answer"),
    (plays_nothing, CameraState.TIMED_OUT, "no picture"),
    (not_rtsp, CameraState.FAILED, "does not speak RTSP"),
    (endless_head, CameraState.FAILED, "does not speak RTSP"),
    (refusing("DESCRIBE", "404 Not Found"), CameraState.NOT_FOUND, "404"),
    (refusing("DESCRIBE", "403 Forbidden"), CameraState.UNAUTHORISED, "403"),
    (refusing("SETUP", "453 Not Enough Bandwidth"), CameraState.BUSY, "453"),
    (refusing("PLAY", "454 Session Not Found"), CameraState.UNREACHABLE, "454"),
    (refusing("SETUP", "461 Unsupported Transport"), CameraState.UNSUPPORTED, "461"),
    (refusing("PLAY", "551 Option Not Supported"), CameraState.FAILED, "551"),
    (refusing("DESCRIBE", "302 Moved", Location="http://elsewhere/"), CameraState.FAILED, "no RTSP address"),
    (refusing("DESCRIBE", "200 OK"), CameraState.FAILED, "holds no stream"),
    (describing(SDP.replace(b"H264", b"JPEG")), CameraState.UNSUPPORTED, "JPEG"),
    (describing(SDP.replace(b"mode=1", b"mode=2")), CameraState.UNSUPPORTED, "packetization-mode"),
]


@pytest.mark.parametrize(("script", "state", "says"), FAULTS)
def test_each_fault_has_its_name(hub: RtspHub, script: Callable[[Peer], None], state: CameraState, says: str) -> None:
    with FakeCamera(script) as camera:
        error = failure(camera, hub, timeout_s=0.8)
    assert error.state is state
    assert says in error.detail


def test_a_misbehaving_camera_leaves_the_others_alone(hub: RtspHub) -> None:
    with FakeCamera(decent) as good, FakeCamera(resets) as bad:
        reading = source(good, hub)
        reading.open()
        packets = reading.packets()
        next(packets)
        assert failure(bad, hub).state is CameraState.UNREACHABLE
        assert len(list(islice(packets, 30))) == 30
        reading.close()
