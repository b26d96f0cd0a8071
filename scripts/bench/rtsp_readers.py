"""What reading a camera over RTSP costs: FFmpeg's reader against the own one, on the same local server.

Each measurement is a process of its own that reads N times the same 1080p25 H.264 stream at 4 Mbit/s from a GStreamer
server; what is counted is that process's user and system time after it has settled. Contenders take turns, in another
order each round. Each puts its packets into rings. "on the hub's thread" is the own reader's `deliver`, without a
thread for each camera that takes the packets.

    python scripts/bench/rtsp_readers.py --streams 8 --seconds 30 --rounds 5 --transport tcp
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.e2e.rtsp_server import RtspServer

from skynet.domain import SystemClock
from skynet.media import Packet, PacketRing, RtspSource, Source
from skynet.media.rtsp import NativeRtspSource, RtspHub

DELIVERED = "native, on the hub's thread"
CONTENDERS = ("ffmpeg", "native", DELIVERED)
SETTLE_S = 4.0


def write_stream(path: Path, seconds: int = 10) -> None:
    """1080p25, constant 4 Mbit/s, a keyframe every two seconds: a moving texture under noise."""
    chance = np.random.default_rng(1)
    ground = chance.integers(0, 255, (135, 240, 3), dtype=np.uint8).repeat(8, 0).repeat(8, 1)
    rate = "keyint=50:min-keyint=50:scenecut=0:nal-hrd=cbr:bitrate=4000:vbv-maxrate=4000:vbv-bufsize=4000"
    options = {"preset": "ultrafast", "x264-params": f"{rate}:slices=1:sliced-threads=0:bframes=0"}
    with av.open(str(path), "w") as file:
        stream = file.add_stream("libx264", rate=25, options=options)
        stream.width, stream.height, stream.pix_fmt = 1920, 1080, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 25)
        for number in range(25 * seconds):
            noise = chance.integers(0, 25, (540, 960, 1), dtype=np.uint8).repeat(2, 0).repeat(2, 1)
            drawn = np.roll(ground, 3 * number, 1) // 2 + 60 + noise
            picture = av.VideoFrame.from_ndarray(drawn.astype(np.uint8), format="bgr24")
            picture.pts, picture.time_base = number, Fraction(1, 25)
            file.mux(stream.encode(picture))
        file.mux(stream.encode(None))


def own_cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def read(contender: str, transport: str, seconds: float, urls: list[str]) -> dict[str, float]:
    """In a process of its own: read all of them and weigh it."""
    taken = [0] * len(urls)
    clock = SystemClock()
    hub = RtspHub(clock)
    sources: list[Source] = [
        RtspSource(url, clock=clock, transport=transport)
        if contender == "ffmpeg"
        else NativeRtspSource(url, clock=clock, hub=hub, transport=transport)
        for url in urls
    ]

    def read_one(place: int) -> None:
        def take(packet: Packet) -> None:
            ring.append(packet)
            taken[place] += 1

        ring = PacketRing(max_bytes=32 << 20, max_seconds=10)
        sources[place].open()
        if contender == DELIVERED:
            sources[place].deliver(take)
        else:
            for packet in sources[place].packets():
                take(packet)

    for place in range(len(urls)):
        threading.Thread(target=read_one, args=(place,), daemon=True).start()
    time.sleep(SETTLE_S)
    before, cpu, began = sum(taken), own_cpu_s(), time.monotonic()
    time.sleep(seconds)
    cpu, took, got = own_cpu_s() - cpu, time.monotonic() - began, sum(taken) - before
    for source in sources:
        source.close()
    return {"cpu_ms_per_stream_s": 1000 * cpu / took / len(urls), "fps": got / took / len(urls)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streams", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--transport", choices=("tcp", "udp"), default="tcp")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--read", nargs="+", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.read:
        print(json.dumps(read(asked.read[0], asked.transport, asked.seconds, asked.read[1:])))
        return
    figures: dict[str, list[dict[str, float]]] = {name: [] for name in CONTENDERS}
    with tempfile.TemporaryDirectory() as folder:
        clip = Path(folder) / "hd.mp4"
        write_stream(clip)
        with RtspServer({"hd": clip}) as server:
            for number in range(asked.rounds):
                turn = number % len(CONTENDERS)
                for name in CONTENDERS[turn:] + CONTENDERS[:turn]:
                    own = [sys.executable, __file__, "--transport", asked.transport, "--seconds", str(asked.seconds)]
                    out = subprocess.run(
                        [*own, "--read", name, *([server.url("hd")] * asked.streams)],
                        check=True,
                        capture_output=True,
                        text=True,
                    )
                    figures[name].append(json.loads(out.stdout))
                    print(f"{name:30}{figures[name][-1]}  load {os.getloadavg()[0]:.1f}", flush=True)
    rows = []
    for name, measured in figures.items():
        costs = [figure["cpu_ms_per_stream_s"] for figure in measured]
        rows.append(
            {
                "contender": name,
                "metric": f"RTSP over {asked.transport}, {asked.streams} streams",
                "unit": "CPU-ms per stream-second",
                "median": statistics.median(costs),
                "min": min(costs),
                "max": max(costs),
                "fps": statistics.median(figure["fps"] for figure in measured),
            }
        )
        print("{contender:30} median {median:6.2f}  min {min:6.2f}  max {max:6.2f}  {fps:.1f} fps".format(**rows[-1]))
    if asked.json:
        asked.json.write_text(json.dumps({"rounds": asked.rounds, "rows": rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()
