"""Against a camera that misbehaves on purpose, see fake_camera."""

from __future__ import annotations

import ssl
import subprocess
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from hashlib import md5
from itertools import islice
from pathlib import Path

import pytest

from skynet.domain import CameraState, SystemClock
from skynet.media import SourceError
from skynet.media.packet import Packet
from skynet.media.rtsp import NativeRtspSource, RtspHub
from skynet.media.rtsp.outlet import MAX_PACKETS
from tests.media.rtsp.fake_camera import SDP, FakeCamera, Peer
from tests.media.rtsp.wire import IDR, PPS, SLICE, SPS, aggregate, interleaved

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


@pytest.fixture
def hub() -> Iterator[RtspHub]:
    hub = RtspHub(SystemClock())
    yield hub
    hub.close(5)
    assert hub._thread is None


def source(camera: FakeCamera, hub: RtspHub, timeout_s: float = 5.0, credentials: str = "") -> NativeRtspSource:
    return NativeRtspSource(camera.url(credentials), clock=hub.clock, hub=hub, timeout_s=timeout_s)


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


def decent_rest(peer: Peer) -> None:
    while not peer.ended.wait(0.02):
        peer.send(peer.gop())


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


def refusing(method: str, status: str, **headers: str) -> Callable[[Peer], None]:
    def script(peer: Peer) -> None:
        for request in peer.requests():
            if request.method == method:
                peer.answer(request, status, **headers)
            else:
                peer.decent(request)

    return script


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
    (half_a_head, CameraState.UNREACHABLE, "no answer"),
    (plays_nothing, CameraState.UNREACHABLE, "no picture"),
    (not_rtsp, CameraState.FAILED, "does not speak RTSP"),
    (endless_head, CameraState.FAILED, "does not speak RTSP"),
    (refusing("DESCRIBE", "404 Not Found"), CameraState.NOT_FOUND, "404"),
    (refusing("DESCRIBE", "403 Forbidden"), CameraState.UNAUTHORISED, "403"),
    (refusing("SETUP", "453 Not Enough Bandwidth"), CameraState.REFUSED, "453"),
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


def guarded(nonces: Callable[[int], str], right: str = "s3cret", extra: str = "") -> Callable[[Peer], None]:
    """Digest, a nonce for each request as `nonces` says; only the newest is taken."""

    def digest(*parts: str) -> str:
        return md5(":".join(parts).encode(), usedforsecurity=False).hexdigest()

    def script(peer: Peer) -> None:
        sending = threading.Thread(target=lambda: decent_rest(peer))
        for number, request in enumerate(peer.requests()):
            nonce = nonces(number)
            secret, asked = digest("ad@min", "cam", right), digest(request.method, request.url)
            if f'response="{digest(secret, nonce, asked)}"' not in request.headers.get("authorization", ""):
                challenge = f'Digest realm="cam", nonce="{nonce}"{extra}'
                peer.answer(request, "401 Unauthorized", WWW_Authenticate=challenge)
            elif peer.decent(request) == "PLAY":
                sending.start()
        if sending.ident:
            sending.join()

    return script


def test_credentials_are_proved_once_and_remembered(hub: RtspHub) -> None:
    with FakeCamera(guarded(lambda number: "n")) as camera:
        reading = source(camera, hub, credentials=S3CRET)
        reading.open()
        assert next(reading.packets()).is_keyframe
        reading.close()
        assert camera.methods()[:5] == ["OPTIONS", "OPTIONS", "DESCRIBE", "SETUP", "PLAY"]
        assert "s3cret" not in str(camera.heard)


def test_a_nonce_that_changes_between_requests_is_followed(hub: RtspHub) -> None:
    with FakeCamera(guarded(lambda number: f"n{number // 2}")) as camera:
        reading = source(camera, hub, credentials=S3CRET)
        reading.open()
        assert next(reading.packets()).is_keyframe
        reading.close()


@pytest.mark.parametrize(
    ("script", "most_requests"),
    [
        (guarded(lambda number: f"n{number}"), 3),  # a new nonce with every answer, and nothing is ever right
        (guarded(lambda number: f"n{number}", extra=", stale=true"), 5),
        (guarded(lambda number: "n", right="other"), 3),
    ],
)
def test_refused_credentials_end_the_matter(hub: RtspHub, script: Callable[[Peer], None], most_requests: int) -> None:
    with FakeCamera(script) as camera:
        error = failure(camera, hub)
        assert error.state is CameraState.UNAUTHORISED
        assert "401" in error.detail
        assert len(camera.heard) <= most_requests


def test_a_camera_that_asks_for_credentials_that_we_have_not(hub: RtspHub) -> None:
    with FakeCamera(guarded(lambda number: "n")) as camera:
        error = failure(camera, hub, credentials="")
        assert error.state is CameraState.UNAUTHORISED
        assert "add them" in error.detail


def test_a_camera_that_hangs_up_after_each_401(hub: RtspHub) -> None:
    def rude(peer: Peer) -> None:
        for request in peer.requests():
            if "authorization" not in request.headers:
                peer.answer(request, "401 Unauthorized", WWW_Authenticate='Basic realm="x"')
                peer.sock.shutdown(1)
                return
            if peer.decent(request) == "PLAY":
                peer.send(peer.gop())

    with FakeCamera(rude) as camera:
        reading = source(camera, hub, credentials=S3CRET)
        reading.open()
        assert next(reading.packets()).is_keyframe
        reading.close()
        assert camera.connections == 2


def test_redirects_are_followed(hub: RtspHub) -> None:
    with FakeCamera(decent) as there, FakeCamera(refusing("DESCRIBE", "302 Found", Location=there.url())) as here:
        reading = source(here, hub)
        reading.open()
        assert next(reading.packets()).is_keyframe
        reading.close()


def test_redirects_in_a_circle_end(hub: RtspHub) -> None:
    def circle(peer: Peer) -> None:
        for request in peer.requests():
            peer.answer(request, "301 Moved", Location=request.url)

    with FakeCamera(circle) as camera:
        assert "in circles" in failure(camera, hub).detail
        assert camera.connections <= 7


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


def test_over_tls(hub: RtspHub, tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
            *("-subj", "/CN=camera", "-days", "2", "-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with FakeCamera(decent, context) as camera:
        reading = source(camera, hub)
        reading.open()
        assert len(list(islice(reading.packets(), 30))) == 30
        reading.close()
    strict = RtspHub(SystemClock(), tls=ssl.create_default_context())
    with FakeCamera(decent, context) as camera:
        assert "encrypted" in failure(camera, strict).detail
    strict.close(5)
    with FakeCamera(decent) as camera:
        plain = NativeRtspSource(camera.url().replace("rtsp:", "rtsps:"), clock=hub.clock, hub=hub, timeout_s=1)
        with pytest.raises(SourceError) as caught:
            plain.open()
        assert caught.value.state in (CameraState.FAILED, CameraState.UNREACHABLE)
