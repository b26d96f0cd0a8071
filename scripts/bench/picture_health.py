"""Health of pictures: what is found, how fast, at which cost, and how often nothing was wrong.

    python scripts/bench/picture_health.py [--data DIR] [--part held-out|chosen] [--hours 24] [--only NAME …]

Replays a made-up day (dusk, infrared, rain, headlights, vehicles that pass close) over real clips, one look a
keyframe, then every degradation by day and by night. The thresholds were chosen on the part `chosen`; the figures to
report are those of `held-out`. DIR holds public clips; without it only the sample streams are used. Beside it stand
fixed thresholds as they are found in many tutorials.
"""

from __future__ import annotations

import argparse
import copy
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.array_frame import ArrayFrame  # noqa: E402
from tests.vision.picture_health.camera_day import DAY, HOUR, CameraDay  # noqa: E402
from tests.vision.picture_health.clips import CLIPS, clip_frames  # noqa: E402
from tests.vision.picture_health.degradations import Degradation, Sensor, catalogue, with_clock  # noqa: E402

from skynet.domain import SystemClock  # noqa: E402
from skynet.domain.camera_fault import CameraFaultKind as Kind  # noqa: E402
from skynet.edge.picture_health_config import HOLD_S  # noqa: E402
from skynet.media import FileSource, KeyframeDecoder  # noqa: E402
from skynet.vision.picture_health import PictureExaminer, PictureHealthOptions  # noqa: E402

KEYFRAMES_S = 5.0
FOUND_WITHIN_S = 30.0
LEARNING_S = 900.0
MIDDAY, MIDNIGHT = 12 * HOUR, 23 * HOUR


class Examiner(Protocol):
    def kinds(self, frame: ArrayFrame) -> dict[Kind, float]:
        """Faults that stand after a look at `frame`, and since when."""
        ...


class Ours:
    def __init__(self) -> None:
        self._examiner = PictureExaminer()

    def kinds(self, frame: ArrayFrame) -> dict[Kind, float]:
        return {fault.kind: fault.since for fault in self._examiner.look(frame)}


class FixedThresholds:
    """One number a kind, the same for every camera, over fifteen seconds: mean brightness, the variance of the
    Laplacian, the difference from the frame before and from a running mean."""

    def __init__(self) -> None:
        self._since: dict[Kind, float] = {}
        self._before = self._mean = None

    def kinds(self, frame: ArrayFrame) -> dict[Kind, float]:
        luma = cv2.resize(frame.luma(), (320, 180), interpolation=cv2.INTER_AREA)
        small = luma.astype(np.float32)
        now = set()
        if small.mean() < 20:
            now.add(Kind.BLACK)
        if small.mean() > 220:
            now.add(Kind.OVEREXPOSED)
        if cv2.Laplacian(luma, cv2.CV_64F).var() < 100:
            now.add(Kind.BLURRED)
        if self._before is not None and np.abs(small - self._before).mean() < 0.5:
            now.add(Kind.FROZEN)
        if self._mean is not None and (np.abs(small - self._mean) > 30).mean() > 0.5:
            now |= {Kind.COVERED, Kind.MOVED}
        self._before = small
        self._mean = small if self._mean is None else self._mean * 0.99 + small * 0.01
        self._since = {kind: self._since.get(kind, frame.captured_at) for kind in now}
        return {kind: at for kind, at in self._since.items() if frame.captured_at - at >= 15}


@dataclass
class Score:
    days: float = 0.0
    false_faults: list[str] = field(default_factory=list)
    false_alerts: list[str] = field(default_factory=list)
    found: dict[str, list[float | None]] = field(default_factory=lambda: defaultdict(list))
    named: dict[str, int] = field(default_factory=lambda: defaultdict(int))


def replay_day(
    name: str, day: CameraDay, examiners: dict[str, Examiner], scores: dict[str, Score], hours: float
) -> dict:
    """The whole day; the examiners as they were at noon and before midnight."""
    states, standing = {}, {label: {} for label in examiners}
    t = 8 * HOUR
    end = t + hours * HOUR
    while t < end:
        frame = ArrayFrame(day.picture(t % DAY), captured_at=t)
        for label, examiner in examiners.items():
            follow(name, t, examiner.kinds(frame), standing[label], scores[label])
        for moment in (MIDDAY, MIDNIGHT):
            if t >= moment and moment not in states:
                states[moment] = copy.deepcopy(examiners)
        t += KEYFRAMES_S
    for score in scores.values():
        score.days += hours / 24
    return states


def learn(day: CameraDay, make: Callable[[], dict[str, Examiner]]) -> dict[float, dict[str, Examiner]]:
    """Without the day: the examiners after a quarter of an hour before noon, and others before midnight."""
    states = {}
    for moment in (MIDDAY, MIDNIGHT):
        states[moment] = make()
        t = moment - LEARNING_S
        while t < moment:
            frame = ArrayFrame(day.picture(t), captured_at=t)
            for examiner in states[moment].values():
                examiner.kinds(frame)
            t += KEYFRAMES_S
    return states


def contenders() -> dict[str, Examiner]:
    return {"ours": Ours(), "fixed thresholds": FixedThresholds()}


def follow(name: str, t: float, kinds: dict[Kind, float], standing: dict, score: Score) -> None:
    for kind, since in kinds.items():
        said = f"{name} {t % DAY / HOUR:.2f} h {kind.value}"
        if kind not in standing:
            score.false_faults.append(said)
            standing[kind] = False
        if not standing[kind] and t - since >= HOLD_S[kind]:
            score.false_alerts.append(said)
            standing[kind] = True
    for kind in [kind for kind in standing if kind not in kinds]:
        del standing[kind]


def degrade(
    case: Degradation, day: CameraDay, other: np.ndarray, examiner: Examiner, begins: float, seed: int
) -> tuple[float | None, bool]:
    """Seconds until the degradation that begins at `begins` was found, None where it was not; whether named rightly."""
    chance, sensor = np.random.default_rng(seed), Sensor(seed, noise=3.0 if day.light(begins) > 0.6 else 6.0)
    t = begins + float(chance.uniform(0, KEYFRAMES_S))
    if day.infrared(begins):  # what the camera sees instead, it sees in the same light
        other = cv2.cvtColor(cv2.cvtColor(other, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    still = day.raw(t)
    found, right = None, False
    while t - begins <= FOUND_WITHIN_S:
        picture = case.render(still if case.frozen else day.scene(t), other, t - begins)
        if not case.frozen:
            picture = with_clock(sensor.noisy(picture), t)
        kinds = examiner.kinds(ArrayFrame(sensor.coded(picture), captured_at=t))
        if kinds and found is None:
            found = t - begins
        right = right or bool(case.found_as & set(kinds))
        t += KEYFRAMES_S
    return found, right


def cost_ms(path: Path) -> tuple[float, float]:
    """CPU of a look at a decoded 1080p keyframe, median and largest, in milliseconds."""
    source = FileSource(path, clock=SystemClock())
    source.open()
    decoder, packets = KeyframeDecoder(), [packet for packet in source.packets() if packet.is_keyframe]
    source.close()
    examiner, times = PictureExaminer(), []
    cv2.setNumThreads(1)
    for turn in range(12):
        for number, packet in enumerate(packets):
            frame = decoder.decode(packet)
            if frame is None:
                continue
            shown = ShownAt(frame, float(4 * (turn * len(packets) + number)))
            began = time.process_time()
            examiner.look(shown)
            times.append(1000 * (time.process_time() - began))
    return statistics.median(times), max(times)


class ShownAt:
    """A decoded frame at another time, so that a short clip can be looked at for long."""

    def __init__(self, frame, captured_at: float) -> None:
        self._frame = frame
        self.captured_at = captured_at

    def __getattr__(self, name: str):
        return getattr(self._frame, name)


def print_scores(console: Console, scores: dict[str, Score]) -> None:
    table = Table(title=f"found within {FOUND_WITHIN_S:.0f} s, by day and by night")
    table.add_column("degradation")
    for label in scores:
        table.add_column(f"{label}: found", justify="right")
        table.add_column("named", justify="right")
        table.add_column("median s", justify="right")
    for case in catalogue():
        row = [case.name]
        for score in scores.values():
            times = score.found[case.name]
            got = [seconds for seconds in times if seconds is not None]
            named = f"{score.named[case.name]}/{len(times)}"
            row += [f"{len(got)}/{len(times)}", named, f"{statistics.median(got):.0f}" if got else "–"]
        table.add_row(*row)
    console.print(table)
    for label, score in scores.items():
        every = [seconds for times in score.found.values() for seconds in times]
        got = [seconds for seconds in every if seconds is not None]
        if every:
            console.print(
                f"{label}: found {len(got) / len(every):.1%} of {len(every)}, named rightly "
                f"{sum(score.named.values()) / len(every):.1%}, median {statistics.median(got):.0f} s"
            )
        if not score.days:
            continue
        console.print(
            f"{label}: in {score.days:.1f} camera-days {len(score.false_faults)} fault states, "
            f"{len(score.false_alerts)} alerts where nothing was wrong: "
            f"{len(score.false_alerts) / score.days:.2f} alerts a camera-day"
        )
    for said in scores["ours"].false_alerts:
        console.print(f"  alert: {said}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=None)
    parser.add_argument("--part", choices=["chosen", "held-out"], default="held-out")
    parser.add_argument("--hours", type=float, default=24.0, help="of the day; 0: only what is found")
    parser.add_argument("--only", nargs="*", help="names of clips")
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    console = Console(width=150)
    scenes = {
        clip.name: clip_frames(clip, arguments.data)
        for clip in CLIPS
        if clip.held_out == (arguments.part == "held-out") and clip.path(arguments.data)
    }
    scores = {"ours": Score(), "fixed thresholds": Score()}
    names = list(scenes)
    for number, name in enumerate(names):
        if arguments.only and name not in arguments.only:
            continue
        other = scenes[names[(number + 1) % len(names)]][0]
        day = CameraDay(scenes[name], other, number)
        if arguments.hours:
            states = replay_day(name, day, contenders(), scores, arguments.hours)
        else:
            states = learn(day, contenders)
        for moment, then in states.items():
            for index, case in enumerate(catalogue()):
                for label, examiner in then.items():
                    begins = moment + KEYFRAMES_S
                    quiet = CameraDay(scenes[name], other, number)
                    quiet.passages = []
                    seed = 1000 * number + index
                    found, right = degrade(case, quiet, other, copy.deepcopy(examiner), begins, seed)
                    scores[label].found[case.name].append(found)
                    scores[label].named[case.name] += right
                    if label == "ours" and not right:
                        console.print(f"  {name} at {moment / HOUR:.0f} h: {case.name} found {found}, wrongly named")
        console.print(f"{name}: done")
    print_scores(console, scores)
    look_ms, worst_ms = cost_ms(ROOT / "sample_streams" / "road.mp4")
    every_s = PictureHealthOptions().every_s
    console.print(
        f"a look at 1080p: {look_ms:.2f} ms CPU (largest {worst_ms:.2f}), {look_ms / every_s:.2f} ms a stream-second"
    )


if __name__ == "__main__":
    main()
