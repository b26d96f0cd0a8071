#!/usr/bin/env python3
"""Benchmark of the spine: the demo as a whole, and `skynet analyze` beside the plain OpenCV way, in one run.

    .venv/bin/python scripts/bench/spine.py --rounds 5 --json spine.json

The demo gives frames/s, CPU seconds per stream-second and the latency from frame to console. The files give CPU seconds
per stream-second of `skynet analyze` (motion detector, 5 frames/s analysed) and of the loop that most tutorials show:
`cv2.VideoCapture`, every frame through MOG2 at 480 pixels. Fresh process per contender and round, order shuffled.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

ROOT = Path(__file__).parents[2]
CLIPS = sorted((ROOT / "sample_streams").glob("*.mp4"))

PLAIN = """
import sys, cv2
for path in sys.argv[1:]:
    capture = cv2.VideoCapture(path)
    model = cv2.createBackgroundSubtractorMOG2()
    while True:
        ok, picture = capture.read()
        if not ok:
            break
        model.apply(cv2.resize(picture, (480, 270)))
"""


def cpu_s(command: list[str]) -> float:
    """User and system seconds of `command` and its children."""
    before = os.times()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def stream_seconds() -> float:
    return sum(
        truth["frames"] / truth["fps"]
        for truth in (json.loads(clip.with_suffix(".json").read_text(encoding="utf-8")) for clip in CLIPS)
    )


def demo(seconds: int) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as home:
        figures = Path(home) / "figures.json"
        command = [sys.executable, "-m", "skynet", "demo", "--headless", "--seconds", str(seconds)]
        command += ["--data-dir", f"{home}/demo", "--port", "8790", "--json", str(figures)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
        return dict(json.loads(figures.read_text(encoding="utf-8")))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=60, help="length of each demo run")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()

    python = [sys.executable]
    clips = [str(clip) for clip in CLIPS]
    analyze = [*python, "-m", "skynet", "analyze", *clips, "--json", "--detector", "motion"]
    contenders = {
        "skynet analyze, motion": [*analyze, "--no-plates"],
        "skynet analyze, motion + plates": analyze,
        "VideoCapture + MOG2, every frame": [*python, "-c", PLAIN, *clips],
    }
    length = stream_seconds()
    values: dict[tuple[str, str, str], list[float]] = {}
    for _ in track(range(options.rounds), "rounds", console=Console(stderr=True)):
        for name, command in random.sample(list(contenders.items()), len(contenders)):
            values.setdefault((name, "CPU per stream-second", "s"), []).append(cpu_s(command) / length)
        figures = demo(options.seconds)
        frames = sum(camera["frames_decoded"] for camera in figures["cameras"].values())  # type: ignore[attr-defined]
        for metric, unit, value in (
            ("frames decoded", "1/s", frames / float(str(figures["seconds"]))),
            ("edge CPU per stream-second", "s", figures["edge_cpu_s_per_stream_s"]),
            ("alerts seen", "1", figures["alerts_seen"]),
            ("frame to console p50", "ms", figures["latency_p50_ms"]),
            ("frame to console p95", "ms", figures["latency_p95_ms"]),
        ):
            values.setdefault(("demo, 4 cameras", metric, unit), []).append(float(str(value)))
    rows = [
        {"contender": c, "metric": m, "unit": u, "median": statistics.median(v), "min": min(v), "max": max(v)}
        for (c, m, u), v in values.items()
    ]
    machine = {
        "cpu": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    }
    table = Table(title=f"spine, {options.rounds} rounds, {machine['cores']} cores")
    for name in ("contender", "metric", "unit", "median", "min", "max"):
        table.add_column(name, justify="left" if name in ("contender", "metric", "unit") else "right")
    for row in rows:
        figures_shown = (f"{row[key]:.3g}" for key in ("median", "min", "max"))
        table.add_row(str(row["contender"]), str(row["metric"]), str(row["unit"]), *figures_shown)
    Console().print(table)
    if options.json:
        result = {"machine": machine, "rounds": options.rounds, "rows": rows, "reach": []}
        options.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
