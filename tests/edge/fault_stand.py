"""A box with a camera that may break in any way and a neighbour that must not notice: everything but the network."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import cast

import av
from pydantic import SecretStr

from skynet.domain import Alert, RuleSet, SystemClock
from skynet.edge.camera_status import CameraStatus
from skynet.edge.clip_desk import ClipDesk
from skynet.edge.clip_store import ClipStore
from skynet.edge.config import CameraConfig, GateMode
from skynet.edge.decode_pool import DecodePool
from skynet.edge.issues import Issues
from skynet.edge.pipeline import CameraPipeline, ClipRoll
from skynet.edge.strain import Strain
from skynet.edge.worker import Box, CameraWorker, Stream
from skynet.media import ActivityGate, Packet, PacketRing, StreamInfo
from skynet.media.stream_clock import StreamClock
from skynet.vision import MotionDetector
from tests.edge.scripted_source import SILENCE
from tests.edge.street_clip import Piece

BEGAN = 1_800_000_000.0
"""POSIX time of the first picture."""
Step = Piece | Exception | str
RULES = RuleSet.model_validate(
    {
        "zones": {"right": [[0.4, 0], [1, 0], [1, 1], [0.4, 1]]},
        "rules": [{"id": "entry", "kind": "zone_entry", "zone": "right"}],
    }
)


class StreetSource:
    """One script a connection, as a live camera's packets: stamped by arrival, no faster than they are analysed.

    Those that arrive in the span `flood` come all at once.
    """

    name = "street"

    def __init__(self, *scripts: Sequence[Step], flood: tuple[float, float] = (0.0, 0.0)) -> None:
        self._scripts = scripts
        self._flood = flood
        self._stamps = StreamClock()
        self._index = 0
        self.opened = 0
        self.skipped = 0
        self.played = threading.Event()
        self.drained: Callable[[], bool] = lambda: True
        self._closed = threading.Event()

    @property
    def reanchors(self) -> int:
        return self._stamps.reanchors

    def open(self) -> StreamInfo:
        self._closed.clear()
        self._stamps.restart()
        self._script = self._scripts[min(self.opened, len(self._scripts) - 1)]
        self.opened += 1
        if self._script and isinstance(self._script[0], Exception):
            raise self._script[0]
        epoch = next((step.epoch for step in self._script if isinstance(step, Piece)), None)
        return StreamInfo(epoch.codec, epoch.width, epoch.height, None, None, None) if epoch else NOTHING

    def packets(self) -> Iterator[Packet]:
        begun = False
        for step in self._script:
            if isinstance(step, Exception):
                raise step
            if isinstance(step, str):
                if self.opened >= len(self._scripts):
                    self.played.set()
                self._closed.wait(20)
                return
            while not self._floods(step) and not self.drained() and not self._closed.is_set():
                time.sleep(0.001)
            if self._closed.is_set():
                return
            begun |= step.is_keyframe
            if begun:
                yield self._packet(step)
            else:
                self.skipped += 1

    def deliver(self, take: Callable[[Packet], None]) -> None:
        for packet in self.packets():
            take(packet)

    def close(self) -> None:
        self._closed.set()

    def _floods(self, piece: Piece) -> bool:
        return self._flood[0] <= piece.comes_s < self._flood[1]

    def _packet(self, piece: Piece) -> Packet:
        coded = cast("av.Packet[av.VideoStream]", av.Packet(piece.data))
        base = piece.epoch.time_base
        coded.pts = None if piece.pts is None else round(piece.pts / base)
        coded.dts = None if piece.dts is None else round(piece.dts / base)
        coded.time_base, coded.is_keyframe = base, piece.is_keyframe
        at = self._stamps.stamp(piece.pts, piece.dts, BEGAN + piece.comes_s, 5000 + piece.comes_s)
        if piece.captured_s is not None:
            at = BEGAN + piece.captured_s
        self._index += 1
        return Packet(coded, self._index - 1, at, piece.epoch)


NOTHING = StreamInfo("h264", 0, 0, None, None, None)


class Shortest(random.Random):
    """Retries come at once."""

    def uniform(self, a: float, b: float) -> float:
        return 0.001


class WatchedCamera:
    """A worker on a real ring and pool, with the motion detector and a rule; what it raises is in `alerts`."""

    def __init__(
        self,
        name: str,
        source: StreetSource,
        mode: GateMode,
        box: Callable[[WatchedCamera], Box],
        *,
        ring: PacketRing | None = None,
        analysis_fps: float = 5,
        timeout_s: float = 5.0,
    ) -> None:
        config = CameraConfig.model_validate(
            {
                "id": name, "name": name, "site": "s", "source": SecretStr("rtsp://camera/1"),
                "analysis_fps": analysis_fps, "timeout_s": timeout_s,
            }
        )  # fmt: skip
        self.source = source
        self.alerts: list[Alert] = []
        self.gates: list[ActivityGate] = []
        self.status = CameraStatus(config.camera, SystemClock())
        self.ring = ring or PacketRing(32 << 20, 30)
        self.worker = CameraWorker(
            config, mode, 2.0, self.status, Stream(source, self.ring), self._make_pipeline, self._make_gate, box(self)
        )
        self._analysis = self.worker._analysis
        source.drained = self._drained

    def put(self, raised: Alert, snapshot: bytes | None) -> None:
        self.alerts.append(raised)

    def counts(self) -> dict[str, int]:
        return self.status.counts()

    def alerted_between(self, start_s: float, end_s: float) -> bool:
        return any(start_s <= raised.occurred_at.timestamp() - BEGAN < end_s for raised in self.alerts)

    def done(self) -> bool:
        """Everything has been played and taken."""
        if not self.source.played.is_set():
            return False
        seat, cursor = self._analysis._seat, self._analysis._cursor
        if cursor.position < self.ring.appended:
            self._analysis.wake()  # a sleeping camera lets a few packets wait
            return False
        return seat.state.name == "RESTING" and seat.alarm_at is None

    def _drained(self) -> bool:
        """The analysis is as close behind the stream as it would be in real time."""
        if self.ring.appended - self._analysis._cursor.position < 2:
            return True
        self._analysis.wake()
        return False

    def _make_gate(self) -> ActivityGate:
        self.gates.append(ActivityGate())
        return self.gates[-1]

    def _make_pipeline(self) -> CameraPipeline:
        return CameraPipeline(
            box_id="box-1",
            camera_id=self.status.camera.id,
            rules=RULES,
            detector=MotionDetector(),
            clock=SystemClock(),
            clips=ClipRoll(1.0, 1.0),
        )


class FaultStand:
    """Start cameras with `watch`; `stop` says whether all of it ended as it should."""

    def __init__(self, folder: Path) -> None:
        self.issues = Issues()
        self.pool = DecodePool(2, SystemClock())
        store = ClipStore(folder / "clips", max_bytes=1 << 28, min_free_bytes=0, free_bytes=lambda: 1 << 40)
        self.desk = ClipDesk(store, self.issues, SystemClock(), grace_s=0.2)
        self._strain = Strain(SystemClock(), self.issues)
        self._cameras: list[WatchedCamera] = []
        self.pool.start()
        self.desk.start()

    def watch(
        self,
        name: str,
        mode: GateMode,
        *scripts: Sequence[Step],
        flood: tuple[float, float] = (0.0, 0.0),
        **options: object,
    ) -> WatchedCamera:
        """The last script is played to its end and falls silent."""
        source = StreetSource(*scripts[:-1], [*scripts[-1], SILENCE], flood=flood)
        camera = WatchedCamera(name, source, mode, self._box, **options)  # type: ignore[arg-type]  # each test picks its own
        self._cameras.append(camera)
        camera.worker.start()
        return camera

    def finish(self, *cameras: WatchedCamera) -> None:
        for camera in cameras:
            self.until(camera.done)

    def until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 30
        while not condition():
            said = [camera.status.health() for camera in self._cameras]
            assert time.monotonic() < deadline, f"it did not come to that; {said}"
            time.sleep(0.002)

    def stop(self) -> None:
        assert all(thread.is_alive() for thread in self.pool._threads), "a decode thread has died"
        for camera in self._cameras:
            assert camera.worker._readers[0]._thread.is_alive(), "a reader has died"
            camera.worker.ask_to_stop()
        assert all(camera.worker.join(time.monotonic() + 5) for camera in self._cameras), "a thread does not end"
        self.desk.stop(5.0)
        assert "failed" not in self.desk.figures.given_up
        self.pool.close()

    def _box(self, camera: WatchedCamera) -> Box:
        return Box(self.pool, self._strain, camera, self.desk, self.issues, SystemClock(), Shortest())
