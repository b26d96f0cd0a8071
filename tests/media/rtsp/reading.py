"""What tests of our own RTSP client share: scripts of cameras, and how a source is read."""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable

import pytest

from skynet.domain import SystemClock
from skynet.media import SourceError
from skynet.media.rtsp import NativeRtspSource, RtspHub
from tests.media.rtsp.fake_camera import FakeCamera, Peer

S3CRET = "ad%40min:s3cret@"


class MovableClock(SystemClock):
    """The machine's clock, put forward at will."""

    def __init__(self) -> None:
        self.ahead_s = 0.0

    def monotonic(self) -> float:
        return super().monotonic() + self.ahead_s


def until(condition: Callable[[], bool], timeout_s: float = 10.0) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.01)


def source(
    camera: FakeCamera, hub: RtspHub, timeout_s: float = 5.0, credentials: str = "", verify_tls: bool = True
) -> NativeRtspSource:
    return NativeRtspSource(
        camera.url(credentials), clock=hub.clock, hub=hub, timeout_s=timeout_s, verify_tls=verify_tls
    )


def failure(camera: FakeCamera, hub: RtspHub, timeout_s: float = 5.0, credentials: str = S3CRET) -> SourceError:
    reading = source(camera, hub, timeout_s, credentials)

    def read() -> None:
        reading.open()
        for _ in reading.packets():
            pass

    with pytest.raises(SourceError) as caught:
        read()
    shown = "".join(traceback.format_exception(caught.value))
    assert "s3cret" not in shown
    assert "\n" not in caught.value.detail
    return caught.value


def decent(peer: Peer) -> None:
    peer.play()
    while not peer.ended.wait(0.02):
        peer.send(peer.gop())


def answering(peer: Peer) -> None:
    """As `decent`, but it goes on answering."""
    sending = threading.Thread(
        target=lambda: [peer.send(peer.gop()) for _ in iter(lambda: peer.ended.wait(0.02), True)]
    )
    for request in peer.requests():
        if peer.decent(request) == "PLAY":
            sending.start()
    if sending.is_alive():
        sending.join()


def decent_rest(peer: Peer) -> None:
    while not peer.ended.wait(0.02):
        peer.send(peer.gop())


def stalls(peer: Peer) -> None:
    peer.play()
    peer.send(peer.gop())
    peer.ended.wait()


def resets(peer: Peer) -> None:
    peer.play()
    peer.send(peer.gop())
    time.sleep(0.2)
    peer.reset()


def hangs_up(peer: Peer) -> None:
    peer.play()
    peer.send(peer.gop())
    time.sleep(0.2)
    peer.sock.close()


def half_a_head(peer: Peer) -> None:
    next(peer.requests())
    peer.send(b"RTSP/1.0 200 OK\r\nCSe")
    peer.ended.wait()


def refusing(method: str, status: str, **headers: str) -> Callable[[Peer], None]:
    def script(peer: Peer) -> None:
        for request in peer.requests():
            if request.method == method:
                peer.answer(request, status, **headers)
            else:
                peer.decent(request)

    return script
