"""Cameras that send no video, or fall silent with their connection open: a real RTSP server, read by both readers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest

from skynet.domain import CameraState, SystemClock
from skynet.edge.camera_reader import CameraReader
from skynet.edge.camera_status import CameraStatus
from skynet.edge.config import CameraConfig
from skynet.media import PacketRing, Source, open_source
from skynet.media.rtsp import RtspHub
from tests.e2e.rtsp_server import RtspServer
from tests.edge.fault_stand import Shortest
from tests.media.clips import write_clip
from tests.media.rtsp.reading import until

pytestmark = pytest.mark.e2e
Reader = Literal["native", "ffmpeg"]


class Reading:
    """One camera's reader with its ring."""

    def __init__(self, source: Source) -> None:
        config = CameraConfig.model_validate({"id": "gate", "name": "Gate", "site": "s", "source": "rtsp://camera/1"})
        self.status = CameraStatus(config.camera, SystemClock())
        self.ring = PacketRing(32 << 20, 30)
        self.reader = CameraReader(
            self.status, source, self.ring,
            finite=False, live=True, silence_s=1.0, ended=lambda: None, clock=SystemClock(), chance=Shortest(),
        )  # fmt: skip
        self.reader.start()

    def becomes(self, state: CameraState) -> None:
        def is_so() -> bool:
            self.reader.watch()
            return self.status.state is state

        until(is_so, 20)

    def stop(self) -> None:
        self.reader.ask_to_stop()
        assert self.reader.join(SystemClock().monotonic() + 5), "its thread does not end"


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_clip(tmp_path_factory.mktemp("clips") / "a.mp4", fps=25, frames=50, gop=12)


@pytest.fixture
def hub() -> Iterator[RtspHub]:
    hub = RtspHub(SystemClock())
    yield hub
    hub.close(5)


def source(url: str, reader: Reader, hub: RtspHub) -> Source:
    return open_source(
        url, clock=SystemClock(), transport="tcp", timeout_s=1.0, reader=reader, hub=hub, paced=True, loop=False
    )


@pytest.mark.parametrize("reader", ["native", "ffmpeg"])
def test_a_camera_with_sound_alone_is_called_unsupported(clip: Path, reader: Reader, hub: RtspHub) -> None:
    with RtspServer({"a": clip}) as server:
        reading = Reading(source(server.url("sound"), reader, hub))
        reading.becomes(CameraState.UNSUPPORTED)
        assert "no video" in reading.status.health().detail
        assert reading.ring.appended == 0
        reading.stop()


@pytest.mark.parametrize("reader", ["native", "ffmpeg"])
def test_a_server_that_freezes_is_called_stalled_and_read_again_when_it_is_back(
    clip: Path, reader: Reader, hub: RtspHub
) -> None:
    with RtspServer({"a": clip}) as server:
        reading = Reading(source(server.url("a"), reader, hub))
        reading.becomes(CameraState.LIVE)
        server.freeze()
        reading.becomes(CameraState.STALLED)
        server.restart()
        reading.becomes(CameraState.LIVE)
        assert reading.status.health().reconnects >= 1
        reading.stop()
