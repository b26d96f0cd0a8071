"""When a camera is called stalled, given up or cut off: scripted cameras, a clock that is put forward."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from skynet.domain import Camera, CameraState
from skynet.edge.admission import Admission, Entrance
from skynet.edge.camera_reader import CameraReader
from skynet.edge.camera_status import CameraStatus
from skynet.edge.connect_gate import TURN_S
from skynet.media import PacketRing
from skynet.media.rtsp import NativeRtspSource, RtspHub
from tests.edge.fault_stand import Shortest
from tests.media.rtsp.fake_camera import FakeCamera, Peer
from tests.media.rtsp.reading import MovableClock, answering, until
from tests.media.rtsp.wire import SLICE


class Stand:
    """Readers on one hub and one entrance."""

    def __init__(self) -> None:
        self.clock = MovableClock()
        self.hub = RtspHub(self.clock, gather_s=0.0)
        self.entrance = Entrance.of(self.clock, Shortest(), 1)
        self.readers: list[CameraReader] = []

    def read(self, url: str, timeout_s: float = 10.0) -> CameraStatus:
        status = CameraStatus(Camera(id=f"cam-{len(self.readers)}", name="Camera", site="s"), self.clock)
        source = NativeRtspSource(url, clock=self.clock, hub=self.hub, timeout_s=timeout_s, patience_s=6 * timeout_s)
        reader = CameraReader(
            status, source, PacketRing(1 << 20, 2.0), finite=False, live=True, silence_s=timeout_s, ended=lambda: None,
            clock=self.clock, chance=Shortest(), admission=Admission(self.entrance, url, self.clock, Shortest()),
        )  # fmt: skip
        self.readers.append(reader)
        reader.start()
        return status

    def until(self, condition: Callable[[], bool]) -> None:
        def watched() -> bool:
            for reader in self.readers:
                reader.watch()
            return condition()

        until(watched, 10)

    def close(self) -> None:
        for reader in self.readers:
            reader.ask_to_stop()
        left = [reader for reader in self.readers if not reader.join(self.clock.monotonic() + 5)]
        assert not left
        self.hub.close(5)


@pytest.fixture
def stand() -> Iterator[Stand]:
    stand = Stand()
    yield stand
    stand.close()


def counted(status: CameraStatus, packets: int) -> Callable[[], bool]:
    return lambda: status.counts()["packets"] >= packets


def quiet_after(pictures: int, then: threading.Event, more: Callable[[Peer], None]) -> Callable[[Peer], None]:
    """25 pictures a second, so many, then silence until the test says what comes."""

    def script(peer: Peer) -> None:
        peer.play()
        for _ in range(pictures // 5):
            peer.send(peer.gop())
            peer.ended.wait(0.05)
        while not peer.ended.is_set():
            if then.wait(0.02):
                more(peer)
                peer.ended.wait(0.02)

    return script


def test_a_fast_camera_is_missed_after_two_seconds_and_connected_anew_after_five(stand: Stand) -> None:
    with FakeCamera(quiet_after(50, threading.Event(), lambda peer: None)) as camera:
        status = stand.read(camera.url())
        stand.until(counted(status, 50))
        assert status.state is CameraState.LIVE
        stand.clock.ahead_s = 1.5
        stand.readers[0].watch()
        assert status.state is CameraState.LIVE
        stand.clock.ahead_s = 2.2
        stand.until(lambda: status.state is CameraState.STALLED)
        assert "where one came every 0.0" in status.health().detail
        assert camera.connections == 1
        stand.clock.ahead_s = 5.2
        stand.until(lambda: camera.connections == 2 and status.state is CameraState.LIVE)


def test_a_stall_that_ends_by_itself_costs_no_connection(stand: Stand) -> None:
    goes_on = threading.Event()
    with FakeCamera(quiet_after(50, goes_on, lambda peer: peer.send(peer.gop()))) as camera:
        status = stand.read(camera.url())
        stand.until(counted(status, 50))
        stand.clock.ahead_s = 2.5
        stand.until(lambda: status.state is CameraState.STALLED)
        goes_on.set()
        stand.until(lambda: status.state is CameraState.LIVE)
        assert camera.connections == 1


def test_pictures_that_lack_their_keyframe_are_a_sign_of_life(stand: Stand) -> None:
    lossy = threading.Event()

    def without_keyframe(peer: Peer) -> None:
        peer.lose(1)
        peer.send(peer.packet(SLICE, marker=True))
        peer._timestamp += 3600

    with FakeCamera(quiet_after(50, lossy, without_keyframe)) as camera:
        status = stand.read(camera.url(), timeout_s=20.0)
        stand.until(counted(status, 50))
        reader = stand.readers[0]
        reader._rhythm._gop.add(4.0, stand.clock.monotonic(), 60.0)  # it had a long one a while ago
        seen = reader._source.skipped

        def passes(ahead_s: float) -> None:
            """Time passes, and pictures come all the while."""
            while stand.clock.ahead_s < ahead_s and camera.connections == 1:
                stand.clock.ahead_s += 0.5
                seen = reader._source.skipped
                stand.until(lambda seen=seen: reader._source.skipped > seen or camera.connections > 1)

        lossy.set()
        stand.until(lambda: reader._source.skipped > seen + 3)
        passes(5.0)
        assert status.state is CameraState.LIVE, "its packets come, and its GOPs are that long"
        passes(9.5)
        stand.until(lambda: status.state is CameraState.STALLED)
        assert "no keyframe to begin with, where one came every 4 s" in status.health().detail
        assert camera.connections == 1
        passes(19.0)
        stand.until(lambda: camera.connections == 2)


def test_a_camera_without_an_answer_lets_others_pass(stand: Stand) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, FakeCamera(answering) as good:
        dead = stand.read(f"rtsp://127.0.0.1:{silent.getsockname()[1]}/x")
        until(lambda: stand.entrance.gate.connecting == 1)
        live = stand.read(good.url())
        until(lambda: stand.entrance.gate.waiting == 1)
        stand.readers[0].watch()
        assert dead.state is CameraState.CONNECTING
        stand.clock.ahead_s = TURN_S + 0.1
        stand.until(lambda: live.state is CameraState.LIVE)
        assert dead.state is CameraState.TIMED_OUT
        assert "others wait for their turn" in dead.health().detail
        assert stand.entrance.gate.most_held == 1
