"""What an analysis tells on stdout: JSON lines for programs, or a line an event for people."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Protocol, TextIO

from skynet.domain import Track
from skynet.edge.pipeline import Analysis, PendingAlert, TrackPlate


@dataclass(frozen=True, slots=True)
class Meta:
    """What is analysed, and with which models (`detector`, `plates`)."""

    source: str
    codec: str
    width: int
    height: int
    fps: float | None
    models: dict[str, str]


@dataclass(slots=True)
class Summary:
    """Counts and costs of one source. Times in seconds; `cpu_s` is the whole process's while it ran."""

    source: str
    duration_s: float = 0.0
    wall_s: float = 0.0
    cpu_s: float = 0.0
    frames_decoded: int = 0
    frames_analysed: int = 0
    frames_total: int | None = None
    decode_errors: int = 0
    tracks: dict[str, int] = field(default_factory=dict)
    plates: int = 0
    alerts: int = 0
    problem: str | None = None
    """Why the source ended before its end, e.g. a truncated file."""


class Report(Protocol):
    """Takes the events of one source after another; times `t` are seconds since the source's first frame."""

    def meta(self, meta: Meta) -> None: ...
    def frame(self, index: int, t: float, analysis: Analysis) -> None: ...
    def track(self, track: Track, start: float) -> None: ...
    def plate(self, plate: TrackPlate, t: float) -> None: ...
    def alert(self, alert: PendingAlert, t: float) -> None: ...
    def summary(self, summary: Summary) -> None: ...


class JsonReport:
    """One JSON object a line; the names are stable, more fields may be added."""

    def __init__(self, out: TextIO, frames: bool) -> None:
        self._out = out
        self._frames = frames

    def meta(self, meta: Meta) -> None:
        self._line(
            "meta",
            source=meta.source,
            codec=meta.codec,
            width=meta.width,
            height=meta.height,
            fps=None if meta.fps is None else round(meta.fps, 3),
            models=meta.models,
        )

    def frame(self, index: int, t: float, analysis: Analysis) -> None:
        if self._frames:
            detections = [
                {
                    "label": seen.label.value,
                    "score": round(seen.score, 3),
                    "box": [round(v, 1) for v in (seen.box.x, seen.box.y, seen.box.width, seen.box.height)],
                    "track_id": seen.track_id,
                }
                for seen in (*analysis.observations.objects, *analysis.untracked)
            ]
            self._line("frame", index=index, t_s=round(t, 3), detections=detections)

    def track(self, track: Track, start: float) -> None:
        self._line(
            "track",
            track_id=track.track_id,
            label=track.label.value,
            t_start_s=round(track.started_at - start, 3),
            t_end_s=round(track.ended_at - start, 3),
            frames=track.frames,
        )

    def plate(self, plate: TrackPlate, t: float) -> None:
        read = plate.read.model_dump(mode="json")
        corners = [[round(x, 1), round(y, 1)] for x, y in plate.read.corners]
        self._line("plate", t_s=round(t, 3), track_id=plate.track_id, **{**read, "corners": corners})

    def alert(self, alert: PendingAlert, t: float) -> None:
        self._line("alert", t_s=round(t, 3), **alert.alert.model_dump(mode="json"))

    def summary(self, summary: Summary) -> None:
        self._line(
            "summary",
            source=summary.source,
            duration_s=round(summary.duration_s, 3),
            wall_s=round(summary.wall_s, 3),
            cpu_s=round(summary.cpu_s, 3),
            frames_decoded=summary.frames_decoded,
            frames_analysed=summary.frames_analysed,
            frames_total=summary.frames_total,
            decode_errors=summary.decode_errors,
            tracks=summary.tracks,
            plates=summary.plates,
            alerts=summary.alerts,
            problem=summary.problem,
        )

    def _line(self, type_: str, **values: object) -> None:
        self._out.write(json.dumps({"type": type_, **values}, ensure_ascii=False) + "\n")
        self._out.flush()


class TextReport:
    """A line an event for people."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def meta(self, meta: Meta) -> None:
        fps = "" if meta.fps is None else f" {meta.fps:g} fps"
        models = ", ".join(f"{task} {name}" for task, name in meta.models.items())
        self._line(f"{meta.source}: {meta.codec} {meta.width}×{meta.height}{fps} · {models}")

    def frame(self, index: int, t: float, analysis: Analysis) -> None:
        pass

    def track(self, track: Track, start: float) -> None:
        begin, end = track.started_at - start, track.ended_at - start
        self._line(f"{end:8.2f} s  track {track.track_id} {track.label} from {begin:.2f} to {end:.2f} s")

    def plate(self, plate: TrackPlate, t: float) -> None:
        read = plate.read
        self._line(
            f"{t:8.2f} s  plate {read.text} ({read.kind.value}, {read.confidence:.0%}) on track {plate.track_id}"
        )

    def alert(self, alert: PendingAlert, t: float) -> None:
        what = alert.alert
        plate = f" · {what.plate.text}" if what.plate else ""
        kind = what.kind.value.replace("_", " ")
        who = f"{what.track.label} track {what.track.track_id}{plate}" if what.track else "the camera"
        self._line(f"{t:8.2f} s  ALERT {kind} · {what.place} · {who} ({what.severity})")

    def summary(self, summary: Summary) -> None:
        tracks = ", ".join(f"{count} {label}" for label, count in sorted(summary.tracks.items())) or "none"
        self._line(
            f"{summary.source}: {summary.duration_s:.1f} s in {summary.wall_s:.1f} s, {summary.cpu_s:.1f} s CPU · "
            f"{summary.frames_decoded} frames · tracks: {tracks} · plates {summary.plates} · alerts {summary.alerts}"
        )

    def _line(self, text: str) -> None:
        self._out.write(text + "\n")
        self._out.flush()
