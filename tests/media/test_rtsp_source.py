"""Against a real RTSP server: GStreamer's, see tests/e2e/rtsp_server.py."""

from __future__ import annotations

import socket
import threading
import time
import traceback
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from skynet.domain import CameraState, SystemClock
from skynet.media import Decoder, RtspSource, SourceError
from skynet.media.rtsp_source import Transport
from tests.e2e.rtsp_server import Credentials, RtspServer, free_port
from tests.media.clips import write_clip

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("clips")
    return {
        "h264": write_clip(folder / "a.mp4", fps=25, frames=100, gop=25),
        "hevc": write_clip(
            folder / "b.mp4", codec="libx265", fps=25, frames=100, gop=25, options={"x265-params": "log-level=none"}
        ),
    }


@pytest.fixture(scope="module")
def server(clips: dict[str, Path]) -> Iterator[RtspServer]:
    with RtspServer(clips) as running:
        yield running


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that takes connections and says nothing."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def failure(url: str, timeout_s: float = 5.0) -> SourceError:
    source = RtspSource(url, timeout_s=timeout_s, clock=SystemClock())
    with pytest.raises(SourceError) as caught:
        source.open()
    shown = "".join(traceback.format_exception(caught.value))
    assert "s3cret" not in shown
    assert "\n" not in caught.value.detail
    return caught.value


@pytest.mark.parametrize("transport", ["tcp", "udp", "auto"])
@pytest.mark.parametrize("codec", ["h264", "hevc"])
def test_packets_come_keyframe_first_and_decode(server: RtspServer, transport: Transport, codec: str) -> None:
    source = RtspSource(server.url(codec), transport=transport, timeout_s=5, clock=SystemClock())
    info = source.open()
    assert (info.codec, info.width, info.height) == (codec, 160, 120)
    assert (info.duration_s, info.frames) == (None, None)
    packets = list(islice(source.packets(), 40))
    source.close()
    assert packets[0].is_keyframe
    times = [packet.captured_at for packet in packets]
    assert times == sorted(times)
    assert times[-1] - times[5] == pytest.approx(34 * 0.04, abs=0.3)
    assert times[-1] == pytest.approx(time.time(), abs=3)
    decoder = Decoder()
    assert sum(len(decoder.decode(packet)) for packet in packets) + len(decoder.flush()) == 40
    assert decoder.errors == 0


@pytest.mark.parametrize("digest", [False, True])
def test_credentials(clips: dict[str, Path], digest: bool) -> None:
    with RtspServer(clips, auth=Credentials("gate", "s3cret@3", digest)) as guarded:
        assert failure(guarded.url("h264")).state is CameraState.UNAUTHORISED
        wrong = failure(guarded.url("h264", user="gate", password="s3cret"))
        assert wrong.state is CameraState.UNAUTHORISED
        assert "401" in wrong.detail
        source = RtspSource(guarded.url("h264", user="gate", password="s3cret%403"), timeout_s=5, clock=SystemClock())
        source.open()
        assert next(source.packets()).is_keyframe
        source.close()


def test_a_wrong_path(server: RtspServer) -> None:
    assert failure(server.url("nothing-here")).state is CameraState.NOT_FOUND


def test_a_closed_port() -> None:
    error = failure(f"rtsp://u:s3cret@127.0.0.1:{free_port()}/x")
    assert error.state is CameraState.REFUSED


def test_an_unknown_host() -> None:
    error = failure("rtsp://u:s3cret@no-such-camera.invalid/x")
    assert error.state is CameraState.UNREACHABLE
    assert "no-such-camera.invalid" in error.detail


def test_a_camera_that_does_not_answer(silent_port: int) -> None:
    error = failure(f"rtsp://u:s3cret@127.0.0.1:{silent_port}/x", timeout_s=0.5)
    assert error.state is CameraState.TIMED_OUT
    assert "no answer" in error.detail


def test_something_else_on_the_port() -> None:
    def answer() -> None:
        peer, _ = listener.accept()
        with peer:
            peer.recv(1000)
            peer.sendall(b"220 mail.example ready\r\n\r\n")

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        threading.Thread(target=answer, daemon=True).start()
        assert failure(f"rtsp://127.0.0.1:{listener.getsockname()[1]}/x").state is CameraState.FAILED


@pytest.mark.parametrize("transport", ["tcp", "udp"])
def test_a_server_that_dies_and_comes_back(clips: dict[str, Path], transport: Transport) -> None:
    with RtspServer(clips) as mortal:
        source = RtspSource(mortal.url("h264"), transport=transport, timeout_s=2, clock=SystemClock())
        source.open()
        packets = source.packets()
        before = next(packets)
        mortal.kill()
        with pytest.raises(SourceError) as caught:
            for _ in packets:
                pass
        assert caught.value.state in (CameraState.UNREACHABLE, CameraState.STALLED)
        mortal.restart()
        source.open()
        after = next(source.packets())
        source.close()
        assert after.is_keyframe
        assert after.epoch is not before.epoch
        assert after.captured_at > before.captured_at


def test_a_stream_that_stalls(clips: dict[str, Path]) -> None:
    with RtspServer(clips) as frozen:
        source = RtspSource(frozen.url("h264"), transport="tcp", timeout_s=1, clock=SystemClock())
        source.open()
        packets = source.packets()
        next(packets)
        frozen.freeze()
        with pytest.raises(SourceError) as caught:
            for _ in packets:
                pass
        assert caught.value.state is CameraState.STALLED


def test_close_ends_a_blocked_read_at_once(clips: dict[str, Path]) -> None:
    with RtspServer(clips) as frozen:
        source = RtspSource(frozen.url("h264"), transport="tcp", timeout_s=30, clock=SystemClock())
        source.open()
        packets = source.packets()
        next(packets)
        frozen.freeze()
        ended = threading.Event()
        threading.Thread(target=lambda: (list(packets), ended.set()), daemon=True).start()
        source.close()
        assert ended.wait(5)  # long before the 30 s of the socket


def test_close_ends_a_blocked_open_at_once(silent_port: int) -> None:
    source = RtspSource(f"rtsp://127.0.0.1:{silent_port}/x", timeout_s=30, clock=SystemClock())
    threading.Timer(0.1, source.close).start()
    with pytest.raises(SourceError) as caught:
        source.open()
    assert caught.value.state is CameraState.ENDED
