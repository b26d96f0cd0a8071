"""Our own way: the worker of `skynet edge` as the agent wires it, with a pipeline that notes what it is given."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path

from pydantic import SecretStr

from skynet.cli.bench.hotpath.feed import Feed, Task
from skynet.cli.bench.hotpath.journal import Journal, Shares
from skynet.domain import Alert, Box, Frame, RuleSet
from skynet.domain.clock import SystemClock
from skynet.edge.agent import cores
from skynet.edge.camera_status import CameraStatus
from skynet.edge.config import CameraConfig, RingConfig
from skynet.edge.decode_pool import DecodePool
from skynet.edge.detectors import Detectors
from skynet.edge.inference import InferenceScheduler
from skynet.edge.issues import Issues
from skynet.edge.pipeline import Analysis, CameraPipeline, Ending, gate_for
from skynet.edge.strain import Strain
from skynet.edge.worker import Box as SharedBox
from skynet.edge.worker import CameraWorker, Stream
from skynet.media import ActivityGate, Packet, PacketRing, open_source
from skynet.media.gate import GateOptions
from skynet.media.rtsp import RtspHub
from skynet.vision import ModelStore

_POLL_S = 0.1
_RING = RingConfig()
_LATE_START_S = 20.0


class _Nowhere:
    """Alerts are no part of what is measured: no rule is set, so none comes."""

    def put(self, alert: Alert, snapshot: bytes | None) -> None:
        raise AssertionError("a pipeline without rules raised an alert")


class _NotedPipeline:
    """A camera's pipeline that writes down each frame it is given."""

    def __init__(self, inner: CameraPipeline, watcher: _Watcher) -> None:
        self._inner = inner
        self._watcher = watcher

    def process(self, frame: Frame, *, moved: bool | None = None, regions: Sequence[Box] | None = None) -> Analysis:
        analysis = self._inner.process(frame, moved=moved, regions=regions)
        found = [one.box for one in (*analysis.observations.objects, *analysis.untracked)]
        shares: list[Shares] = [
            (box.x / frame.width, box.y / frame.height, box.width / frame.width, box.height / frame.height)
            for box in found
        ]
        self._watcher.journal.look(frame.captured_at - self._watcher.began_at, shares)
        return analysis

    def hold(self, frame: Frame) -> Analysis:
        return self._inner.hold(frame)

    def finish(self) -> Ending:
        return self._inner.finish()


class _Watcher:
    """One feed: its worker, and when its stream began by the time that frames carry."""

    def __init__(self, number: int) -> None:
        self.journal = Journal(number)
        self.began_at = 0.0
        self.worker: CameraWorker | None = None
        self._awake = False

    def notice(self, packet: Packet) -> None:
        if not self.began_at:
            self.began_at = packet.captured_at
            self.journal.begin()

    def tell_losses(self) -> None:
        if self.worker:
            status = self.worker.status
            lost = status.counts()["frames_dropped"] + sum(status.losses().values())
            lost += sum(status.main.losses().values()) if status.main else 0
            self.journal.lost(lost)

    def poll(self) -> None:
        """Note whether the gate has changed its mind."""
        if self.worker and self.began_at and self.worker.status.gate.awake != self._awake:
            self._awake = not self._awake
            self.journal.awake(self.journal.now_s, self._awake)


class _NotedRing(PacketRing):
    """A ring that tells the watcher of its first packet."""

    def __init__(self, watcher: _Watcher) -> None:
        super().__init__(_RING.max_bytes, _RING.max_seconds)
        self._watcher = watcher

    def append(self, packet: Packet) -> bool:
        self._watcher.notice(packet)
        return super().append(packet)


def watch(task: Task, *, sub: bool) -> None:
    """Watch all feeds of `task` as cameras of one box."""
    clock, issues = SystemClock(), Issues()
    store = ModelStore.standard(Path(task.models_dir) if task.models_dir else None)
    chance = random.Random(1)  # noqa: S311 - jitter, not a secret
    watchers = [_Watcher(number) for number in range(len(task.feeds))]
    with ExitStack() as stack:
        hub = stack.enter_context(closing(RtspHub(clock)))
        pool = stack.enter_context(closing(DecodePool(cores(), clock)))
        inference = InferenceScheduler(clock=clock)
        stack.callback(inference.close)
        box = SharedBox(pool, Strain(clock, issues), _Nowhere(), None, issues, clock, chance)
        detectors = Detectors(store)
        for watcher, feed in zip(watchers, task.feeds, strict=True):
            watcher.worker = _worker(watcher, feed, task.detector, detectors, inference, box, hub, sub=sub)
        pool.start()
        workers = [watcher.worker for watcher in watchers if watcher.worker]
        for worker in workers:
            worker.start()
        stopped = threading.Event()
        until = time.monotonic() + task.seconds + _LATE_START_S
        while not stopped.wait(_POLL_S) and time.monotonic() < until:
            for watcher in watchers:
                watcher.poll()
            if all(watcher.journal.now_s > task.seconds for watcher in watchers):
                break
        for watcher in watchers:
            watcher.tell_losses()
        for worker in workers:
            worker.ask_to_stop()
        deadline = clock.monotonic() + 2.0
        for worker in workers:
            worker.join(deadline)


def _config(camera_id: str, feed: Feed, sub: bool) -> CameraConfig:
    return CameraConfig(
        id=camera_id,
        name=camera_id,
        site="bench",
        source=SecretStr(feed.main),
        sub_source=SecretStr(feed.sub) if sub and feed.sub else None,
        reader="native",
        gate="auto",
    )


def _worker(
    watcher: _Watcher,
    feed: Feed,
    detector_name: str,
    detectors: Detectors,
    inference: InferenceScheduler,
    box: SharedBox,
    hub: RtspHub,
    *,
    sub: bool,
) -> CameraWorker:
    camera_id = f"camera-{watcher.journal.number}"
    config = _config(camera_id, feed, sub)

    def stream(address: str, ring: PacketRing) -> Stream:
        source = open_source(
            address,
            clock=box.clock,
            transport="tcp",
            timeout_s=config.timeout_s,
            reader=config.reader,
            hub=hub,
            paced=True,
            loop=False,
        )
        return Stream(source, ring)

    def make_pipeline() -> _NotedPipeline:
        detector = inference.detector(detectors.detector(detector_name), camera_id)
        inner = CameraPipeline(
            box_id="bench",
            camera_id=camera_id,
            rules=RuleSet(),
            detector=detector,
            clock=box.clock,
            gate=gate_for(detector),
            snapshots=False,
        )
        return _NotedPipeline(inner, watcher)

    small = stream(feed.sub, _NotedRing(watcher)) if sub and feed.sub else None
    main = stream(feed.main, PacketRing(_RING.max_bytes, _RING.max_seconds) if small else _NotedRing(watcher))
    return CameraWorker(
        config,
        "auto",
        _RING.max_lag_s,
        CameraStatus(config.camera, box.clock),
        small or main,
        make_pipeline,
        lambda: ActivityGate(GateOptions.for_small_streams() if small else None),
        box,
        main=main if small else None,
    )
