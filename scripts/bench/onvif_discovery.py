"""How long it takes to find and look at fifty cameras: ours against onvif-zeep-async, on the same devices.

The cameras are the tests' own device stub, of six makes, in a process of their own on loopback; each contender is a
process too, and they take turns. Discovery asks each device by unicast, since loopback carries no multicast. A look is
device information, profiles, stream addresses, a snapshot and PTZ; `--streams` also reads two streams of each camera
from a GStreamer server until their rhythm is plain. onvif-zeep-async has no discovery: it is given the addresses.

    python scripts/bench/onvif_discovery.py --cameras 50 --rounds 3 --streams
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
LISTEN_S = 2.0
PEER = "onvif-zeep-async"
CONCURRENCY = 64


def main() -> None:
    options = _options()
    if options.serve:
        _serve(options.serve, options.stream)
    elif options.look:
        print(json.dumps(asyncio.run(_ours(json.loads(options.look), options.streams, options.at_once))))
    elif options.look_zeep:
        print(json.dumps(asyncio.run(_zeep(json.loads(options.look_zeep), options.at_once))))
    else:
        _race(options)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cameras", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--streams", action="store_true", help="measure two streams of each camera, too")
    parser.add_argument("--peer-rounds", type=int, default=3, help="rounds of onvif-zeep-async, which are long")
    parser.add_argument("--at-once", type=int, default=CONCURRENCY)
    for hidden in ("--look", "--look-zeep", "--stream"):
        parser.add_argument(hidden, default="", help=argparse.SUPPRESS)
    parser.add_argument("--serve", type=int, default=0, help=argparse.SUPPRESS)
    return parser.parse_args()


def _race(options: argparse.Namespace) -> None:
    with _stream(options.streams) as url, _cameras(options.cameras, url) as cameras:
        told = json.dumps(cameras)
        at_once = f"--at-once={options.at_once}"
        contenders = {"ours": ["--look", told, at_once], PEER: ["--look-zeep", told, at_once]}
        if options.streams:
            contenders["ours, streams measured"] = ["--look", told, at_once, "--streams"]
        results: dict[str, list[dict[str, Any]]] = {name: [] for name in contenders}
        for turn in range(options.rounds):
            names = list(contenders)
            for name in names[turn % len(names) :] + names[: turn % len(names)]:
                if name != PEER or turn < options.peer_rounds:
                    results[name].append(_run(contenders[name]))
    print(f"{options.cameras} cameras, {options.at_once} at once, {options.rounds} rounds, median (min-max)\n")
    print(
        "| contender | found after s | all looked at after s | CPU s | cameras that let it in |\n|---|---|---|---|---|"
    )
    for name, rounds in ((name, rounds) for name, rounds in results.items() if rounds):
        cells = [_cell(rounds, key) for key in ("found_s", "wall_s", "cpu_s")]
        print(f"| {name} | {' | '.join(cells)} | {min(one['good'] for one in rounds)} |")


def _cell(rounds: list[dict[str, Any]], key: str) -> str:
    values = [one[key] for one in rounds if one[key] is not None]
    return f"{statistics.median(values):.1f} ({min(values):.1f}–{max(values):.1f})" if values else "–"


def _run(args: list[str]) -> dict[str, Any]:
    done = subprocess.run([sys.executable, __file__, *args], stdout=subprocess.PIPE, check=True, text=True)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


@contextlib.contextmanager
def _stream(wanted: bool) -> Iterator[str]:
    if not wanted:
        yield ""
        return
    from skynet.cli.bench.rtsp.server import RtspServer

    cores = sorted(os.sched_getaffinity(0))
    with RtspServer({"road": ROOT / "sample_streams" / "road.mp4"}, cores) as server:
        yield server.url("road")


@contextlib.contextmanager
def _cameras(count: int, stream: str) -> Iterator[list[dict[str, Any]]]:
    args = [sys.executable, __file__, "--serve", str(count), *(["--stream", stream] if stream else [])]
    with subprocess.Popen(args, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("pipes were asked for")
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.stdin.close()


def _serve(count: int, stream: str) -> None:
    from tests.onvif_stub import PERSONAS, OnvifStub

    makes = list(PERSONAS.values())
    with contextlib.ExitStack() as stack:
        stubs = []
        for index in range(count):
            make = makes[index % len(makes)]
            streams = [f"{stream}?profile={n}" for n in range(len(make.profiles))] if stream else None
            stubs.append(stack.enter_context(OnvifStub(make, streams=streams)))
        told = [
            {"url": s.url, "at": s.discovery_address, "user": s.login.user, "password": s.login.password} for s in stubs
        ]
        print(json.dumps(told), flush=True)
        sys.stdin.read()


async def _ours(cameras: list[dict[str, Any]], streams: bool, at_once: int) -> dict[str, Any]:
    from skynet.cli.cameras.streams import open_stream
    from skynet.domain import SystemClock
    from skynet.edge.onvif import Credentials, discover
    from skynet.edge.onvif.probe_all import probe_all

    began, cpu = time.monotonic(), time.process_time()
    found = await discover(LISTEN_S, [tuple(camera["at"]) for camera in cameras])
    found_s = time.monotonic() - began
    probed = await probe_all(
        found.devices,
        Credentials(cameras[0]["user"], cameras[0]["password"]),
        SystemClock(),
        open_stream=open_stream if streams else None,
        concurrency=at_once,
    )
    good = [one.report for one in probed if one.report and not one.report.problem]
    if streams:
        good = [report for report in good if report.rhythms and all(r.fps for r in report.rhythms.values())]
    wall, spent = time.monotonic() - began, time.process_time() - cpu
    return {"found_s": found_s, "wall_s": wall, "cpu_s": spent, "good": len(good)}


async def _zeep(cameras: list[dict[str, Any]], at_once: int) -> dict[str, Any]:
    from onvif import ONVIFCamera

    gate = asyncio.Semaphore(at_once)

    async def look(camera: dict[str, Any]) -> bool:
        host, _, port = camera["url"].split("/")[2].partition(":")
        async with gate:
            device = ONVIFCamera(host, int(port), camera["user"], camera["password"], adjust_time=True)
            try:
                await device.update_xaddrs()
                await (await device.create_devicemgmt_service()).GetDeviceInformation()
                media = await device.create_media_service()
                profiles = await media.GetProfiles()
                setup = {"Stream": "RTP-Unicast", "Transport": {"Protocol": "RTSP"}}
                for profile in profiles:
                    await media.GetStreamUri({"StreamSetup": setup, "ProfileToken": profile.token})
                await device.get_snapshot(profiles[0].token)
                if any(profile.PTZConfiguration for profile in profiles):
                    await (await device.create_ptz_service()).GetNodes()
            except Exception as error:  # noqa: BLE001 - whatever a contender ends with, the camera did not let it in
                print(f"onvif-zeep-async: {type(error).__name__}: {str(error)[:100]}", file=sys.stderr)
                return False
            finally:
                await device.close()
            return True

    began, cpu = time.monotonic(), time.process_time()
    good = await asyncio.gather(*(look(camera) for camera in cameras))
    wall, spent = time.monotonic() - began, time.process_time() - cpu
    return {"found_s": None, "wall_s": wall, "cpu_s": spent, "good": sum(good)}


if __name__ == "__main__":
    main()
