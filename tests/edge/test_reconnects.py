"""A thousand connections one after the other leave nothing behind, and whoever reads the ring reads on."""

from __future__ import annotations

import gc
import logging
import os
import threading
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from skynet.domain import Camera, SystemClock
from skynet.edge.admission import Admission, Entrance
from skynet.edge.camera_reader import CameraReader
from skynet.edge.camera_status import CameraStatus
from skynet.media import PacketRing
from skynet.media.rtsp import NativeRtspSource, RtspHub
from tests.edge.fault_stand import Shortest
from tests.media.rtsp.fake_camera import FakeCamera, Peer
from tests.media.rtsp.reading import until

RECONNECTS = 1000


@pytest.fixture
def hub() -> Iterator[RtspHub]:
    hub = RtspHub(SystemClock(), gather_s=0.0)
    yield hub
    hub.close(5)


@pytest.fixture
def unlogged() -> Iterator[None]:
    """Nothing is logged: what pytest captures of it is kept, and counted with the rest.

    By `logging.disable` alone: it also forgets what loggers remember of having been asked before, by another test.
    """
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def hangs_up(peer: Peer) -> None:
    """A GOP, and away."""
    peer.play()
    peer.send(peer.gop(2))
    peer.sock.close()


def resident_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


def open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


@pytest.mark.usefixtures("unlogged")
def test_a_thousand_reconnects_leave_nothing_behind(hub: RtspHub) -> None:
    clock = SystemClock()
    entrance = Entrance.of(clock, Shortest(), 2)
    status = CameraStatus(Camera(id="gate", name="Gate", site="s"), clock)
    ring = PacketRing(1 << 20, 2.0)
    cursor = ring.cursor("consumer", max_lag_s=60.0)
    taken = 0

    def connected(times: int) -> Callable[[], bool]:
        def look() -> bool:
            nonlocal taken
            while cursor.read(timeout=0) is not None:
                taken += 1
            return status.counts()["reconnects"] >= times

        return look

    with FakeCamera(hangs_up, keeps_account=False) as camera:
        source = NativeRtspSource(camera.url(), clock=clock, hub=hub, timeout_s=5)
        reader = CameraReader(
            status, source, ring, finite=False, live=True, silence_s=5.0, ended=lambda: None, clock=clock,
            chance=Shortest(), admission=Admission(entrance, "camera", clock, Shortest()),
        )  # fmt: skip
        reader.start()
        until(connected(100), 30)
        gc.collect()
        objects, resident, threads, files = (
            len(gc.get_objects()),
            resident_mib(),
            threading.active_count(),
            open_files(),
        )
        counted = [objects]
        for times in (RECONNECTS // 2, RECONNECTS):
            until(connected(times), 120)
            gc.collect()
            counted.append(len(gc.get_objects()))
        assert threading.active_count() <= threads + 4  # the camera's own come and go
        assert open_files() <= files + 8
        # Not even one object a connection: what leaks does so in both halves, what the process does beside it does not.
        assert min(after - before for before, after in pairwise(counted)) < RECONNECTS // 3
        assert resident_mib() - resident < 16
        before = taken
        until(lambda: connected(0)() and taken > before, 10)
        assert taken > RECONNECTS
        assert entrance.gate.most_held == 1
        reader.ask_to_stop()
        assert reader.join(clock.monotonic() + 5)
    assert entrance.gate.connecting == 0
