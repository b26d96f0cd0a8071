"""Random faults every few seconds on many streams, for as long as is asked: does every stream live at the end, does
memory stay flat, and did health show every outage, with its right name and time?

The streams come from real RTSP servers (GStreamer's), one line each. A fault is a line that is closed, reset, held
back, narrowed, soiled or cut, or a camera that has another password, another codec or a description without video.

    python scripts/bench/fault_soak.py --streams 16 --minutes 60
"""

from __future__ import annotations

import argparse
import logging
import os
import random
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.e2e.camera_stand import CameraStand, Watched
from tests.e2e.fault_proxy import FaultLines, FaultProxy
from tests.e2e.rtsp_server import Credentials, RtspServer
from tests.media.clips import write_clip
from tests.media.rtsp.fake_camera import SDP, FakeCamera, Peer

from skynet.domain import CameraState

SETTLED_S = 12.0
"""A stream must have been live for so long before it is hit (again): its last outage is over and its rhythm learnt."""
NOTICED_S = 6.0
"""Health must show an outage so soon after it began."""
BACK_S = 60.0


@dataclass(frozen=True)
class Fault:
    """`begin` does it, `finish` undoes it after `lasts_s`; `shows` is the state it must lead to, None: any but live,
    empty: it need not be an outage."""

    name: str
    begin: Callable[[FaultProxy], None]
    finish: Callable[[FaultProxy], None]
    lasts_s: float
    shows: tuple[CameraState, ...] | None


@dataclass
class Outage:
    """What was done to a camera, and what its health made of it. Times in POSIX seconds."""

    camera: int
    fault: Fault
    began_at: float
    ended_at: float
    changes_before: int
    shown_after_s: float | None = None
    back_after_s: float | None = None


@dataclass
class Result:
    """Of a whole soak."""

    outages: list[Outage] = field(default_factory=list)
    unseen: list[Outage] = field(default_factory=list)
    not_live: int = 0
    most_at_once: int = 0
    mib: list[tuple[float, float]] = field(default_factory=list)
    threads: tuple[int, int] = (0, 0)
    files: tuple[int, int] = (0, 0)
    reconnects: int = 0
    packets: int = 0

    @property
    def slope_mib_per_h(self) -> float:
        """Of the resident memory in the second half."""
        half = self.mib[len(self.mib) // 2 :]
        if len(half) < 3:
            return 0.0
        return statistics.linear_regression([at / 3600 for at, _ in half], [mib for _, mib in half]).slope


def faults(home: RtspServer, guarded: RtspServer, other: RtspServer, mute: FakeCamera, lasts_s: float) -> list[Fault]:
    def to(port: int) -> Callable[[FaultProxy], None]:
        def lead(line: FaultProxy) -> None:
            line.target_port = port
            line.reset()

        return lead

    def back(line: FaultProxy) -> None:
        line.target_port = home.port

    def narrow(line: FaultProxy) -> None:
        line.bytes_per_s = 1000.0

    def nothing(line: FaultProxy) -> None:
        return

    state = CameraState
    return [
        Fault("dropped", lambda line: line.drop(), nothing, 0.0, None),
        Fault("reset", lambda line: line.reset(), nothing, 0.0, (state.UNREACHABLE,)),
        Fault("stalled", lambda line: line.stall(), lambda line: line.flow(), lasts_s, (state.STALLED,)),
        Fault("slow", narrow, lambda line: line.flow(), lasts_s, ()),
        Fault("garbage", lambda line: line.garbage(3000), nothing, 0.0, ()),
        Fault("switched off", lambda line: line.off(), lambda line: line.on(), lasts_s, (state.REFUSED,)),
        Fault("password changed", to(guarded.port), back, lasts_s, (state.UNAUTHORISED,)),
        Fault("no video described", to(mute.port), back, lasts_s, (state.UNSUPPORTED,)),
        Fault("codec changed", to(other.port), to(home.port), lasts_s, None),
    ]


def describes_no_video(peer: Peer) -> None:
    for request in peer.requests():
        peer.decent(request, sdp=SDP.replace(b"m=video", b"m=audio").replace(b"H264", b"PCMU"))


def soak(streams: int, seconds: float, every_s: float, seed: int, lasts_s: float = 8.0) -> Result:
    """Faults for `seconds`, those that last for `lasts_s` each, then a quiet while in which all must come back."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        clip = write_clip(folder / "a.mp4", fps=10, frames=100, gop=10)
        hevc = write_clip(folder / "b.mp4", codec="libx265", fps=10, frames=30, gop=10)
        home = stack.enter_context(RtspServer({"a": clip}))
        guarded = stack.enter_context(RtspServer({"a": clip}, auth=Credentials("new", "other", digest=True)))
        other = stack.enter_context(RtspServer({"a": hevc}))
        mute = stack.enter_context(FakeCamera(describes_no_video, keeps_account=False))
        lines = stack.enter_context(FaultLines())
        proxies = [lines.line(home.port) for _ in range(streams)]
        urls = [f"rtsp://viewer:s3cret@127.0.0.1:{proxy.port}/a" for proxy in proxies]
        stand = stack.enter_context(CameraStand(urls, reader="native"))
        stand.wait_live(BACK_S)
        result = Result()
        threads, files = threading.active_count(), _open_files()
        kinds = faults(home, guarded, other, mute, lasts_s)
        _hit(stand, proxies, kinds, result, seconds, every_s, random.Random(seed))
        try:
            stand.wait_live(2 * BACK_S)
        except TimeoutError:
            result.not_live = streams - stand.live
        time.sleep(3)
        for outage in result.outages:
            _judge(outage, stand.cameras[outage.camera], result)
        result.most_at_once = lines.most_greeting
        result.threads = threads, threading.active_count()
        result.files = files, _open_files()
        result.reconnects = sum(camera.status.counts()["reconnects"] for camera in stand.cameras)
        result.packets = sum(camera.taken for camera in stand.cameras)
        return result


def _hit(
    stand: CameraStand,
    proxies: list[FaultProxy],
    kinds: list[Fault],
    result: Result,
    seconds: float,
    every_s: float,
    chance: random.Random,
) -> None:
    """Begin and finish faults until the time is up, each once before any comes twice."""
    began = time.monotonic()
    running: list[tuple[float, Outage]] = []
    order = _in_turn(kinds, chance)
    next_at, weighed_at = began, began
    while (now := time.monotonic()) < began + seconds or running:
        for until, outage in list(running):
            if now >= until:
                outage.fault.finish(proxies[outage.camera])
                outage.ended_at = time.time()
                running.remove((until, outage))
        ready = [number for number, camera in enumerate(stand.cameras) if _settled(camera)]
        hit = {outage.camera for _, outage in running}
        ready = [number for number in ready if number not in hit]
        if now >= next_at and now < began + seconds and ready:
            next_at = now + every_s * chance.uniform(0.5, 1.5)
            number, fault = chance.choice(ready), next(order)
            at = time.time()
            outage = Outage(number, fault, at, at, len(stand.cameras[number].changes))
            fault.begin(proxies[number])
            result.outages.append(outage)
            running.append((time.monotonic() + fault.lasts_s, outage))
        if now >= weighed_at:
            weighed_at = now + 2.0
            result.mib.append((now - began, _resident_mib()))
        time.sleep(0.02)


def _in_turn(kinds: list[Fault], chance: random.Random) -> Iterator[Fault]:
    while True:
        yield from chance.sample(kinds, len(kinds))


def _settled(camera: Watched) -> bool:
    last = camera.changes[-1] if camera.changes else None
    return (
        last is not None
        and camera.status.state is CameraState.LIVE
        and last.state is CameraState.LIVE
        and time.time() - last.since > SETTLED_S
    )


def _judge(outage: Outage, camera: Watched, result: Result) -> None:
    """Find the outage in what health showed; into `unseen` if it is not there, or with another name or time."""
    after = camera.changes[outage.changes_before :]
    away = next((change for change in after if change.state is not CameraState.LIVE), None)
    shown = outage.fault.shows
    if away and away.since < outage.ended_at + NOTICED_S:
        outage.shown_after_s = away.since - outage.began_at
        back = next(
            (change for change in after if change.state is CameraState.LIVE and change.since > away.since), None
        )
        named = [change.state for change in after if change.since <= outage.ended_at + NOTICED_S]
        if back is not None:
            outage.back_after_s = max(0.0, back.since - outage.ended_at)
        right_name = not shown or any(state in named for state in shown)
        right_time = shown == () or -0.1 <= outage.shown_after_s <= NOTICED_S
        if right_name and right_time and outage.back_after_s is not None:
            return
    elif shown == ():
        return
    result.unseen.append(outage)


def _story(outage: Outage, outages: list[Outage]) -> str:
    """The outage and what was done to the camera in the two minutes before."""
    before = [
        f"{one.fault.name} {outage.began_at - one.began_at:.0f} s before"
        for one in outages
        if one.camera == outage.camera and 0 < outage.began_at - one.began_at < 120
    ]
    shown = "not shown" if outage.shown_after_s is None else f"shown after {outage.shown_after_s:.1f} s"
    return (
        f"camera {outage.camera} {outage.fault.name} at {outage.began_at:.0f}, {shown}; {', '.join(before) or 'quiet'}"
    )


def _resident_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


def _open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--streams", type=int, default=16)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--every", type=float, default=3.0, help="seconds between two faults, on average")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    logging.disable(logging.CRITICAL)
    result = soak(given.streams, 60 * given.minutes, given.every, given.seed)
    print("| fault | times | in health | noticed after (median, most) | live again after its end (median, most) |")
    print("|---|---|---|---|---|")
    for name in dict.fromkeys(outage.fault.name for outage in result.outages):
        those = [outage for outage in result.outages if outage.fault.name == name]
        noticed = [outage.shown_after_s for outage in those if outage.shown_after_s is not None]
        back = [outage.back_after_s for outage in those if outage.back_after_s is not None]
        times = [f"{statistics.median(few):.2f}, {max(few):.2f} s" if few else "–" for few in (noticed, back)]
        print(f"| {name} | {len(those)} | {len(noticed)} | {times[0]} | {times[1]} |")
    first, last = result.mib[0][1], result.mib[-1][1]
    print(
        f"\n{len(result.outages)} faults, {result.reconnects} reconnects, {result.packets} packets taken; "
        f"not live at the end: {result.not_live}; not in health as they should be: {len(result.unseen)}; "
        f"connecting at once at most: {result.most_at_once}\n"
        f"resident {first:.0f} → {last:.0f} MiB, slope of the second half {result.slope_mib_per_h:+.1f} MiB/h; "
        f"threads {result.threads[0]} → {result.threads[1]}; open files {result.files[0]} → {result.files[1]}"
    )
    for outage in result.unseen:
        print(f"not as it should be: {_story(outage, result.outages)}")
    return int(bool(result.not_live or result.unseen))


if __name__ == "__main__":
    sys.exit(main())
