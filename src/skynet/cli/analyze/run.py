"""One source from its first packet to its last: decode, analyse, report."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from skynet.cli.analyze.annotator import Annotator
from skynet.cli.analyze.report import Meta, Report, Summary
from skynet.domain import Clock, Frame, RuleSet, Track
from skynet.edge.pipeline import CameraPipeline, TrackPlate, gate_for
from skynet.edge.plate_desk import InlinePlates
from skynet.edge.sampler import FrameSampler
from skynet.media import Decoder, FileSource, Source, SourceError, StreamInfo, VideoWriter
from skynet.vision import Detector, PlateReader

_DEFAULT_FPS = 25.0


@dataclass(frozen=True, slots=True)
class Wishes:
    """How sources are to be analysed. `analysis_fps` 0 analyses every frame; `seconds` None goes to the end."""

    rules: RuleSet
    analysis_fps: float
    annotate: Path | None = None
    seconds: float | None = None


class AnalysisRun:
    """The analysis of one opened source, in the caller's thread."""

    def __init__(
        self,
        source: Source,
        info: StreamInfo,
        *,
        detector: Detector,
        plates: PlateReader | None,
        wishes: Wishes,
        report: Report,
        clock: Clock,
    ) -> None:
        self._source = source
        self._info = info
        self._wishes = wishes
        self._report = report
        self._summary = Summary(source.name, frames_total=info.frames)
        self._models = {"detector": detector.name, "plates": plates.name if plates else "none"}
        self._pipeline = CameraPipeline(
            box_id="analyze",
            camera_id=slug(source.name),
            rules=wishes.rules,
            detector=detector,
            clock=clock,
            gate=gate_for(detector),
            plates=InlinePlates(plates) if plates else None,
            snapshots=False,
        )
        self._sampler = FrameSampler(wishes.analysis_fps)
        self._annotator = Annotator(wishes.rules)
        self._start: float | None = None

    def run(self, stopped: Callable[[], bool], progress: Callable[[float], None]) -> Summary:
        """Analyse to the end of the source, of the wished seconds, or until `stopped`; report and return the summary.

        `progress` is told the seconds of the source that are done. A source that breaks off is analysed up to there
        and says so in `Summary.problem`.
        """
        summary = self._summary
        info = self._info
        self._report.meta(Meta(summary.source, info.codec, info.width, info.height, info.fps, self._models))
        wall, cpu = time.monotonic(), time.process_time()
        with self._writer() as writer:
            try:
                self._read(writer, stopped, progress)
            except SourceError as error:
                summary.problem = error.detail
        ending = self._pipeline.finish()
        self._tell(ending.tracks, ending.plates)
        summary.wall_s, summary.cpu_s = time.monotonic() - wall, time.process_time() - cpu
        self._report.summary(summary)
        return summary

    def _read(self, writer: VideoWriter | None, stopped: Callable[[], bool], progress: Callable[[float], None]) -> None:
        decoder = Decoder()
        for packet in self._source.packets():
            for frame in decoder.decode(packet):
                self._take(frame, writer)
            progress(self._summary.duration_s)
            self._summary.decode_errors = decoder.errors
            if stopped() or (self._wishes.seconds is not None and self._summary.duration_s >= self._wishes.seconds):
                return
        for frame in decoder.flush():
            self._take(frame, writer)
        self._summary.decode_errors = decoder.errors
        self._summary.problem = self._undecoded(decoder)

    def _undecoded(self, decoder: Decoder) -> str | None:
        """What to say of pictures that were there and could not be seen. A stream may lose some, a file may not."""
        lost = decoder.errors + decoder.skipped
        if not self._summary.frames_decoded:
            return f"not one of its pictures could be decoded ({self._info.codec}); convert it to H.264 or H.265"
        if lost and isinstance(self._source, FileSource):
            return f"{lost} pictures could not be decoded; it is damaged; copy it again from its origin"
        return None

    def _take(self, frame: Frame, writer: VideoWriter | None) -> None:
        summary = self._summary
        if self._start is None:
            self._start = frame.captured_at
        t = frame.captured_at - self._start
        summary.frames_decoded += 1
        summary.duration_s = t + 1 / (self._info.fps or _DEFAULT_FPS)
        if self._sampler.wants(frame.captured_at):
            summary.frames_analysed += 1
            analysis = self._pipeline.process(frame)
            self._report.frame(frame.index, t, analysis)
            for alert in analysis.alerts:
                summary.alerts += 1
                self._report.alert(alert, t)
            self._tell(analysis.ended, analysis.plates)
            self._annotator.saw(analysis.observations, tuple(pending.alert for pending in analysis.alerts))
        if writer:
            writer.write(self._annotator.draw(frame.bgr(), frame.captured_at))

    def _tell(self, ended: tuple[Track, ...], plates: tuple[TrackPlate, ...]) -> None:
        start = self._start or 0.0
        for track in ended:
            self._summary.tracks[track.label.value] = self._summary.tracks.get(track.label.value, 0) + 1
            self._report.track(track, start)
        for plate in plates:
            self._summary.plates += 1
            self._report.plate(plate, plate.at - start)

    def _writer(self) -> contextlib.AbstractContextManager[VideoWriter | None]:
        if self._wishes.annotate is None:
            return contextlib.nullcontext()
        fps = self._info.fps or _DEFAULT_FPS
        return VideoWriter(self._wishes.annotate, self._info.width, self._info.height, fps)


def slug(name: str) -> str:
    """A camera id made of a source's name: its letters and digits, or `source` where it has none of ASCII."""
    words = re.sub(r"[^a-z0-9]+", "-", Path(name).stem.lower()).strip("-")
    return words[:64].strip("-") or "source"
