"""A power cut for many cameras at once: how soon all deliver again, and how many connect at the same time.

A real RTSP server (GStreamer's) stands behind one line for each camera. The lines are cut and the server killed; after
`--outage` seconds both return. Beside it the same without the gate and the bell: each camera on its own backoff.

    python scripts/bench/reconnect_storm.py --cameras 64 --outage 60 --rounds 3
"""

from __future__ import annotations

import argparse
import logging
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.e2e.camera_stand import CameraStand
from tests.e2e.fault_proxy import FaultLines
from tests.e2e.rtsp_server import RtspServer
from tests.media.clips import write_clip


@dataclass(frozen=True)
class Storm:
    """Seconds from the server's return to half and to all of the cameras delivering; connections at once, at most."""

    half_s: float
    all_s: float
    most_at_once: int
    first_s: float
    first_at_once: int


def storm(cameras: int, outage_s: float, slots: int | None, within_s: float = 120.0) -> Storm:
    """One power cut. Raises TimeoutError when a camera does not come back `within_s`."""
    with tempfile.TemporaryDirectory() as folder:
        clip = write_clip(Path(folder) / "a.mp4", fps=10, frames=100, gop=10)
        with RtspServer({"a": clip}) as server, FaultLines() as lines:
            proxies = [lines.line(server.port) for _ in range(cameras)]
            urls = [f"rtsp://127.0.0.1:{proxy.port}/a" for proxy in proxies]
            with CameraStand(urls, slots=slots, reader="native") as stand:
                first_s = stand.wait_live(within_s)
                first_at_once, lines.most_greeting = lines.most_greeting, 0
                for proxy in proxies:
                    proxy.off()
                server.kill()
                time.sleep(outage_s)
                if stand.live:
                    raise RuntimeError("cameras are called live in the middle of a power cut")
                server.restart()
                began = time.monotonic()
                for proxy in proxies:
                    proxy.on()
                while stand.live < cameras / 2 and time.monotonic() - began < within_s:
                    time.sleep(0.02)
                half_s = time.monotonic() - began
                stand.wait_live(within_s)
                return Storm(half_s, time.monotonic() - began, lines.most_greeting, first_s, first_at_once)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cameras", type=int, default=64)
    parser.add_argument("--outage", type=float, default=60.0, help="seconds")
    parser.add_argument("--slots", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    logging.disable(logging.CRITICAL)
    print("| | half deliver after | all deliver after | connecting at once, at most | at the start |")
    print("|---|---|---|---|---|")
    contenders = {f"gate of {given.slots} and bell": given.slots, "neither": None}
    done: dict[str, list[Storm]] = {name: [] for name in contenders}
    for _ in range(given.rounds):
        for name, slots in contenders.items():
            done[name].append(storm(given.cameras, given.outage, slots))
    for name, storms in done.items():
        half, every = [one.half_s for one in storms], [one.all_s for one in storms]
        most, first = max(one.most_at_once for one in storms), max(one.first_at_once for one in storms)
        print(
            f"| {name} | {statistics.median(half):.1f} s | {statistics.median(every):.1f} s "
            f"({min(every):.1f}–{max(every):.1f}) | {most} | {first} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
