"""One camera's analysis: ring → decoder → pipeline → outbox, in small steps on the threads of the decode pool.

Where it falls behind, the ring's cursor skips to the newest keyframe and what was skipped is counted: late pictures
are worth less than new ones. An exception ends the pipeline and not the camera: it is logged, counted, and a new
pipeline begins after a pause. When an alert has been counted as raised, it is durable in the outbox.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable
from typing import Protocol

from skynet.domain import Alert, CameraState, Clock
from skynet.edge.backoff import Backoff
from skynet.edge.camera_status import CameraStatus
from skynet.edge.decode_pool import DecodePool
from skynet.edge.frame_analyst import Keeper
from skynet.edge.issues import Issues
from skynet.edge.outbox import OutboxError
from skynet.edge.pipeline import PendingAlert
from skynet.edge.strain import Strain
from skynet.media import Cursor, Packet, PacketRing

log = logging.getLogger(__name__)

FIRST_PAUSE_S, LAST_PAUSE_S = 1.0, 60.0
STEP_S = 0.02
"""A step ends after so long, so that other cameras get their turn."""
WEIGHED_TOGETHER = 12
"""Packets of a sleeping camera that wait until a thread is woken for them."""
AWAKE_ALLOWANCE_S, ASLEEP_ALLOWANCE_S = 0.1, 0.5
RAN_BACK_S = 5.0
"""Trackers, rules and gates need time to run forwards: where it steps back by more, they begin anew."""
OUTBOX_ISSUE = "outbox"


class AlertSink(Protocol):
    """Where alerts go (`Outbox`)."""

    def put(self, alert: Alert, snapshot: bytes | None) -> None:
        """Raises OutboxError."""
        ...


class Watch(Protocol):
    """A way of watching a stream (`ConstantWatch`, `KeyframeWatch`, `GatedWatch`), from its start to an exception."""

    @property
    def decoded(self) -> int: ...

    @property
    def skipped(self) -> int: ...

    @property
    def errors(self) -> int: ...

    @property
    def asleep(self) -> bool:
        """True while only keyframes matter."""
        ...

    @property
    def keeps_up(self) -> bool:
        """True when it follows the stream and has caught up with it once: a lag is the box's fault now."""
        ...

    def take(self, packet: Packet) -> None: ...

    def live(self) -> None:
        """All that has come has been taken."""
        ...

    def finish(self) -> None: ...


class CameraAnalysis:
    """`make_watch` is called at the start and after each failure, with the cursor that it may take back; `kept` with
    each alert once it is safe."""

    def __init__(
        self,
        status: CameraStatus,
        ring: PacketRing,
        make_watch: Callable[[Cursor, Keeper], Watch],
        sink: AlertSink,
        kept: Callable[[Alert], None],
        issues: Issues,
        pool: DecodePool,
        strain: Strain,
        *,
        max_lag_s: float,
        clock: Clock,
        chance: random.Random,
    ) -> None:
        self._status = status
        self._make_watch = make_watch
        self._sink = sink
        self._kept = kept
        self._issues = issues
        self._strain = strain
        self._max_lag_s = max_lag_s
        self._clock = clock
        self._cursor = ring.cursor("live", max_lag_s=max_lag_s)
        self._backoff = Backoff(FIRST_PAUSE_S, LAST_PAUSE_S, least_share=0.5, chance=chance)
        self._stopped = threading.Event()
        self._ended = threading.Event()
        self._seat = pool.seat(self)
        self._watch: Watch | None = None
        self._began = 0.0
        self._unseen = 0
        self._told = (0, 0, 0)
        self._dropped_before = 0
        self._newest: Packet | None = None
        ring.on_append(self._notice)

    def start(self) -> None:
        self._seat.call()

    def wake(self) -> None:
        """There may be something to do: the ring was closed."""
        self._seat.call()

    def ask_to_stop(self) -> None:
        """Returns at once; `join` waits. What lies in the ring is not analysed any more."""
        self._stopped.set()
        self._cursor.close()

    def join(self, deadline: float) -> bool:
        """Wait until `deadline` (monotonic seconds); True when no step is under way and none will be."""
        return self._seat.leave(max(0.0, deadline - self._clock.monotonic()))

    @property
    def allowance_s(self) -> float:
        return ASLEEP_ALLOWANCE_S if self._watch and self._watch.asleep else AWAKE_ALLOWANCE_S

    @property
    def rate(self) -> float:
        """Share of the wanted frames that the box can afford to analyse."""
        return self._strain.rate

    def step(self) -> float | None:
        """Up to `STEP_S` of work. Called by the pool."""
        if self._stopped.is_set() or self._ended.is_set():
            return None
        try:
            return self._advance()
        except Exception:  # top of the worker loop: a picture that breaks the analysis must not end the camera
            log.exception("camera %s: the analysis failed and begins anew", self._status.camera.id)
            self._status.count(restarts=1)
            if self._watch:
                self._count(self._watch)
        if self._clock.monotonic() - self._began > LAST_PAUSE_S:
            self._backoff.reset()
        self._watch = None
        self._cursor.max_lag_s = self._max_lag_s
        return self._backoff.next()

    def saw(self, **more: int) -> None:
        """Something to be counted."""
        self._status.count(**more)

    def keep(self, pending: PendingAlert) -> None:
        """Bring an alert to safety; one that cannot be kept is counted as lost, and the box calls itself unwell."""
        try:
            self._sink.put(pending.alert, pending.snapshot)
        except OutboxError as error:
            self._status.count(alerts_lost=1)
            self._issues.open(OUTBOX_ISSUE, str(error), grave=True)
            return
        self._status.count(alerts=1)
        self._issues.close(OUTBOX_ISSUE)
        self._kept(pending.alert)

    def _notice(self, packet: Packet) -> None:
        """A packet has come; on the thread that read it."""
        watch = self._watch
        if watch and watch.asleep and not packet.is_keyframe:
            self._unseen += 1
            if self._unseen < WEIGHED_TOGETHER:
                return
        self._unseen = 0
        self._seat.call()

    def _advance(self) -> float | None:
        watch = self._watch or self._begin()
        until = self._clock.monotonic() + STEP_S
        more = False
        while not self._stopped.is_set():
            packet = self._cursor.read(timeout=0)
            if packet is None:
                watch.live()
                break
            if self._ran_back(packet):
                watch.finish()
                self._count(watch)
                watch = self._begin()
            watch.take(packet)
            if self._clock.monotonic() >= until:
                more = True
                break
        self._count(watch)
        if watch.keeps_up or not more:  # a camera that sleeps is at ease: a box of which all sleep is so too
            self._strain.lags(self._cursor.lag_s if more else 0.0)
        if more:
            return 0
        if self._cursor.ended and not self._stopped.is_set():
            self._end(watch)
        return None

    def _begin(self) -> Watch:
        self._told = (0, 0, 0)
        self._dropped_before = self._cursor.dropped
        self._began = self._clock.monotonic()
        watch = self._watch = self._make_watch(self._cursor, self)
        return watch

    def _ran_back(self, packet: Packet) -> bool:
        """True, and counted, when a packet that has not been read before is older than those before it."""
        newest = self._newest
        if newest and packet.index <= newest.index:
            return False
        self._newest = packet
        if newest is None or packet.captured_at >= newest.captured_at - RAN_BACK_S:
            return False
        back_s = newest.captured_at - packet.captured_at
        log.warning("camera %s: time ran back by %.0f s; the analysis begins anew", self._status.camera.id, back_s)
        self._status.count(time_jumps=1)
        return True

    def _end(self, watch: Watch) -> None:
        watch.finish()
        self._count(watch)
        self._ended.set()
        self._cursor.close()
        if self._status.state in (CameraState.LIVE, CameraState.CONNECTING):
            self._status.become(CameraState.ENDED, "the file has come to its end")

    def _count(self, watch: Watch) -> None:
        now = (watch.decoded, watch.skipped + self._cursor.dropped - self._dropped_before, watch.errors)
        decoded, dropped, errors = (new - old for new, old in zip(now, self._told, strict=True))
        if decoded or dropped or errors:
            self._status.count(frames_decoded=decoded, frames_dropped=dropped, decode_errors=errors)
        self._told = now
