"""Packets handed over on the hub's own thread."""

from __future__ import annotations

import threading
import time

import pytest

from skynet.domain import CameraState
from skynet.media import SourceError
from skynet.media.packet import Packet
from skynet.media.rtsp import RtspHub
from tests.media.rtsp.fake_camera import FakeCamera, Peer
from tests.media.rtsp.reading import decent, source, until


def test_packets_are_taken_on_the_hubs_thread_in_order_and_whole(hub: RtspHub) -> None:
    taken: list[tuple[Packet, str]] = []
    with FakeCamera(decent) as camera:
        reading = source(camera, hub)
        reading.open()
        time.sleep(0.1)  # some packets wait in the queue already
        reader = threading.Thread(target=lambda: reading.deliver(lambda packet: taken.append((packet, name()))))
        reader.start()
        until(lambda: len(taken) > 50)
        reading.close()
        reader.join(5)
        assert not reader.is_alive()
        count = len(taken)
        time.sleep(0.1)
    assert len(taken) == count
    assert {thread for _, thread in taken} == {"rtsp-hub"}
    assert [packet.index for packet, _ in taken] == list(range(count))
    assert [packet.coded.pts for packet, _ in taken] == [3600 * number for number in range(count)]
    assert [packet.is_keyframe for packet, _ in taken] == [number % 5 == 0 for number in range(count)]


def name() -> str:
    return threading.current_thread().name


def test_a_stream_that_ends_says_why(hub: RtspHub) -> None:
    def hangs_up(peer: Peer) -> None:
        peer.play()
        peer.send(peer.gop())
        time.sleep(0.3)
        peer.sock.close()

    taken: list[Packet] = []
    with FakeCamera(hangs_up) as camera:
        reading = source(camera, hub)
        reading.open()
        with pytest.raises(SourceError) as caught:
            reading.deliver(taken.append)
    assert caught.value.state is CameraState.UNREACHABLE
    assert len(taken) == 5


def test_what_was_left_of_a_stream_that_ended_before_is_delivered(hub: RtspHub) -> None:
    def brief(peer: Peer) -> None:
        peer.play()
        peer.send(peer.gop(5) + peer.gop(2))
        peer.sock.close()

    taken: list[Packet] = []
    with FakeCamera(brief) as camera:
        reading = source(camera, hub)
        reading.open()
        until(lambda: hub._thread is None)
        with pytest.raises(SourceError):
            reading.deliver(taken.append)
    assert len(taken) == 7


def test_a_taker_that_fails_ends_its_own_stream_only(hub: RtspHub) -> None:
    def fails(packet: Packet) -> None:
        if packet.index == 7:
            raise ZeroDivisionError

    taken: list[Packet] = []
    with FakeCamera(decent) as camera:
        good, bad = source(camera, hub), source(camera, hub)
        good.open()
        other = threading.Thread(target=lambda: good.deliver(taken.append))
        other.start()
        bad.open()
        with pytest.raises(SourceError) as caught:
            bad.deliver(fails)
        assert caught.value.state is CameraState.FAILED
        count = len(taken)
        until(lambda: len(taken) > count + 20)
        bad.open()
        again: list[Packet] = []
        ended = threading.Thread(target=lambda: bad.deliver(again.append))
        ended.start()
        until(lambda: len(again) > 10)
        for reading, reader in ((good, other), (bad, ended)):
            reading.close()
            reader.join(5)
            assert not reader.is_alive()


def test_a_stalled_stream_is_given_up(hub: RtspHub) -> None:
    def stalls(peer: Peer) -> None:
        peer.play()
        peer.send(peer.gop())
        peer.ended.wait()

    with FakeCamera(stalls) as camera:
        reading = source(camera, hub, timeout_s=0.8)
        reading.open()
        with pytest.raises(SourceError) as caught:
            reading.deliver(lambda packet: None)
    assert caught.value.state is CameraState.STALLED
