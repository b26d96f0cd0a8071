"""One camera's worker: a thread that reads, a thread that analyses, and the ring between them.

Nothing is shared with other cameras but the outbox, the plate desk and stateless models, so what happens to one camera
stays with it.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from skynet.domain import Clock
from skynet.edge.camera_analysis import AlertSink, CameraAnalysis, Pipeline
from skynet.edge.camera_reader import CameraReader
from skynet.edge.camera_status import CameraStatus
from skynet.edge.config import CameraConfig, RingConfig
from skynet.edge.issues import Issues
from skynet.media import PacketRing, Source


class CameraWorker:
    """`start` it once; `watch` it now and then; `ask_to_stop`, then `join`."""

    def __init__(
        self,
        config: CameraConfig,
        ring_config: RingConfig,
        status: CameraStatus,
        source: Source,
        make_pipeline: Callable[[], Pipeline],
        sink: AlertSink,
        issues: Issues,
        *,
        clock: Clock,
        chance: random.Random,
    ) -> None:
        ring = PacketRing(ring_config.max_bytes, ring_config.max_seconds)
        self.status = status
        self._reader = CameraReader(
            status,
            source,
            ring,
            finite=config.is_file and not config.loop,
            live=not config.is_file,
            silence_s=config.timeout_s,
            clock=clock,
            chance=chance,
        )
        self._analysis = CameraAnalysis(
            status,
            ring,
            make_pipeline,
            sink,
            issues,
            masks=config.masks,
            analysis_fps=config.analysis_fps,
            max_lag_s=ring_config.max_lag_s,
            clock=clock,
            chance=chance,
        )

    def start(self) -> None:
        self._analysis.start()
        self._reader.start()

    def watch(self) -> None:
        """Notice what the camera's own threads cannot: that they wait in vain."""
        self._reader.watch()

    def ask_to_stop(self) -> None:
        """Returns at once."""
        self._reader.ask_to_stop()
        self._analysis.ask_to_stop()

    def join(self, deadline: float) -> bool:
        """Wait until `deadline` (monotonic seconds); True when both threads have ended."""
        return self._reader.join(deadline) & self._analysis.join(deadline)
