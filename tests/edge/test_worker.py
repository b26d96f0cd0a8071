"""A camera's worker: connects again for ever, survives its analysis, keeps every alert, ends when told."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from pydantic import SecretStr

from skynet.domain import Alert, CameraState, Frame, Observations, SystemClock
from skynet.domain import Box as PictureBox
from skynet.edge.camera_status import CameraStatus
from skynet.edge.config import CameraConfig, GateMode
from skynet.edge.decode_pool import DecodePool
from skynet.edge.issues import Issues
from skynet.edge.outbox import OutboxError, OutboxFullError
from skynet.edge.pipeline import Analysis, Ending, PendingAlert
from skynet.edge.strain import Strain
from skynet.edge.worker import Box, CameraWorker, Stream
from skynet.media import ActivityGate, FileSource, Packet, PacketRing, Source, SourceError
from tests.edge.alerts import alert, picture
from tests.edge.scripted_source import SILENCE, ScriptedSource
from tests.media.clips import read_packets, write_clip

FRAMES = 50


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_clip(tmp_path_factory.mktemp("clips") / "bar.mp4", frames=FRAMES)


@pytest.fixture(scope="module")
def packets(clip: Path) -> list[Packet]:
    return read_packets(clip)


class Shortest(random.Random):
    def uniform(self, a: float, b: float) -> float:
        return 0.001


class ScriptedPipeline:
    """Sees frames; fails or raises alerts at the frames it is told to."""

    def __init__(self, owner: Stand) -> None:
        self._owner = owner
        self.finished = False

    def process(
        self, frame: Frame, *, moved: bool | None = None, regions: Sequence[PictureBox] | None = None
    ) -> Analysis:
        with self._owner.changed:
            self._owner.seen.append(frame.index)
            self._owner.changed.notify_all()
        if frame.index in self._owner.fails_at:
            self._owner.fails_at.remove(frame.index)
            raise ZeroDivisionError("a picture that nobody thought of")
        alerts = (PendingAlert(alert(picture()), picture()),) if frame.index in self._owner.alerts_at else ()
        seen = Observations("gate", frame.captured_at, frame.width, frame.height, ())
        return Analysis(seen, (), alerts, (), (), detected=True)

    def hold(self, frame: Frame) -> Analysis:
        raise AssertionError("nothing is held in a camera that is always decoded")

    def finish(self) -> Ending:
        self.finished = True
        return Ending((), (), ())


class Stand:
    """A worker with everything around it."""

    def __init__(
        self,
        source: Source,
        *,
        live: bool = True,
        timeout_s: float = 5.0,
        analysis_fps: float = 60,
        mode: GateMode = "always",
    ) -> None:
        address = "rtsp://camera/1" if live else "/clip.mp4"
        config = CameraConfig(
            id="gate", name="Gate", site="s", source=SecretStr(address), timeout_s=timeout_s, analysis_fps=analysis_fps
        )
        self.changed = threading.Condition()
        self.seen: list[int] = []
        self.fails_at: set[int] = set()
        self.alerts_at: set[int] = set()
        self.kept: list[Alert] = []
        self.refuses: OutboxError | None = None
        self.pipelines: list[ScriptedPipeline] = []
        self.issues = Issues()
        self.status = CameraStatus(config.camera, SystemClock())
        self.pool = DecodePool(2, SystemClock())
        self.pool.start()
        self.strain = Strain(SystemClock(), self.issues)
        box = Box(self.pool, self.strain, self, None, self.issues, SystemClock(), Shortest())
        self.worker = CameraWorker(
            config, mode, 60, self.status, Stream(source, PacketRing(32 << 20, 60)), self.make_pipeline,
            ActivityGate, box,
        )  # fmt: skip

    def make_pipeline(self) -> ScriptedPipeline:
        self.pipelines.append(ScriptedPipeline(self))
        return self.pipelines[-1]

    def put(self, raised: Alert, snapshot: bytes | None) -> None:
        if self.refuses:
            raise self.refuses
        assert snapshot is not None
        self.kept.append(raised)

    def wait(self, until: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 15
        while not until():
            assert time.monotonic() < deadline, f"it did not come to that; {self.status.health()}"
            time.sleep(0.005)

    def stop(self) -> None:
        self.worker.ask_to_stop()
        assert self.worker.join(time.monotonic() + 5), "a thread is still running"
        self.pool.close()


@pytest.fixture
def stand() -> Iterator[Callable[..., Stand]]:
    stands: list[Stand] = []

    def make(source: Source, **options: float) -> Stand:
        stands.append(Stand(source, **options))  # type: ignore[arg-type]  # passed through
        stands[-1].worker.start()
        return stands[-1]

    yield make
    for one in stands:
        one.stop()


def test_a_file_is_seen_to_its_last_frame_and_then_ended(stand: Callable[..., Stand], clip: Path) -> None:
    one = stand(FileSource(clip, clock=SystemClock()), live=False)
    one.wait(lambda: one.status.state is CameraState.ENDED)
    health = one.status.health()
    assert one.seen == list(range(FRAMES))
    assert (health.frames_decoded, health.frames_analysed, health.frames_dropped) == (FRAMES, FRAMES, 0)
    assert (health.codec, health.width, health.height) == ("h264", 160, 120)
    assert [pipeline.finished for pipeline in one.pipelines] == [True]


def test_only_as_many_frames_are_analysed_as_asked_for(stand: Callable[..., Stand], clip: Path) -> None:
    one = stand(FileSource(clip, clock=SystemClock()), live=False, analysis_fps=5)
    one.wait(lambda: one.status.state is CameraState.ENDED)
    assert one.seen == list(range(0, FRAMES, 5))
    assert one.status.health().frames_decoded == FRAMES


def test_a_camera_that_goes_away_is_connected_again_and_its_state_says_why(packets: list[Packet]) -> None:
    refused = SourceError(CameraState.UNAUTHORISED, "401; check the credentials")
    gone = SourceError(CameraState.UNREACHABLE, "the connection broke")
    source = ScriptedSource([refused], [refused], [*packets[:20], gone], [*packets[20:], SILENCE])
    states: list[CameraState] = []
    one = Stand(source)
    become = one.status.become
    one.status.become = lambda state, detail="": (states.append(state), become(state, detail))[1]  # type: ignore[method-assign]  # a spy
    one.worker.start()
    one.wait(lambda: one.status.health().frames_decoded == FRAMES)
    one.stop()
    assert states[:2] == [CameraState.UNAUTHORISED] * 2
    assert states[2:] == [CameraState.LIVE, CameraState.UNREACHABLE, CameraState.LIVE]
    assert one.status.health().reconnects == 1


def test_the_reason_stays_until_it_is_live_again(stand: Callable[..., Stand]) -> None:
    source = ScriptedSource([SourceError(CameraState.NOT_FOUND, "404; check the path")])
    one = stand(source)
    one.wait(lambda: source.opened > 3)
    health = one.status.health()
    assert (health.state, health.detail) == (CameraState.NOT_FOUND, "404; check the path")


def test_a_reader_that_fails_unexpectedly_comes_back(stand: Callable[..., Stand], packets: list[Packet]) -> None:
    one = stand(ScriptedSource([ZeroDivisionError("a bug")], [*packets, SILENCE]))
    one.wait(lambda: one.status.state is CameraState.LIVE)


def test_a_live_stream_that_just_ends_is_opened_again(stand: Callable[..., Stand], packets: list[Packet]) -> None:
    source = ScriptedSource(packets[:5], [*packets[:5], SILENCE])
    one = stand(source)
    one.wait(lambda: one.status.health().reconnects == 1 and one.status.state is CameraState.LIVE)


def test_a_file_that_breaks_off_is_not_shown_again(stand: Callable[..., Stand], packets: list[Packet]) -> None:
    source = ScriptedSource([*packets[:20], SourceError(CameraState.FAILED, "the file is cut short")])
    one = stand(source, live=False)
    one.wait(lambda: bool(one.pipelines) and one.pipelines[0].finished)
    assert one.seen == list(range(20))
    assert (one.status.state, source.opened) == (CameraState.FAILED, 1)


def test_an_analysis_that_fails_is_begun_anew_and_the_camera_stays(packets: list[Packet]) -> None:
    one = Stand(ScriptedSource([*packets, SILENCE]))
    one.fails_at = {3, 25}
    one.worker.start()
    one.wait(lambda: 49 in one.seen)
    one.stop()
    assert one.status.health().restarts == 2
    assert len(one.pipelines) == 3
    assert one.status.health().reconnects == 0


def test_an_alert_is_counted_when_it_is_safe(packets: list[Packet]) -> None:
    one = Stand(ScriptedSource([*packets, SILENCE]))
    one.alerts_at = {10, 40}
    one.worker.start()
    one.wait(lambda: 49 in one.seen)
    one.stop()
    assert len(one.kept) == one.status.health().alerts == 2


def test_an_alert_that_cannot_be_kept_is_counted_as_lost_and_makes_the_box_unwell(packets: list[Packet]) -> None:
    one = Stand(ScriptedSource([*packets, SILENCE]))
    one.alerts_at = {10}
    one.refuses = OutboxFullError("no room")
    one.worker.start()
    one.wait(lambda: 49 in one.seen)
    assert (one.status.health().alerts, one.status.counts()["alerts_lost"]) == (0, 1)
    assert one.issues.grave
    assert one.issues.lines() == ["outbox: no room"]
    one.stop()


def test_a_silent_camera_is_called_stalled_and_its_connection_given_up(
    stand: Callable[..., Stand], packets: list[Packet]
) -> None:
    source = ScriptedSource([*packets[:5], SILENCE], [*packets[:5], SILENCE])
    one = stand(source, timeout_s=0.5)
    states = set()

    def came_back() -> bool:
        one.worker.watch()
        states.add(one.status.state)
        return source.opened >= 2 and one.status.state is CameraState.LIVE

    one.wait(came_back)
    assert CameraState.STALLED in states
    assert one.status.health().reconnects >= 1


def test_a_stop_ends_a_camera_that_waits_for_its_next_try() -> None:
    source = ScriptedSource([SourceError(CameraState.REFUSED, "refused")])
    one = Stand(source)
    one.worker._readers[0]._admission._backoff.next = lambda: 3600.0  # type: ignore[method-assign]  # a long wait
    one.worker.start()
    one.wait(lambda: source.opened == 1)
    one.stop()


def test_a_camera_that_is_not_followed_tells_a_strained_box_of_its_ease(packets: list[Packet]) -> None:
    one = Stand(ScriptedSource([*packets, SILENCE]), mode="keyframes")
    told: list[float] = []
    one.strain.lags = told.append  # type: ignore[method-assign]  # listens in
    one.worker.start()
    one.wait(lambda: 0.0 in told)
    one.stop()
    assert set(told) == {0.0}, "looks at keyframes that come late are no strain"


def test_a_slow_analysis_skips_to_now_and_counts_what_it_skipped(packets: list[Packet]) -> None:
    one = Stand(ScriptedSource([*packets, SILENCE]))
    one.worker._analysis._cursor.max_lag_s = 0.2
    begin = threading.Event()
    make = one.make_pipeline

    def slow_start() -> ScriptedPipeline:
        begin.wait(10)
        return make()

    one.worker._analysis._make_pipeline = slow_start
    one.worker.start()
    one.wait(lambda: one.status.counts()["packets"] == FRAMES)
    begin.set()
    one.wait(lambda: 49 in one.seen)
    one.stop()
    health = one.status.health()
    assert health.frames_dropped > 0
    assert health.frames_decoded + health.frames_dropped == FRAMES
