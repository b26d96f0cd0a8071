"""What is wrong with a stream while its pictures may look well: size, rate, clock, bitrate. Looks at no pixel.

Reads the counts that the camera's reader keeps, every few seconds on the agent's thread; while the camera is not live
there is nothing to judge, and its state says why.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from skynet.domain import CameraState, Clock
from skynet.domain.camera_assignment import DeclaredStream
from skynet.domain.camera_fault import CameraFaultKind
from skynet.edge.bitrate_history import BitrateHistory
from skynet.edge.camera_faults import CameraFaults, Finding
from skynet.edge.camera_status import CameraStatus
from skynet.edge.clock_error import clock_error
from skynet.edge.picture_health_config import PictureHealthConfig

JUDGED = frozenset(
    {
        CameraFaultKind.WRONG_SIZE,
        CameraFaultKind.WRONG_RATE,
        CameraFaultKind.CLOCK_DRIFT,
        CameraFaultKind.LOW_BITRATE,
    }
)
EVERY_S = 5.0
RATE_OVER_S = 30.0
"""Pictures are counted over so long: the network delivers in bursts."""
MINUTE_S = 60.0
COLLAPSED = 0.3
"""A stream has collapsed when it takes less than this share of the least that is usual."""
_COLLAPSED_MINUTES = 2


class StreamWatch:
    """`status` is of the stream that is declared. `camera_ahead` says how far the camera's clock is ahead of ours (s),
    `size` (width, height) what its pictures turned out to have; either None while not known."""

    def __init__(
        self,
        status: CameraStatus,
        faults: CameraFaults,
        config: PictureHealthConfig,
        declared: DeclaredStream | None,
        camera_ahead: Callable[[], float | None],
        size: Callable[[], tuple[int, int] | None],
        clock: Clock,
    ) -> None:
        self._status = status
        self._faults = faults
        self._config = config
        self._declared = declared
        self._camera_ahead = camera_ahead
        self._size = size
        self._clock = clock
        self._since: dict[CameraFaultKind, float] = {}
        self._counted: deque[tuple[float, int]] = deque()
        self._checked_at = float("-inf")
        self._minute: tuple[float, int] | None = None
        self._history = BitrateHistory()
        self._low_minutes = 0
        self._low = ""

    def tick(self) -> None:
        """Called often; checks now and then."""
        now = self._clock.monotonic()
        if now - self._checked_at < EVERY_S:
            return
        self._checked_at = now
        if self._status.state is not CameraState.LIVE:
            self._counted.clear()
            self._minute = None
            self._tell({})
            return
        counts = self._status.counts()
        self._weigh_bytes(counts["bytes"], now)
        said = {
            CameraFaultKind.WRONG_SIZE: self._wrong_size(),
            CameraFaultKind.WRONG_RATE: self._wrong_rate(counts["packets"], now),
            CameraFaultKind.CLOCK_DRIFT: self._wrong_clock(),
            CameraFaultKind.LOW_BITRATE: self._low if self._low_minutes >= _COLLAPSED_MINUTES else None,
        }
        self._tell({kind: text for kind, text in said.items() if text})

    def _tell(self, said: dict[CameraFaultKind, str]) -> None:
        wall = self._clock.wall()
        self._since = {kind: self._since.get(kind, wall) for kind in said}
        self._faults.found([Finding(kind, self._since[kind], text) for kind, text in said.items()], JUDGED)

    def _wrong_size(self) -> str | None:
        declared, size = self._declared, self._size()
        if declared is None or size is None or 0 in size or size == (declared.width, declared.height):
            return None
        return f"{size[0]}×{size[1]} pixels come, {declared.width}×{declared.height} are declared"

    def _wrong_rate(self, packets: int, now: float) -> str | None:
        self._counted.append((now, packets))
        while len(self._counted) > 1 and self._counted[1][0] <= now - RATE_OVER_S:
            self._counted.popleft()
        began, before = self._counted[0]
        if self._declared is None or now - began < RATE_OVER_S:
            return None
        fps = (packets - before) / (now - began)
        if fps >= self._config.least_rate * self._declared.fps:
            return None
        return f"{fps:.1f} pictures/s come, {self._declared.fps:g} are declared"

    def _wrong_clock(self) -> str | None:
        ahead_s = self._camera_ahead()
        return None if ahead_s is None else clock_error(ahead_s, self._config.clock_drift_s)

    def _weigh_bytes(self, total: int, now: float) -> None:
        if self._minute is None:
            self._minute = (now, total)
            return
        began, before = self._minute
        if now - began < MINUTE_S:
            return
        self._minute = (now, total)
        rate, wall = (total - before) / (now - began), self._clock.wall()
        low = self._history.low(wall)
        if low is None or rate >= COLLAPSED * low:
            self._low_minutes = 0
            self._history.add(rate, wall)
            return
        self._low_minutes += 1
        self._low = f"{rate * 8e-3:.0f} kbit/s, at least {low * 8e-3:.0f} are usual at this hour"
