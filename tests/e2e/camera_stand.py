"""The readers of many streams as a box has them, with one hub and one entrance, and somebody who takes the packets."""

from __future__ import annotations

import random
import threading
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal, Self

from skynet.domain import Camera, CameraState, SystemClock
from skynet.edge.admission import Admission, Entrance
from skynet.edge.camera_reader import CameraReader
from skynet.edge.camera_status import CameraStatus
from skynet.edge.stream_rhythm import SOURCE_PATIENCE
from skynet.media import PacketRing, open_source
from skynet.media.rtsp import RtspHub
from skynet.media.stream_url import host_and_port

LOOK_S = 0.05


@dataclass(frozen=True)
class Change:
    """What health said, from `since` (POSIX seconds) on."""

    state: CameraState
    since: float
    detail: str


@dataclass
class Watched:
    """One camera. `changes` are what its health showed, `taken` the packets that came out of its ring."""

    status: CameraStatus
    reader: CameraReader
    ring: PacketRing
    changes: list[Change] = field(default_factory=list)
    taken: int = 0

    def look(self) -> None:
        health = self.status.health()
        since = health.since.timestamp()
        last = self.changes[-1] if self.changes else None
        if last is None or (last.state, last.since) != (health.state, since):
            self.changes.append(Change(health.state, since, health.detail))


class CameraStand:
    """Reads `urls` from entering to leaving it. `slots` None: all connect when they like, without a bell."""

    def __init__(
        self,
        urls: list[str],
        *,
        slots: int | None = 8,
        timeout_s: float = 10.0,
        reader: Literal["auto", "native", "ffmpeg"] = "auto",
    ) -> None:
        clock, chance = SystemClock(), random.Random()
        self._hub = RtspHub(clock)
        self.entrance = Entrance.of(clock, chance, slots) if slots else None
        self._stop = threading.Event()
        self.cameras: list[Watched] = []
        for number, url in enumerate(urls):
            status = CameraStatus(Camera(id=f"cam-{number}", name=f"Camera {number}", site="s"), clock)
            ring = PacketRing(1 << 20, 2.0)
            source = open_source(
                url, clock=clock, transport="tcp", timeout_s=timeout_s, patience_s=SOURCE_PATIENCE * timeout_s,
                reader=reader, hub=self._hub,
            )  # fmt: skip
            admission = Admission(self.entrance, "{}:{}".format(*host_and_port(url)), clock, chance)
            camera_reader = CameraReader(
                status, source, ring, finite=False, live=True, silence_s=timeout_s, ended=lambda: None, clock=clock,
                chance=chance, admission=admission,
            )  # fmt: skip
            self.cameras.append(Watched(status, camera_reader, ring))
        self._threads = [threading.Thread(target=self._watch, daemon=True)]

    def __enter__(self) -> Self:
        for camera in self.cameras:
            camera.reader.start()
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for camera in self.cameras:
            camera.reader.ask_to_stop()
        deadline = time.monotonic() + 10
        ended = [camera.reader.join(deadline) for camera in self.cameras]
        self._stop.set()
        for thread in self._threads:
            thread.join(5)
        self._hub.close(5)
        assert all(ended), "a reader does not end"

    @property
    def live(self) -> int:
        return sum(camera.status.state is CameraState.LIVE for camera in self.cameras)

    def wait_live(self, within_s: float) -> float:
        """Seconds until all deliver; raises TimeoutError."""
        began = time.monotonic()
        while self.live < len(self.cameras):
            if time.monotonic() - began > within_s:
                away = [one.status.health() for one in self.cameras if one.status.state is not CameraState.LIVE]
                raise TimeoutError(f"{len(away)} cameras do not deliver after {within_s:g} s: {away[:1]}")
            time.sleep(LOOK_S)
        return time.monotonic() - began

    def _watch(self) -> None:
        """What the agent's main thread and an operator's browser do, and a consumer that stays attached."""
        cursors = [camera.ring.cursor("stand", max_lag_s=2.0) for camera in self.cameras]
        while not self._stop.wait(LOOK_S):
            for camera, cursor in zip(self.cameras, cursors, strict=True):
                camera.reader.watch()
                camera.look()
                while cursor.read(timeout=0) is not None:
                    camera.taken += 1
