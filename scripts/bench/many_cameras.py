"""What a box costs that watches many cameras over RTSP: processor, memory, what was dropped, how late it was.

`skynet edge run` is pinned to the first processor, one GStreamer server for all cameras to the last. Idle ones show
a still yard under sensor noise, busy ones three figures that never stop walking; all begin their streams together, so
their keyframes fall together too: the hardest case. No coordinator runs: alerts and clips stay on the disk.

    python scripts/bench/many_cameras.py --idle 64 --busy 8 --seconds 60 --json many.json
    python scripts/bench/many_cameras.py --idle 8 --busy 2 --seconds 180 --churn 10     # is memory flat?
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import httpx
import numpy as np
import yaml

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.e2e.rtsp_server import free_port, repeat_clip

from skynet.cli.bench.hotpath.process_tree import cpu_seconds, memory_bytes
from skynet.cli.bench.hotpath.report import percentile
from skynet.cli.bench.result import Result, Row, this_machine
from skynet.cli.bench.rtsp.server import RtspServer

STREAMS = {"sub": ((640, 360), 5, 400), "main": ((1920, 1080), 25, 4000)}
"""Size, pictures a second and kbit/s."""
LOOP_S = 12
SETTLE_S = 15.0
"""Gates have learned their scenes by then, and idle cameras sleep."""
SAMPLE_EVERY_S = 1.0
FIGURES = ((0.30, 5.0), (0.50, -7.0), (0.70, 9.0))
"""Height in the picture, and the seconds in which it is crossed once."""
RULES = {
    "zones": {"all": [[0, 0], [1, 0], [1, 1], [0, 1]]},
    "rules": [{"id": "comes", "kind": "zone_entry", "zone": "all", "min_inside_s": 0}],
}


@dataclass
class Watched:
    """What was seen of the box from outside, a sample at a time."""

    seconds: float = 0.0
    cpu_s: float = 0.0
    lags_s: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)
    threads: list[int] = field(default_factory=list)
    empty: int = 0
    """Bytes before the first packet had come."""
    before: dict[str, int] = field(default_factory=dict)
    after: dict[str, int] = field(default_factory=dict)
    page: dict[str, Any] = field(default_factory=dict)

    def counted(self, name: str) -> int:
        return self.after[name] - self.before[name]


def write_stream(path: Path, kind: str, busy: bool, gop_s: float) -> None:
    """A textured yard under noise, constant bit rate."""
    (width, height), fps, kbits = STREAMS[kind]
    chance = np.random.default_rng(1)
    small = chance.integers(70, 130, (height // 20, width // 20, 3), dtype=np.uint8)
    ground = cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR).astype(np.int16)
    noises = [chance.normal(0, 2, (height, width, 1)).astype(np.int16) for _ in range(5)]
    keys = round(gop_s * fps)
    rate = f"keyint={keys}:min-keyint={keys}:scenecut=0:nal-hrd=cbr:bitrate={kbits}:vbv-maxrate={kbits}"
    options = {"preset": "ultrafast", "x264-params": f"{rate}:vbv-bufsize={kbits}:bframes=0:slices=1:sliced-threads=0"}
    with av.open(str(path), "w") as file:
        stream = file.add_stream("libx264", rate=fps, options=options)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.time_base = Fraction(1, fps)
        for number in range(fps * LOOP_S):
            drawn = np.clip(ground + noises[number % 5], 0, 255).astype(np.uint8)
            for level, crossing_s in FIGURES if busy else ():
                x, y = round((number / fps / crossing_s) % 1.0 * width), round(level * height)
                wide, high = width // 20, height // 6
                cv2.rectangle(drawn, (x, y), (x + wide, y + high), (40, 60, 200), -1)
                cv2.circle(drawn, (x + wide // 2, y - wide // 3), wide // 3, (170, 190, 230), -1)
            shown = av.VideoFrame.from_ndarray(drawn, format="bgr24")
            shown.pts, shown.time_base = number, Fraction(1, fps)
            file.mux(stream.encode(shown))
        file.mux(stream.encode(None))


def configuration(folder: Path, asked: argparse.Namespace, server: RtspServer, health_port: int) -> Path:
    names = ["idle"] * asked.idle + ["busy"] * asked.busy
    cameras = [
        {
            "id": f"{name}-{number}",
            "name": f"{name} {number}",
            "site": "bench",
            "source": server.url(name),
            "transport": "tcp",
            "reader": asked.reader,
            "timeout_s": 3,
            **RULES,
        }
        for number, name in enumerate(names)
    ]
    (folder / "token").write_text("nobody-listens")
    config = {
        "box_id": "bench",
        "coordinator": {"url": "http://127.0.0.1:9", "token_file": str(folder / "token")},
        "data_dir": str(folder / "edge"),
        "detector": asked.detector,
        "plates": False,
        "gate": asked.gate,
        "health": {"port": health_port},
        "cameras": cameras,
    }
    path = folder / "edge.yaml"
    path.write_text(yaml.safe_dump(config))
    return path


def watch(process: subprocess.Popen[bytes], port: int, asked: argparse.Namespace, tend: Callable[[], None]) -> Watched:
    """Let the box settle, then look at it from time to time. `tend` is called with each look."""
    seen, pid = Watched(), process.pid
    health = httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=30)
    while not seen.empty:
        if process.poll() is not None:
            raise SystemExit("the box ended by itself; run it with --show")
        with contextlib.suppress(httpx.ConnectError):
            health.get("/healthz")
            seen.empty = memory_bytes(pid)
        time.sleep(0.1)
    time.sleep(SETTLE_S)
    seen.before = totals(health.get("/health").json())
    began, cpu = time.monotonic(), cpu_seconds(pid)
    while time.monotonic() - began < asked.seconds:
        time.sleep(SAMPLE_EVERY_S)
        tend()
        seen.page = health.get("/health").json()
        seen.lags_s.append(seen.page["load"]["lag_s"])
        seen.rates.append(seen.page["load"]["analysis_rate"])
        seen.memory.append(memory_bytes(pid))
        seen.threads.append(sum(1 for _ in Path(f"/proc/{pid}/task").iterdir()))
    seen.seconds, seen.cpu_s = time.monotonic() - began, cpu_seconds(pid) - cpu
    seen.after = totals(seen.page)
    return seen


def totals(page: dict[str, Any]) -> dict[str, int]:
    """Counts over all cameras, and what the network lost."""
    sums = {"lost": 0, "wakes": 0, "false_wakes": 0, "dropped by idle cameras": 0, "dropped by busy cameras": 0}
    for camera_id, counts in page["counts"].items():
        sums[f"dropped by {camera_id.partition('-')[0]} cameras"] += counts["frames_dropped"]
        for name, number in counts.items():
            sums[name] = sums.get(name, 0) + number
    for camera in page["cameras"]:
        sums["lost"] += sum(camera["losses"].values())
        sums["wakes"] += camera["gate"]["wakes"]
        sums["false_wakes"] += camera["gate"]["false_wakes"]
    return sums


def rows(seen: Watched, asked: argparse.Namespace) -> list[Row]:
    cameras = asked.idle + asked.busy
    name = f"{asked.idle} idle + {asked.busy} busy, {asked.stream}, {asked.gate}"
    idle_awake = [
        camera["gate"]["awake_share"]
        for camera in seen.page["cameras"]
        if camera["camera"]["id"].startswith("idle") and camera["gate"]
    ]
    figures = [
        ("cpu", "CPU-ms per stream-second", 1000 * seen.cpu_s / seen.seconds / cameras),
        ("one core used", "%", 100 * seen.cpu_s / seen.seconds),
        ("memory before streams", "MB", seen.empty / 1e6),
        ("memory at the end", "MB", seen.memory[-1] / 1e6),
        ("memory a camera", "MB", (max(seen.memory) - seen.empty) / cameras / 1e6),
        ("threads at the end", "", float(seen.threads[-1])),
        ("packets", "1/s", seen.counted("packets") / seen.seconds),
        ("frames decoded", "1/s", seen.counted("frames_decoded") / seen.seconds),
        ("frames analysed", "1/s", seen.counted("frames_analysed") / seen.seconds),
        *((name, "", float(seen.counted(name))) for name in ("dropped by idle cameras", "dropped by busy cameras")),
        ("lost on the network", "", float(seen.counted("lost"))),
        ("connections opened again", "", float(seen.counted("reconnects"))),
        ("alerts", "", float(seen.counted("alerts"))),
        ("analysis lag p50", "ms", 1000 * percentile(seen.lags_s, 0.5)),
        ("analysis lag p99", "ms", 1000 * percentile(seen.lags_s, 0.99)),
        ("least analysis rate", "%", 100 * min(seen.rates)),
        ("idle cameras' time awake", "%", 100 * sum(idle_awake) / max(1, len(idle_awake))),
        ("wakes", "", float(seen.counted("wakes"))),
    ]
    return [Row.of(name, metric, unit, [value]) for metric, unit, value in figures]


def measure(asked: argparse.Namespace, folder: Path, cores: list[int]) -> Watched:
    clips = {}
    for name in ("idle", "busy"):
        short, clips[name] = folder / f"{name}-short.mp4", folder / f"{name}.mp4"
        write_stream(short, asked.stream, name == "busy", asked.gop_s)
        repeat_clip(short, clips[name], SETTLE_S + asked.seconds + 60)
    server, port = RtspServer(clips, cores[-1:]), free_port()
    server.__enter__()
    turn_at = time.monotonic() + SETTLE_S + asked.churn

    def tend() -> None:
        """The server dies and comes back, turn and turn about."""
        nonlocal turn_at
        if asked.churn and time.monotonic() >= turn_at:
            turn_at += asked.churn
            server.__exit__(None, None, None)
            server.__enter__()

    command = [sys.executable, "-m", "skynet", "edge", "run", "--config"]
    command.append(str(configuration(folder, asked, server, port)))
    log = None if asked.show else subprocess.DEVNULL
    process = subprocess.Popen(command, stdout=log, stderr=log, preexec_fn=lambda: os.sched_setaffinity(0, cores[:1]))
    try:
        return watch(process, port, asked, tend)
    finally:
        process.terminate()
        process.wait(30)
        server.__exit__(None, None, None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--idle", type=int, default=64)
    parser.add_argument("--busy", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--stream", choices=sorted(STREAMS), default="sub")
    parser.add_argument("--gop-s", type=float, default=2.0, help="seconds between keyframes")
    parser.add_argument("--gate", choices=("auto", "always", "keyframes", "shadow"), default="auto")
    parser.add_argument("--reader", choices=("auto", "native", "ffmpeg"), default="auto")
    parser.add_argument("--detector", default="motion")
    parser.add_argument("--churn", type=float, default=0.0, help="kill and restart the server every so many seconds")
    parser.add_argument("--show", action="store_true", help="let the box write its log to the terminal")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    cores = sorted(os.sched_getaffinity(0))
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        seen = measure(asked, Path(folder), cores)
    result = Result(machine=this_machine(), rounds=1, rows=rows(seen, asked))
    result.show()
    step = max(1, len(seen.memory) // 12)
    print("memory over time, MB:  " + " ".join(f"{size / 1e6:.0f}" for size in seen.memory[::step]))
    print("threads over time:     " + " ".join(str(number) for number in seen.threads[::step]))
    print(f"load of the machine before and after: {load:.1f}, {os.getloadavg()[0]:.1f}")
    print("given up and failing: " + json.dumps(seen.page["issues"]))
    if asked.json:
        result.write(asked.json)


if __name__ == "__main__":
    main()
