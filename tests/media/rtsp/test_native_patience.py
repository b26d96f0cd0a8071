"""What the client does when time passes, on a clock set by hand."""

from __future__ import annotations

import time

import pytest

from skynet.domain import CameraState
from skynet.media import SourceError
from skynet.media.rtsp import RtspHub
from tests.media.rtsp.fake_camera import FakeCamera, Peer
from tests.media.rtsp.reading import (
    MovableClock,
    source,
    until,
)
from tests.media.rtsp.wire import SLICE


@pytest.mark.parametrize(
    ("public", "method"), [("OPTIONS, GET_PARAMETER", "GET_PARAMETER"), ("OPTIONS, PLAY", "OPTIONS")]
)
def test_the_session_is_kept_alive_at_half_its_time(public: str, method: str) -> None:
    clock = MovableClock()
    hub = RtspHub(clock)

    def keeps(peer: Peer) -> None:
        for request in peer.requests():
            if peer.decent(request, session="abc;timeout=40", public=public) == "PLAY":
                peer.send(peer.gop())

    with FakeCamera(keeps) as camera:
        reading = source(camera, hub, timeout_s=60)
        reading.open()
        next(reading.packets())
        asked = len(camera.heard)
        clock.ahead_s = 19
        time.sleep(0.3)
        assert len(camera.heard) == asked
        clock.ahead_s = 21
        until(lambda: len(camera.heard) > asked)
        assert camera.heard[-1].method == method
        assert camera.heard[-1].headers["session"] == "abc"
        reading.close()
    hub.close(5)


def test_a_camera_that_does_not_answer_keep_alives_gets_more_of_them() -> None:
    clock = MovableClock()
    hub = RtspHub(clock)

    def mute(peer: Peer) -> None:
        played = False
        for request in peer.requests():
            if not played and peer.decent(request) == "PLAY":
                played = True
                peer.send(peer.gop())

    with FakeCamera(mute) as camera:
        reading = source(camera, hub, timeout_s=300)
        reading.open()
        for number in (1, 2, 3):
            clock.ahead_s = 31.0 * number
            until(lambda number=number: len(camera.asked("GET_PARAMETER")) == number)
        reading.close()
    hub.close(5)


def test_a_stream_that_never_shows_a_keyframe_is_given_up() -> None:
    clock = MovableClock()
    hub = RtspHub(clock)

    def keyless(peer: Peer) -> None:
        peer.play()
        while not peer.ended.wait(0.02):
            peer.send(peer.packet(SLICE, marker=True))

    with FakeCamera(keyless) as camera:
        reading = source(camera, hub, timeout_s=50)
        assert reading.open().width == 0
        until(lambda: reading.skipped > 5)
        time.sleep(0.3)  # the hub looks at the clock ten times a second
        clock.ahead_s = 35
        skipped = reading.skipped
        until(lambda: reading.skipped > skipped + 20)
        clock.ahead_s = 70
        with pytest.raises(SourceError, match="no keyframe") as caught:
            list(reading.packets())
        assert caught.value.state is CameraState.STALLED
        assert reading.skipped > 0
    hub.close(5)


def test_a_session_that_the_camera_forgot_ends_the_stream() -> None:
    clock = MovableClock()
    hub = RtspHub(clock)

    def forgets(peer: Peer) -> None:
        played = False
        for request in peer.requests():
            if played:
                peer.answer(request, "454 Session Not Found")
            elif peer.decent(request) == "PLAY":
                played = True
                peer.send(peer.gop())

    with FakeCamera(forgets) as camera:
        reading = source(camera, hub, timeout_s=60)
        reading.open()
        packets = reading.packets()
        next(packets)
        clock.ahead_s = 31
        with pytest.raises(SourceError, match="forgotten the session"):
            list(packets)
    hub.close(5)
