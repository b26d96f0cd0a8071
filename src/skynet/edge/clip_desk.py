"""Makes the clips that alerts have promised: waits for the post-roll, cuts, stores.

One thread for the whole box, of low priority. What is in a ring goes after a while, so packets are taken out of it as
soon as they are due, even while a masked clip is being coded, which takes seconds; a cut itself takes milliseconds.
Nothing here touches an alert: one whose clip cannot be made is delivered without, and that is counted with its reason.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from skynet.domain import Alert, Clock, Polygon
from skynet.domain.alert import ClipRef
from skynet.domain.clock import utc
from skynet.domain.contract import MAX_CLIP_BYTES
from skynet.edge.clip_store import ClipStore, ClipStoreError
from skynet.edge.issues import Issues
from skynet.media import Packet, PacketRing
from skynet.media.clip import Clip, NoClipError
from skynet.media.clip_cutter import cut_clip
from skynet.media.masked_clip import masked_clip

log = logging.getLogger(__name__)

SETTLE_S = 0.5
"""So much is awaited after the post-roll: packets come in order of decoding, not of showing."""
_LOOK_EVERY_S = 0.25
_NICENESS = 10
_STORE_ISSUE = "clips"


@dataclass(slots=True)
class ClipDeskFigures:
    """Counted since the start, in alerts; `cut` and `masked` in clips."""

    requested: int = 0
    cut: int = 0
    masked: int = 0
    shared: int = 0
    """Alerts that came with a clip of another one of the same moment."""
    given_up: dict[str, int] = field(default_factory=dict)
    """By reason; never changed but replaced, so that others may read it meanwhile."""


@dataclass(slots=True, eq=False)
class _Order:
    """One clip to be made. Times in POSIX seconds, but for `deadline` (monotonic)."""

    camera_id: str
    ring: PacketRing
    masks: tuple[Polygon, ...]
    occurred_at: float
    starts_at: float
    ends_at: float
    deadline: float
    alerts: list[Alert]
    packets: list[Packet] = field(default_factory=list)

    def due(self, now: float) -> bool:
        newest = self.ring.newest_at
        return self.ring.closed or now >= self.deadline or (newest is not None and newest >= self.ends_at + SETTLE_S)


class ClipDesk:
    """At most `capacity` clips wait for their post-roll, and at most `max_held_bytes` of packets for their making.

    A camera that brings nothing more for `grace_s` gives what there is.
    """

    def __init__(
        self,
        store: ClipStore,
        issues: Issues,
        clock: Clock,
        *,
        capacity: int = 64,
        max_held_bytes: int = 64 << 20,
        grace_s: float = 10.0,
    ) -> None:
        self._store = store
        self._issues = issues
        self._clock = clock
        self._capacity = capacity
        self._max_held_bytes = max_held_bytes
        self._grace_s = grace_s
        self._changed = threading.Condition()
        self._waiting: list[_Order] = []
        self._taken: deque[_Order] = deque()
        self._closed = False
        self._abandoned = False
        self._thread = threading.Thread(target=self._work, name="clips", daemon=True)
        self.figures = ClipDeskFigures()

    def start(self) -> None:
        self._thread.start()

    def stop(self, within_s: float) -> None:
        """Make what is promised out of what there is, for at most `within_s`; the rest is given up."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join(within_s)
        with self._changed:
            self._abandoned = True
            left = [*self._waiting, *self._taken]
            self._waiting.clear()
            self._taken.clear()
        for order in left:
            self._give_up(order, "stopped")
        if self._thread.is_alive():
            self._thread.join(1.0)

    def request(self, alert: Alert, ring: PacketRing, masks: Sequence[Polygon]) -> None:
        """`alert` is in the outbox and promises a clip: make it out of `ring`, with `masks` (normalised) black.

        Returns at once; without a promise it does nothing.
        """
        if alert.clip is None:
            return
        starts_at, ends_at = alert.clip.starts_at.timestamp(), alert.clip.ends_at.timestamp()
        newest = ring.newest_at
        to_come_s = max(0.0, ends_at - newest) if newest is not None else 0.0
        with self._changed:
            self.figures.requested += 1
            for order in (*self._waiting, *self._taken):
                same = (order.starts_at, order.ends_at, order.masks) == (starts_at, ends_at, tuple(masks))
                if order.ring is ring and same:
                    order.alerts.append(alert)
                    self.figures.shared += 1
                    return
            deadline = self._clock.monotonic() + to_come_s + self._grace_s
            at = alert.occurred_at.timestamp()
            order = _Order(alert.camera_id, ring, tuple(masks), at, starts_at, ends_at, deadline, [alert])
            full = len(self._waiting) >= self._capacity or self._closed
            if not full:
                self._waiting.append(order)
                self._changed.notify()
        if full:
            self._give_up(order, "stopped" if self._closed else "queue_full")

    def _work(self) -> None:
        with contextlib.suppress(OSError, AttributeError):  # a priority is a wish; it exists per thread on Linux only
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
        while (order := self._next()) is not None:
            try:
                self._serve(order)
            except Exception:  # top of the worker loop: one odd clip must not end clips for the whole box
                log.exception("camera %s: making a clip failed", order.camera_id)
                self._give_up(order, "failed")

    def _next(self) -> _Order | None:
        with self._changed:
            while True:
                self._take_due()
                if self._taken:
                    return self._taken.popleft()
                if self._closed:
                    return None
                self._changed.wait(_LOOK_EVERY_S if self._waiting else None)

    def _take_due(self) -> None:
        """Take packets out of their rings before these give them up. Lock held."""
        now = self._clock.monotonic()
        due = [order for order in self._waiting if self._closed or order.due(now)]
        for order in due:
            self._waiting.remove(order)
            order.packets = order.ring.between(order.starts_at, order.ends_at)
            held = sum(packet.size for other in self._taken for packet in other.packets)
            if self._taken and held + sum(packet.size for packet in order.packets) > self._max_held_bytes:
                self._give_up(order, "too_much_at_once")
            else:
                self._taken.append(order)

    def _breathe(self) -> None:
        with self._changed:
            self._take_due()
            if self._abandoned:
                raise NoClipError("stopped", "the box stops")

    def _serve(self, order: _Order) -> None:
        issue = f"clip-{order.camera_id}"
        try:
            clip = self._make(order)
        except NoClipError as error:
            self._give_up(order, error.reason)
            if error.reason != "stopped":
                self._issues.open(issue, f"alerts go without a clip: {error}")
            return
        finally:
            order.packets = []
        self._issues.close(issue)
        ref = ClipRef(
            sha256=hashlib.sha256(clip.content).hexdigest(),
            bytes=len(clip.content),
            codec=clip.codec,
            width=clip.width,
            height=clip.height,
            starts_at=utc(clip.starts_at),
            ends_at=utc(clip.ends_at),
        )
        try:
            self._store.put(ref, clip.content, order.alerts, self._clock.wall())
        except ClipStoreError as error:
            self._give_up(order, "no_room")
            self._issues.open(_STORE_ISSUE, str(error))
            return
        self._issues.close(_STORE_ISSUE)

    def _make(self, order: _Order) -> Clip:
        """Raises NoClipError."""
        if order.packets and max(packet.captured_at for packet in order.packets) < order.starts_at:
            raise NoClipError("stream_gone", "the stream had ended before; see what is wrong with it")
        if order.masks:
            clip = masked_clip(order.packets, order.masks, order.starts_at, order.ends_at, self._breathe)
            self.figures.masked += 1
        else:
            clip = cut_clip(order.packets, order.occurred_at)
            self.figures.cut += 1
        if len(clip.content) > MAX_CLIP_BYTES:
            raise NoClipError(
                "too_large",
                f"it has {len(clip.content)} bytes, the coordinator takes {MAX_CLIP_BYTES}; shorten the clips or lower "
                "the camera's bit rate",
            )
        return clip

    def _give_up(self, order: _Order, reason: str) -> None:
        with self._changed:
            before = self.figures.given_up
            self.figures.given_up = before | {reason: before.get(reason, 0) + len(order.alerts)}
        log.warning("camera %s: no clip for %d alerts (%s)", order.camera_id, len(order.alerts), reason)
