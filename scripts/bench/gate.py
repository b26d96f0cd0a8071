"""How well the activity gate guards streams whose events are known: replayed through the real watch, faster than time.

    python scripts/bench/gate.py DIR [--encoding cbr …] [--json OUT]

DIR holds what `skynet bench scenes --out DIR` renders: videos and their truth. Objects that a detector of today would
follow (small and larger) are taken from the truth, so the figures are the gate's and no detector's. An event counts as
seen when at least one picture of it was analysed; idle time is what lies further from every event than a GOP before it
and the hold after it.
"""

from __future__ import annotations

import argparse
import json
import resource
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from skynet.domain import Box, Detection, Frame, ObjectLabel, Observations, SystemClock
from skynet.edge.frame_analyst import FrameAnalyst
from skynet.edge.gate_figures import GateFigures
from skynet.edge.gated_watch import GatedWatch, WatchOptions
from skynet.edge.pipeline import Analysis, PendingAlert
from skynet.media import ActivityGate, FileSource, PacketRing
from skynet.media.gate import GateOptions

FPS = 5.0
STARTS_AT = 1_800_000_000.0
FOLLOWED = ("small", "medium", "large")
BEFORE_S, AFTER_S = 2.2, 6.0
_RING_BYTES, _RING_S = 256 << 20, 60.0


@dataclass
class TruthPipeline:
    """Follows what the truth says is there, and notes when it was given a picture. Times in seconds of the stream."""

    events: list[dict]
    seen_at: list[float] = field(default_factory=list)

    def process(self, frame: Frame, *, moved: bool | None = None, regions: Sequence[Box] | None = None) -> Analysis:
        at = frame.captured_at - STARTS_AT
        self.seen_at.append(at)
        return self._analysis(frame, tuple(self._objects(frame, at)))

    def hold(self, frame: Frame) -> Analysis:
        return self._analysis(frame, ())

    def finish(self) -> object:
        return None

    def _objects(self, frame: Frame, at: float) -> list[Detection]:
        objects = []
        for number, event in enumerate(self.events):
            for one in event["boxes"]:
                if event["size_class"] in FOLLOWED and one["shown"] > 0.3 and abs(one["t_s"] - at) < 0.11:
                    x, y, width, height = one["box"]
                    box = Box(x, y, width, height).scaled(frame.width, frame.height)
                    objects.append(Detection(ObjectLabel.PERSON, 0.9, box, number))
                    break
        return objects

    def _analysis(self, frame: Frame, objects: tuple[Detection, ...]) -> Analysis:
        seen = Observations("bench", frame.captured_at, frame.width, frame.height, objects)
        return Analysis(seen, (), (), (), (), detected=True)


class Tally:
    rate = 1.0

    def keep(self, pending: PendingAlert) -> None: ...

    def saw(self, **more: int) -> None: ...


def replay(video: Path, truth: dict) -> dict:
    """One stream through ring, gate and decoder; its figures."""
    pipeline, figures = TruthPipeline(truth["events"]), GateFigures()
    ring = PacketRing(_RING_BYTES, _RING_S)
    cursor = ring.cursor("oldest")
    small = ".sub." in video.name
    options = WatchOptions(every_picture=small)
    gate = ActivityGate(GateOptions.for_small_streams() if small else None)
    watch = GatedWatch(video.stem, cursor, gate, FrameAnalyst(pipeline, FPS, Tally()), figures, (), options)
    source = FileSource(video, clock=SystemClock(), start_time=STARTS_AT)
    source.open()
    began = _cpu_s()
    for packet in source.packets():
        ring.append(packet)
        while (mine := cursor.read(timeout=0)) is not None:
            watch.take(mine)
        watch.live()
    spent_s = _cpu_s() - began
    return _figures(truth, pipeline.seen_at, figures, spent_s)


def _figures(truth: dict, seen_at: list[float], figures: GateFigures, spent_s: float) -> dict:
    seen = {round(at * FPS) for at in seen_at}
    events = [
        (event["size_class"], range(round(event["start_s"] * FPS) + 1, round(event["end_s"] * FPS)))
        for event in truth["events"]
    ]
    near = {slot for one in truth["events"] for slot in _slots(one["start_s"] - BEFORE_S, one["end_s"] + AFTER_S)}
    idle = [slot for slot in range(round(truth["seconds"] * FPS)) if slot not in near]
    caught = [(size, sum(slot in seen for slot in slots), len(slots)) for size, slots in events]
    return {
        "events": len(caught),
        "seen": sum(bool(hits) for _, hits, _ in caught),
        "missed": [size for size, hits, _ in caught if not hits],
        "frames_of_seen_events": sum(h for _, h, _ in caught) / max(1, sum(n for _, h, n in caught if h)),
        "idle_s": len(idle) / FPS,
        "idle_awake_s": sum(slot in seen for slot in idle) / FPS,
        "awake_share": figures.awake_share,
        "wakes": figures.wakes,
        "false_wakes": figures.false_wakes,
        "missed_by_checks": figures.missed,
        "trusted": figures.trusted,
        "cpu_ms_per_stream_s": 1000 * spent_s / truth["seconds"],
    }


def _slots(begin_s: float, end_s: float) -> range:
    """The pictures at `FPS` in a stretch of time, by number."""
    return range(round(begin_s * FPS), round(end_s * FPS))


def _cpu_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--encoding", action="append", help="default: all that are there")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    jobs = []
    for path in sorted(options.folder.glob("*.json")):
        truth = json.loads(path.read_text())
        for encoding, name in truth["files"].items():
            if (not options.encoding or encoding in options.encoding) and truth["events"]:
                jobs.append((truth, encoding, options.folder / name))
    if not jobs:
        parser.error(f"{options.folder}: no truth with videos; render some with `skynet bench scenes --out DIR`")
    console = Console(width=150)
    columns = "scene,encoding,events seen,missed,frames of these,idle awake,awake,wakes,in vain,trusted,CPU-ms/s"
    table = Table(*columns.split(","))
    rows: list[dict] = []
    for truth, encoding, video in track(jobs, "replaying", console=Console(stderr=True), transient=True):
        row = {"scene": truth["scene"], "encoding": encoding, **replay(video, truth)}
        rows.append(row)
        table.add_row(
            row["scene"],
            encoding,
            f"{row['seen']}/{row['events']}",
            " ".join(row["missed"]),
            f"{row['frames_of_seen_events']:.0%}",
            f"{row['idle_awake_s']:.0f} of {row['idle_s']:.0f} s",
            f"{row['awake_share']:.0%}",
            str(row["wakes"]),
            str(row["false_wakes"]),
            "yes" if row["trusted"] else "no",
            f"{row['cpu_ms_per_stream_s']:.0f}",
        )
    console.print(table)
    for encoding in sorted({row["encoding"] for row in rows}):
        mine = [row for row in rows if row["encoding"] == encoding]
        seen, events = (sum(row[key] for row in mine) for key in ("seen", "events"))
        awake_s, idle_s = (sum(row[key] for row in mine) for key in ("idle_awake_s", "idle_s"))
        console.print(f"{encoding}: {seen} of {events} events seen, {awake_s:.0f} of {idle_s:.0f} idle seconds awake")
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
