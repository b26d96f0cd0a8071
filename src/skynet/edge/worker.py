"""One camera's worker: who reads its streams, the rings that hold them, and what is made of them.

Nothing is shared with other cameras but the threads of the decode pool, the outbox, the plate desk and stateless
models, so what happens to one camera stays with it.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from skynet.domain import Alert, CameraState, Clock
from skynet.edge.admission import Admission, Entrance
from skynet.edge.camera_analysis import AlertSink, CameraAnalysis, Watch
from skynet.edge.camera_checkup import CameraCheckup
from skynet.edge.camera_reader import CameraReader
from skynet.edge.camera_status import CameraStatus
from skynet.edge.clip_desk import ClipDesk
from skynet.edge.config import CameraConfig, GateMode
from skynet.edge.constant_watch import ConstantWatch
from skynet.edge.decode_pool import DecodePool
from skynet.edge.event_listener import EventListener
from skynet.edge.frame_analyst import FrameAnalyst, Keeper, Pipeline
from skynet.edge.gated_watch import GatedWatch, WatchOptions
from skynet.edge.issues import Issues
from skynet.edge.keyframe_watch import KeyframeWatch
from skynet.edge.shadow import Shadow
from skynet.edge.strain import Strain
from skynet.media import ActivityGate, Cursor, PacketRing, Source


@dataclass(frozen=True, slots=True)
class Box:
    """What a worker shares with the others of its box."""

    pool: DecodePool
    strain: Strain
    sink: AlertSink
    clips: ClipDesk | None
    issues: Issues
    clock: Clock
    chance: random.Random
    entrance: Entrance | None = None
    """Where streams wait for their turn to connect; None: they do not wait."""


@dataclass(frozen=True, slots=True)
class Stream:
    """A source and the ring that its packets go into."""

    source: Source
    ring: PacketRing
    host: str = ""
    """Where it comes from, as far as others may come from there too."""


class CameraWorker:
    """`start` it once; `watch` it now and then; `ask_to_stop`, then `join`.

    `stream` is the one that is analysed; `main` the large one beside it, where the camera has both. `make_checkup`
    is called once, when the status of all its streams is there; without it nobody looks at the camera's health.
    `listener` hears the camera's own events, where the box asks for them.
    """

    def __init__(
        self,
        config: CameraConfig,
        mode: GateMode,
        max_lag_s: float,
        status: CameraStatus,
        stream: Stream,
        make_pipeline: Callable[[], Pipeline],
        make_gate: Callable[[], ActivityGate],
        box: Box,
        *,
        main: Stream | None = None,
        make_checkup: Callable[[], CameraCheckup] | None = None,
        listener: EventListener | None = None,
    ) -> None:
        self.status = status
        self._config = config
        self._max_lag_s = max_lag_s
        self._mode: GateMode = mode
        status.gate.mode = mode
        self._make_pipeline = make_pipeline
        self._make_gate = make_gate
        self._box = box
        self._analysis = CameraAnalysis(
            status,
            stream.ring,
            self._make_watch,
            box.sink,
            self._clip,
            box.issues,
            box.pool,
            box.strain,
            max_lag_s=max_lag_s,
            clock=box.clock,
            chance=box.chance,
        )
        self._ring, self._clip_ring = stream.ring, (main or stream).ring
        self._readers = [self._make_reader(status, stream, self._analysis.wake)]
        if main:
            status.main = CameraStatus(status.camera, box.clock, stream="main stream")
            self._readers.append(self._make_reader(status.main, main, lambda: None))
        self._checkup = make_checkup() if make_checkup else None
        self._listener = listener
        if listener:
            status.events = listener.events

    def start(self) -> None:
        self._analysis.start()
        for reader in self._readers:
            reader.start()
        if self._listener:
            self._listener.start()

    def watch(self) -> None:
        """Notice what the camera's own threads cannot: that they wait in vain."""
        for reader in self._readers:
            reader.watch()
        if self._checkup:
            self._checkup.tick(self._analysis.keep)

    def ask_to_stop(self) -> None:
        """Returns at once."""
        if self._listener:
            self._listener.ask_to_stop()
        for reader in self._readers:
            reader.ask_to_stop()
        self._analysis.ask_to_stop()

    def join(self, deadline: float) -> bool:
        """Wait until `deadline` (monotonic seconds); True when nothing of it is at work any more."""
        ended = [reader.join(deadline) for reader in self._readers]
        if self._listener:
            ended.append(self._listener.join(deadline))
        return self._analysis.join(deadline) and all(ended)

    def _clip(self, alert: Alert) -> None:
        """The alert is safe: its video can be seen to, in the large stream if that is there."""
        if self._box.clips:
            large = self.status.main
            ring = self._ring if large and large.state is not CameraState.LIVE else self._clip_ring
            self._box.clips.request(alert, ring, self._config.masks)

    def _make_reader(self, status: CameraStatus, stream: Stream, ended: Callable[[], None]) -> CameraReader:
        config, box = self._config, self._box
        entrance = None if config.is_file else box.entrance
        return CameraReader(
            status,
            stream.source,
            stream.ring,
            finite=config.is_file and not config.loop,
            live=not config.is_file,
            silence_s=config.timeout_s,
            ended=ended,
            clock=box.clock,
            chance=box.chance,
            admission=Admission(entrance, stream.host, box.clock, box.chance),
        )

    def _make_watch(self, cursor: Cursor, keeper: Keeper) -> Watch:
        config, masks, figures = self._config, self._config.masks, self.status.gate
        analyst = FrameAnalyst(self._make_pipeline(), config.analysis_fps, keeper)
        pictures = self._checkup.pictures if self._checkup else None
        options = WatchOptions(max_lag_s=self._max_lag_s, every_picture=config.looks_at_every_picture)
        if self._mode == "keyframes":
            return KeyframeWatch(masks, analyst, pictures)
        if self._mode == "auto":
            return GatedWatch(config.id, cursor, self._make_gate(), analyst, figures, masks, options, pictures)
        shadow = Shadow(config.id, self._make_gate(), figures, options.hold_s) if self._mode == "shadow" else None
        return ConstantWatch(masks, analyst, shadow, pictures)
