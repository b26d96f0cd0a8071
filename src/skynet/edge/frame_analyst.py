"""Frames of one camera through its pipeline, its alerts to safety. Used by one thread at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from skynet.domain import Box, Frame
from skynet.edge.pipeline import Analysis, Ending, PendingAlert
from skynet.edge.sampler import FrameSampler


class Pipeline(Protocol):
    """The analysis of one camera (`CameraPipeline`)."""

    def process(self, frame: Frame, *, moved: bool | None = None, regions: Sequence[Box] | None = None) -> Analysis: ...

    def hold(self, frame: Frame) -> Analysis: ...

    def finish(self) -> Ending: ...


class Keeper(Protocol):
    """Who brings alerts to safety and keeps count (`CameraAnalysis`)."""

    def keep(self, pending: PendingAlert) -> None: ...

    def saw(self, **more: int) -> None: ...

    @property
    def rate(self) -> float:
        """Share of the wanted frames that the box can afford to analyse just now, 0 to 1."""
        ...


class FrameAnalyst:
    """At most `fps` frames a second of those that `follow` is given are analysed, fewer while the box is strained."""

    def __init__(self, pipeline: Pipeline, fps: float, keeper: Keeper) -> None:
        self._pipeline = pipeline
        self._fps = fps
        self._sampler = FrameSampler(fps)
        self._rate = 1.0
        self._keeper = keeper

    def wants(self, captured_at: float) -> bool:
        """True when the frame of that time is to be analysed. Ask once a frame, in order."""
        if self._keeper.rate != self._rate:
            self._rate = self._keeper.rate
            self._sampler.pace(self._fps * self._rate)
        return self._sampler.wants(captured_at)

    def analyse(self, frame: Frame, *, moved: bool | None = None, regions: Sequence[Box] | None = None) -> Analysis:
        """`moved` and `regions` as for the pipeline's `process`."""
        analysis = self._pipeline.process(frame, moved=moved, regions=regions)
        self._keeper.saw(frames_analysed=1)
        return self._kept(analysis)

    def hold(self, frame: Frame) -> Analysis:
        """Nothing has moved until `frame`."""
        return self._kept(self._pipeline.hold(frame))

    def finish(self) -> None:
        self._keep(self._pipeline.finish().alerts)

    def _kept(self, analysis: Analysis) -> Analysis:
        self._keep(analysis.alerts)
        return analysis

    def _keep(self, alerts: Sequence[PendingAlert]) -> None:
        for pending in alerts:
            self._keeper.keep(pending)
