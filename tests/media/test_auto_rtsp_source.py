"""Who reads a camera that our own client fails at."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from skynet.domain import CameraState, SystemClock
from skynet.media import SourceError, open_source
from skynet.media.auto_rtsp_source import TRIES, AutoRtspSource
from tests.media.rtsp.fake_camera import SDP, FakeCamera, Peer


def unreadable(peer: Peer) -> None:
    for request in peer.requests():
        peer.decent(request, sdp=SDP.replace(b"mode=1", b"mode=2"))


def locked(peer: Peer) -> None:
    for request in peer.requests():
        peer.answer(request, "403 Forbidden")


def tried(script: Callable[[Peer], None], times: int) -> tuple[AutoRtspSource, list[CameraState]]:
    states = []
    with FakeCamera(script) as camera:
        source = open_source(camera.url(), clock=SystemClock(), timeout_s=1, transport="tcp", reader="auto")
        assert isinstance(source, AutoRtspSource)
        for _ in range(times):
            with pytest.raises(SourceError) as caught:
                source.open()
            states.append(caught.value.state)
        source.close()
    return source, states


def test_a_camera_that_our_client_cannot_read_is_left_to_ffmpeg() -> None:
    source, states = tried(unreadable, TRIES)
    assert states == [CameraState.UNSUPPORTED] * TRIES
    assert source.reader == "native"
    with pytest.raises(SourceError):
        source.open()  # the camera is gone, but who asks for it has changed
    assert source.reader == "ffmpeg"
    assert source.camera_ahead_s is None


def test_a_camera_that_refuses_is_nobodys_fault() -> None:
    source, states = tried(locked, TRIES + 2)
    assert set(states) == {CameraState.UNAUTHORISED}
    assert source.reader == "native"
    assert set(source.counts.as_dict()) >= {"lost", "late", "broken", "overrun"}


def test_packets_of_a_decent_camera_are_our_clients() -> None:
    def decent(peer: Peer) -> None:
        peer.play()
        while not peer.ended.wait(0.02):
            peer.send(peer.gop())

    with FakeCamera(decent) as camera:
        source = open_source(camera.url(), clock=SystemClock(), timeout_s=5, reader="auto")
        source.open()
        packet = next(iter(source.packets()))
        source.close()
    assert packet.is_keyframe
    assert packet.time_error_s > 0
