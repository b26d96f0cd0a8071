"""Against a camera that misbehaves on purpose, see fake_camera."""

from __future__ import annotations

import threading
from itertools import islice

import pytest

from skynet.domain import CameraState
from skynet.media import SourceError
from skynet.media.packet import Packet
from skynet.media.rtsp import NativeRtspSource, RtspHub
from skynet.media.rtsp.outlet import MAX_PACKETS
from tests.media.rtsp.fake_camera import FakeCamera, Peer
from tests.media.rtsp.reading import (
    answering,
    decent,
    decent_rest,
    half_a_head,
    source,
    stalls,
    until,
)
from tests.media.rtsp.wire import IDR, PPS, SLICE, SPS, aggregate, interleaved


def test_a_decent_camera(hub: RtspHub) -> None:
    with FakeCamera(answering) as camera:
        reading = source(camera, hub)
        info = reading.open()
        assert (info.codec, info.width, info.height) == ("h264", 160, 120)
        packets = list(islice(reading.packets(), 12))
        reading.close()
        assert [packet.is_keyframe for packet in packets] == [number % 5 == 0 for number in range(12)]
        assert [packet.index for packet in packets] == list(range(12))
        assert [packet.coded.pts for packet in packets] == [3600 * number for number in range(12)]
        assert len({id(packet.epoch) for packet in packets}) == 1
        assert bytes(packets[0].coded) == b"".join(b"\0\0\0\1" + unit for unit in (SPS, PPS, IDR))
        until(lambda: "TEARDOWN" in camera.methods())
        assert camera.methods() == ["OPTIONS", "DESCRIBE", "SETUP", "PLAY", "TEARDOWN"]
        assert camera.asked("SETUP")[0].url.endswith("/live/track1")
        assert camera.asked("PLAY")[0].headers["session"] == "abc"
        assert reading.skipped == 0


def test_one_thread_reads_many_cameras(hub: RtspHub) -> None:
    with FakeCamera(decent) as camera:
        sources = [source(camera, hub) for _ in range(8)]
        for reading in sources:
            reading.open()
        names = [thread.name for thread in threading.enumerate()]
        assert names.count("rtsp-hub") == 1
        for reading in sources:
            assert len(list(islice(reading.packets(), 20))) == 20
            reading.close()
    until(lambda: hub._thread is None)


def test_a_closed_source_opens_again_and_counts_on(hub: RtspHub) -> None:
    with FakeCamera(decent) as camera:
        reading = source(camera, hub)
        reading.open()
        before = next(reading.packets())
        reading.open()
        after = next(reading.packets())
        reading.close()
        assert (after.index, after.is_keyframe) == (before.index + 1, True)
        assert after.epoch is not before.epoch
        assert after.captured_at > before.captured_at


def test_packets_wait_for_the_first_keyframe(hub: RtspHub) -> None:
    def late(peer: Peer) -> None:
        peer.play()
        peer.send(b"".join(peer.packet(SLICE, marker=True) for _ in range(3)))
        decent_rest(peer)

    with FakeCamera(late) as camera:
        reading = source(camera, hub)
        reading.open()
        assert next(reading.packets()).is_keyframe
        assert reading.skipped == 3
        reading.close()


def test_a_loss_leaves_out_everything_up_to_the_next_keyframe(hub: RtspHub) -> None:
    def lossy(peer: Peer) -> None:
        peer.play()
        peer.send(peer.gop(2))
        peer.lose(3)
        peer.send(peer.packet(SLICE, marker=True) + peer.packet(SLICE, marker=True))
        decent_rest(peer)

    with FakeCamera(lossy) as camera:
        reading = source(camera, hub)
        reading.open()
        packets = list(islice(reading.packets(), 7))
        reading.close()
        assert [packet.is_keyframe for packet in packets] == [True, False, True, False, False, False, False]
        assert (reading.counts.lost, reading.counts.undecodable) == (3, 2)


def test_other_parameter_sets_begin_a_new_epoch(hub: RtspHub) -> None:
    other = bytes.fromhex("6764001fac2484014016ec0440000003004000000c23c60c92")

    def changing(peer: Peer) -> None:
        peer.play()
        peer.send(peer.gop(3))
        peer.send(peer.packet(aggregate(other, PPS)) + peer.packet(IDR, marker=True) + peer.packet(SLICE, marker=True))
        peer.ended.wait()

    with FakeCamera(changing) as camera:
        reading = source(camera, hub)
        reading.open()
        packets = list(islice(reading.packets(), 5))
        reading.close()
    first, second = packets[0].epoch, packets[3].epoch
    assert [packet.epoch is first for packet in packets] == [True, True, True, False, False]
    assert packets[4].epoch is second
    assert (first.width, first.height) == (160, 120)
    assert (second.width, second.height) == (1280, 720)
    assert second.extradata == b"\0\0\0\1" + other + b"\0\0\0\1" + PPS


def test_another_sender_in_the_same_session_begins_a_new_epoch(hub: RtspHub) -> None:
    def changing(peer: Peer) -> None:
        peer.play()
        peer.send(peer.gop(3, ssrc=1))
        peer.lose(5000)
        peer._timestamp = 3_000_000_000
        peer.send(peer.packet(SLICE, marker=True, ssrc=2) + peer.gop(3, ssrc=2))
        peer.ended.wait()

    with FakeCamera(changing) as camera:
        reading = source(camera, hub)
        reading.open()
        packets = list(islice(reading.packets(), 6))
        reading.close()
    assert [packet.is_keyframe for packet in packets] == [True, False, False, True, False, False]
    assert packets[3].epoch is not packets[2].epoch
    assert packets[3].coded.pts == 0
    times = [packet.captured_at for packet in packets]
    assert times == sorted(times)
    assert reading.counts.lost == 0


def test_the_camera_may_ask_and_send_reports(hub: RtspHub) -> None:
    import struct

    report = struct.pack(">BBHIIIIII", 0x80, 200, 6, 7, 2_208_988_800 + 1_700_000_000, 0, 1000, 1, 2)

    def asking(peer: Peer) -> None:
        peer.play()
        peer.send(peer.gop())
        peer.send(b"OPTIONS * RTSP/1.0\r\nCSeq: 5\r\n\r\n" + interleaved(report, 1))
        peer.send(peer.gop())
        for request in peer.requests():
            assert request.method in ("RTSP/1.0", "TEARDOWN")

    with FakeCamera(asking) as camera:
        reading = source(camera, hub)
        reading.open()
        packets: list[Packet] = list(islice(reading.packets(), 10))
        assert reading.camera_ahead_s is not None
        assert reading.camera_ahead_s + packets[-1].captured_at == pytest.approx(1_700_000_000 + 9 * 0.04)
        until(lambda: camera.heard[-1].method == "RTSP/1.0")
        assert (camera.heard[-1].url, camera.heard[-1].headers["cseq"]) == ("200", "5")
        reading.close()


def test_a_slow_reader_loses_the_ends_of_gops(hub: RtspHub) -> None:
    def flood(peer: Peer) -> None:
        peer.play()
        for _ in range(MAX_PACKETS // 2):
            peer.send(peer.gop())
        decent_rest(peer)

    with FakeCamera(flood) as camera:
        reading = source(camera, hub)
        reading.open()
        until(lambda: reading.counts.overrun > 100)
        packets = list(islice(reading.packets(), MAX_PACKETS + 50))
        reading.close()
    stamps = [packet.coded.pts for packet in packets]
    for before, after, packet in zip(stamps, stamps[1:], packets[1:], strict=False):
        assert after - before == 3600 or packet.is_keyframe
    assert reading.skipped == reading.counts.overrun


def test_close_ends_a_blocked_read_at_once(hub: RtspHub) -> None:
    with FakeCamera(stalls) as camera:
        reading = source(camera, hub, timeout_s=60)
        reading.open()
        packets = reading.packets()
        next(packets)
        ended = threading.Event()
        threading.Thread(target=lambda: (list(packets), ended.set()), daemon=True).start()
        reading.close()
        assert ended.wait(5)


def test_close_ends_a_blocked_open_at_once(hub: RtspHub) -> None:
    with FakeCamera(half_a_head) as camera:
        reading = source(camera, hub, timeout_s=60)
        threading.Timer(0.1, reading.close).start()
        with pytest.raises(SourceError) as caught:
            reading.open()
    assert caught.value.state is CameraState.ENDED


def test_an_unknown_host(hub: RtspHub) -> None:
    reading = NativeRtspSource("rtsp://u:s3cret@no-such-camera.invalid/x", clock=hub.clock, hub=hub)
    with pytest.raises(SourceError) as caught:
        reading.open()
    assert caught.value.state is CameraState.UNREACHABLE
    assert "no-such-camera.invalid" in caught.value.detail
    assert "s3cret" not in repr(reading) + reading.name
