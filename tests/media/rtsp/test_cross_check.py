"""The same stream through FFmpeg's reader and ours, from a real server: GStreamer's, see tests/e2e/rtsp_server.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import sha256
from itertools import islice, pairwise
from pathlib import Path

import numpy as np
import pytest

from skynet.domain import CameraState, SystemClock
from skynet.media import Decoder, RtspSource, SourceError
from skynet.media.packet import Packet
from skynet.media.rtsp import NativeRtspSource
from skynet.media.rtsp_source import Transport
from tests.e2e.rtsp_server import Credentials, RtspServer
from tests.media.clips import write_clip
from tests.media.rtsp.wire import pictures

pytestmark = pytest.mark.e2e
_PACKETS = 40
_X264 = {"x264-params": "slices=1:sliced-threads=0"}


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("clips")
    return {
        "h264": write_clip(folder / "a.mp4", frames=100, gop=25, size=(640, 480), options=_X264),
        "reordered": write_clip(folder / "b.mp4", frames=100, gop=25, b_frames=2, options=_X264),
        "slices": write_clip(folder / "c.mp4", frames=100, gop=25, options={"x264-params": "slices=4"}),
        "hevc": write_clip(
            folder / "d.mp4",
            codec="libx265",
            frames=100,
            gop=25,
            size=(640, 480),
            options={"x265-params": "log-level=none"},
        ),
    }


@pytest.fixture(scope="module")
def server(clips: dict[str, Path]) -> Iterator[RtspServer]:
    with RtspServer(clips) as running:
        yield running


def read(source: RtspSource | NativeRtspSource, count: int = _PACKETS) -> list[Packet]:
    source.open()
    packets = list(islice(source.packets(), count))
    source.close()
    return packets


def delivered(source: NativeRtspSource, count: int = _PACKETS) -> list[Packet]:
    packets: list[Packet] = []

    def take(packet: Packet) -> None:
        packets.append(packet)
        if len(packets) == count:
            source.close()

    source.open()
    source.deliver(take)
    return packets


def slices(packets: list[Packet]) -> list[str]:
    """Digests of all slices, in order."""
    return [
        sha256(unit).hexdigest() for packet in packets for unit in pictures(packet.epoch.codec, bytes(packet.coded))
    ]


def shown(packets: list[Packet]) -> list[str]:
    """Digests of the luma of all frames."""
    decoder = Decoder()
    frames = [frame for packet in packets for frame in decoder.decode(packet)] + decoder.flush()
    assert decoder.errors == 0
    return [sha256(np.ascontiguousarray(frame.luma()).tobytes()).hexdigest() for frame in frames]


@pytest.mark.parametrize("take", [read, delivered])
@pytest.mark.parametrize("transport", ["tcp", "udp"])
@pytest.mark.parametrize("name", ["h264", "reordered", "hevc"])
def test_both_readers_give_the_same_packets(
    server: RtspServer, name: str, transport: Transport, take: Callable[[NativeRtspSource], list[Packet]]
) -> None:
    theirs = read(RtspSource(server.url(name), transport=transport, timeout_s=5, clock=SystemClock()))
    reading = NativeRtspSource(server.url(name), transport=transport, timeout_s=5, clock=SystemClock())
    ours = take(reading)
    assert slices(ours) == slices(theirs)
    assert [packet.is_keyframe for packet in ours] == [packet.is_keyframe for packet in theirs]
    # FFmpeg's first packet has no time stamp.
    assert steps(ours)[1:] == steps(theirs)[1:]
    assert shown(ours) == shown(theirs)
    a, b = ours[0].epoch, theirs[0].epoch
    assert (a.codec, a.decoder, a.codec_tag, a.extradata) == (b.codec, b.decoder, b.codec_tag, b.extradata)
    assert (a.width, a.height, a.time_base, a.reorder_depth) == (b.width, b.height, b.time_base, b.reorder_depth)
    assert reading.skipped == 0


def steps(packets: list[Packet]) -> list[int | None]:
    stamps = [packet.coded.pts for packet in packets]
    return [None if a is None or b is None else b - a for a, b in pairwise(stamps)]


def test_pictures_of_several_slices_stay_whole(server: RtspServer) -> None:
    """GStreamer puts parameter sets before every slice of a keyframe; FFmpeg's reader takes that for two pictures."""
    theirs = read(RtspSource(server.url("slices"), transport="tcp", timeout_s=5, clock=SystemClock()))
    ours = read(NativeRtspSource(server.url("slices"), transport="tcp", timeout_s=5, clock=SystemClock()))
    assert min(len(pictures("h264", bytes(packet.coded))) for packet in ours) > 1
    assert steps(ours) == [3600] * (_PACKETS - 1)
    assert slices(ours)[: len(slices(theirs))] == slices(theirs)[: len(slices(ours))]
    assert len(shown(ours)) == _PACKETS


def test_decoding_times_never_pass_those_of_showing(server: RtspServer) -> None:
    ours = read(NativeRtspSource(server.url("reordered"), transport="tcp", timeout_s=5, clock=SystemClock()))
    known = [(packet.coded.dts, packet.coded.pts) for packet in ours if packet.coded.dts is not None]
    assert len(known) >= _PACKETS - 2
    assert all(dts <= pts for dts, pts in known if pts is not None)
    assert all(a < b for (a, _), (b, _) in pairwise(known))


@pytest.mark.parametrize("digest", [False, True])
def test_credentials(clips: dict[str, Path], digest: bool) -> None:
    with RtspServer(clips, auth=Credentials("gate", "s3cret@3", digest)) as guarded:
        for user, password in (("", ""), ("gate", "s3cret")):
            source = NativeRtspSource(
                guarded.url("h264", user=user, password=password), timeout_s=5, clock=SystemClock()
            )
            with pytest.raises(SourceError) as caught:
                source.open()
            assert caught.value.state is CameraState.UNAUTHORISED
        url = guarded.url("h264", user="gate", password="s3cret%403")
        assert read(NativeRtspSource(url, timeout_s=5, clock=SystemClock()), 2)[0].is_keyframe


def test_a_wrong_path(server: RtspServer) -> None:
    source = NativeRtspSource(server.url("nothing-here"), timeout_s=5, clock=SystemClock())
    with pytest.raises(SourceError) as caught:
        source.open()
    assert caught.value.state is CameraState.NOT_FOUND


@pytest.mark.parametrize("transport", ["tcp", "udp"])
def test_a_server_that_dies_and_comes_back(clips: dict[str, Path], transport: Transport) -> None:
    with RtspServer(clips) as mortal:
        source = NativeRtspSource(mortal.url("h264"), transport=transport, timeout_s=2, clock=SystemClock())
        source.open()
        packets = source.packets()
        before = next(packets)
        mortal.kill()
        with pytest.raises(SourceError) as caught:
            list(packets)
        assert caught.value.state in (CameraState.UNREACHABLE, CameraState.STALLED)
        with pytest.raises(SourceError) as caught:
            source.open()
        assert caught.value.state is CameraState.REFUSED
        mortal.restart()
        after = read(source, 1)[0]
        assert after.is_keyframe
        assert after.epoch is not before.epoch
        assert after.captured_at > before.captured_at


def test_a_stream_that_stalls(clips: dict[str, Path]) -> None:
    with RtspServer(clips) as frozen:
        source = NativeRtspSource(frozen.url("h264"), transport="tcp", timeout_s=1, clock=SystemClock())
        source.open()
        packets = source.packets()
        next(packets)
        frozen.freeze()
        with pytest.raises(SourceError) as caught:
            list(packets)
        assert caught.value.state is CameraState.STALLED
