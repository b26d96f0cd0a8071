"""One camera's analysis: ring → decoder → pipeline → outbox, on a thread of its own.

Where it falls behind, the ring's cursor skips to the newest keyframe and what was skipped is counted: late pictures
are worth less than new ones. An exception ends the pipeline and not the camera: it is logged, counted, and a new
pipeline begins after a pause. When an alert has been counted as raised, it is durable in the outbox.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Sequence
from typing import Protocol

from skynet.domain import Alert, CameraState, Clock, Frame, Polygon
from skynet.edge.backoff import Backoff
from skynet.edge.camera_status import CameraStatus
from skynet.edge.issues import Issues
from skynet.edge.outbox import OutboxError
from skynet.edge.pipeline import Analysis, PendingAlert
from skynet.edge.sampler import FrameSampler
from skynet.media import Cursor, Decoder, PacketRing

log = logging.getLogger(__name__)

FIRST_PAUSE_S, LAST_PAUSE_S = 1.0, 60.0
_POLL_S = 0.5
OUTBOX_ISSUE = "outbox"


class Pipeline(Protocol):
    """The analysis of one camera (`CameraPipeline`)."""

    def process(self, frame: Frame) -> Analysis: ...

    def finish(self) -> object: ...


class AlertSink(Protocol):
    """Where alerts go (`Outbox`)."""

    def put(self, alert: Alert, snapshot: bytes | None) -> None:
        """Raises OutboxError."""
        ...


class CameraAnalysis:
    """`make_pipeline` is called at the start and after each failure; `analysis_fps` frames a second go through it."""

    def __init__(
        self,
        status: CameraStatus,
        ring: PacketRing,
        make_pipeline: Callable[[], Pipeline],
        sink: AlertSink,
        issues: Issues,
        *,
        masks: Sequence[Polygon],
        analysis_fps: float,
        max_lag_s: float,
        clock: Clock,
        chance: random.Random,
    ) -> None:
        self._status = status
        self._make_pipeline = make_pipeline
        self._sink = sink
        self._issues = issues
        self._masks = tuple(masks)
        self._analysis_fps = analysis_fps
        self._clock = clock
        self._cursor = ring.cursor("live", max_lag_s=max_lag_s)
        self._backoff = Backoff(FIRST_PAUSE_S, LAST_PAUSE_S, least_share=0.5, chance=chance)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._work, name=f"analyse-{status.camera.id}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def ask_to_stop(self) -> None:
        """Returns at once; `join` waits. What lies in the ring is not analysed any more."""
        self._stopped.set()
        self._cursor.close()

    def join(self, deadline: float) -> bool:
        """Wait until `deadline` (monotonic seconds); True when the thread has ended."""
        if self._thread.is_alive():
            self._thread.join(max(0.0, deadline - self._clock.monotonic()))
        return not self._thread.is_alive()

    def _work(self) -> None:
        while not self._stopped.is_set():
            began = self._clock.monotonic()
            try:
                _Run(self._cursor, self._make_pipeline(), self._masks, self._analysis_fps).to_the_end(self)
                break
            except Exception:  # top of the worker loop: a picture that breaks the analysis must not end the camera
                log.exception("camera %s: the analysis failed and begins anew", self._status.camera.id)
                self._status.count(restarts=1)
            if self._clock.monotonic() - began > LAST_PAUSE_S:
                self._backoff.reset()
            self._stopped.wait(self._backoff.next())
        self._cursor.close()
        if not self._stopped.is_set() and self._status.state in (CameraState.LIVE, CameraState.CONNECTING):
            self._status.become(CameraState.ENDED, "the file has come to its end")

    @property
    def stopping(self) -> bool:
        return self._stopped.is_set()

    def saw(self, **more: int) -> None:
        """Something to be counted."""
        self._status.count(**more)

    def keep(self, pending: PendingAlert) -> None:
        """Bring an alert to safety; one that cannot be kept is counted as lost, and the box calls itself unwell."""
        try:
            self._sink.put(pending.alert, pending.snapshot)
        except OutboxError as error:
            self._status.count(alerts_lost=1)
            self._issues.open(OUTBOX_ISSUE, str(error), grave=True)
            return
        self._status.count(alerts=1)
        self._issues.close(OUTBOX_ISSUE)


class _Run:
    """One pipeline's life: from a fresh decoder to the end of the ring, or to an exception."""

    def __init__(self, cursor: Cursor, pipeline: Pipeline, masks: Sequence[Polygon], analysis_fps: float) -> None:
        self._cursor = cursor
        self._pipeline = pipeline
        self._decoder = Decoder(masks)
        self._sampler = FrameSampler(analysis_fps)
        self._told_dropped = cursor.dropped
        self._told_errors = 0

    def to_the_end(self, owner: CameraAnalysis) -> None:
        while not owner.stopping:
            packet = self._cursor.read(timeout=_POLL_S)
            if packet is None:
                if self._cursor.ended:
                    break
                continue
            frames = self._decoder.decode(packet)
            self._count(owner, len(frames))
            for frame in frames:
                self._take(frame, owner)
        if not owner.stopping:
            for frame in self._decoder.flush():
                self._count(owner, 1)
                self._take(frame, owner)
        self._pipeline.finish()

    def _take(self, frame: Frame, owner: CameraAnalysis) -> None:
        if not self._sampler.wants(frame.captured_at):
            return
        analysis = self._pipeline.process(frame)
        owner.saw(frames_analysed=1)
        for pending in analysis.alerts:
            owner.keep(pending)

    def _count(self, owner: CameraAnalysis, frames: int) -> None:
        dropped, errors = self._cursor.dropped + self._decoder.skipped, self._decoder.errors
        owner.saw(
            frames_decoded=frames, frames_dropped=dropped - self._told_dropped, decode_errors=errors - self._told_errors
        )
        self._told_dropped, self._told_errors = dropped, errors
