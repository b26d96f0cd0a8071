"""How one camera is doing: written by its worker, read by everybody who reports."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields

from skynet.domain import Camera, CameraHealth, CameraState, Clock
from skynet.domain.camera_fault import CameraFault
from skynet.domain.clock import utc
from skynet.domain.geo_position import GeoPosition
from skynet.edge.camera_events import CameraEvents
from skynet.edge.frame_rate import FrameRate
from skynet.edge.gate_figures import GateFigures
from skynet.edge.picture_figures import PictureFigures
from skynet.media import StreamInfo

log = logging.getLogger(__name__)
_MAX_DETAIL = 500


@dataclass(slots=True)
class CameraCounts:
    """Counted since the worker started."""

    packets: int = 0
    bytes: int = 0
    frames_decoded: int = 0
    frames_analysed: int = 0
    frames_dropped: int = 0
    decode_errors: int = 0
    reconnects: int = 0
    restarts: int = 0
    alerts: int = 0
    alerts_lost: int = 0
    """Raised, but the outbox could not take them."""
    time_jumps: int = 0
    """How often the stream's time stamps broke."""
    overlong_gops: int = 0
    """Keyframe distances that the ring has no room for: catching up and clips begin late there."""


class CameraStatus:
    """Thread-safe. Every change of state is one line in the log; `stream` says there which of the camera's is meant."""

    def __init__(self, camera: Camera, clock: Clock, *, stream: str = "") -> None:
        self.camera = camera
        self.gate = GateFigures()
        self.picture = PictureFigures()
        self.main: CameraStatus | None = None
        """Of the large stream, where the camera is analysed by its small one."""
        self.faults: Callable[[], tuple[CameraFault, ...]] = tuple
        """Asks what is wrong with its picture and stream while they come."""
        self.losses: Callable[[], Mapping[str, int]] = dict
        """Asks the reader what the network lost, by kind."""
        self.position: Callable[[], GeoPosition | None] = lambda: None
        """Asks where it is, where it moves."""
        self.reader: Callable[[], str] = str
        """Asks who reads the stream, where that may change: native or ffmpeg."""
        self.events: CameraEvents | None = None
        """What it notices by itself, where the box asks it."""
        self.note = ""
        """What whoever looks shall know of the camera while nothing is wrong with it."""
        self._name = f"{camera.id}, {stream}" if stream else camera.id
        self._clock = clock
        self._lock = threading.Lock()
        self._counts = CameraCounts()
        self._rate = FrameRate()
        self._state, self._since, self._detail = CameraState.CONNECTING, clock.wall(), ""
        self._codec, self._width, self._height = "", 0, 0

    def _main_detail(self) -> str:
        """What is wrong with the large stream, where only the small one is well."""
        main = self.main
        if main is None or main.state in (CameraState.LIVE, CameraState.CONNECTING, CameraState.ENDED):
            return ""
        return f"main stream {main.state.value}: {main._detail}"[:_MAX_DETAIL]

    @property
    def state(self) -> CameraState:
        return self._state

    def become(self, state: CameraState, detail: str = "") -> None:
        """The camera is in `state` from now on, or still; `detail` is one line for an operator."""
        detail = detail[:_MAX_DETAIL]
        with self._lock:
            before, self._detail = self._state, detail
            if state is before:
                return
            self._state, self._since = state, self._clock.wall()
        good = state in (CameraState.LIVE, CameraState.CONNECTING, CameraState.ENDED)
        words = f"{state.value}: {detail}" if detail else state.value
        log.log(logging.INFO if good else logging.WARNING, "camera %s: %s", self._name, words)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height as the stream told them, 0 while it has not."""
        return self._width, self._height

    def stream(self, info: StreamInfo) -> None:
        with self._lock:
            self._codec, self._width, self._height = info.codec[:32], info.width, info.height

    def count(self, **more: int) -> None:
        """Add to the counts of these names."""
        with self._lock:
            for name, number in more.items():
                setattr(self._counts, name, getattr(self._counts, name) + number)
            if decoded := more.get("frames_decoded"):
                self._rate.add(decoded, self._clock.monotonic())

    def packet(self, size: int) -> None:
        """A packet of `size` bytes has come. Called for each of them, so it is short."""
        with self._lock:
            self._counts.packets += 1
            self._counts.bytes += size

    def counts(self) -> dict[str, int]:
        with self._lock:
            return {field.name: getattr(self._counts, field.name) for field in fields(self._counts)}

    def health(self) -> CameraHealth:
        faults = self.faults() if self._state is CameraState.LIVE else ()
        told = "; ".join(filter(None, (self.events.line() if self.events else "", self.note)))
        with self._lock:
            counts = self._counts
            return CameraHealth(
                camera=self.camera,
                state=self._state,
                since=utc(self._since),
                detail=self._detail or self._main_detail() or told[:_MAX_DETAIL],
                codec=self._codec,
                width=self._width,
                height=self._height,
                frames_decoded=counts.frames_decoded,
                frames_analysed=counts.frames_analysed,
                frames_dropped=counts.frames_dropped,
                decode_errors=counts.decode_errors,
                reconnects=counts.reconnects,
                restarts=counts.restarts,
                alerts=counts.alerts,
                decode_fps=round(self._rate.per_second(self._clock.monotonic()), 2),
                gate=self.gate.health(),
                position=self.position(),
                losses={kind: number for kind, number in self.losses().items() if number},
                faults=faults,
            )
