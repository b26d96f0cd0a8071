"""What one camera has told of what it notices by itself: counts, what stands now, and whether it can be heard.

Written by the thread that listens, read by everybody who reports. What nobody can hear any more does not stand: when
the subscription is lost, nothing is known of it.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Mapping

from skynet.domain import Clock
from skynet.domain.clock import utc
from skynet.edge.onvif.camera_event import CameraEvent, EventKind

log = logging.getLogger(__name__)

MAX_STANDING = 64
"""States of one camera that are kept: it names them, so there must be an end."""
_MAX_TOPIC = 80


class CameraEvents:
    """`camera_id` is for the log. Thread-safe."""

    def __init__(self, camera_id: str, clock: Clock) -> None:
        self.camera_id = camera_id
        self._clock = clock
        self._lock = threading.Lock()
        self._counts: Counter[EventKind] = Counter()
        self._standing: dict[tuple[EventKind, str, str], float] = {}
        self._listening = False
        self._trouble = ""
        self.subscriptions = 0
        """Made since the start: more than one says that the first was lost."""
        self.left_out = 0
        """States beyond the 64 that are kept."""

    @property
    def listening(self) -> bool:
        """Whether the camera has a subscription of ours."""
        return self._listening

    @property
    def counts(self) -> Mapping[EventKind, int]:
        """How many came of each kind; states that were so before we listened are not among them."""
        with self._lock:
            return {kind: self._counts[kind] for kind in EventKind}

    def stands(self, kind: EventKind) -> bool:
        """Whether the camera says so now."""
        return self._longest(kind) is not None

    def line(self) -> str:
        """What an operator must know: tampering that stands, or why the camera cannot be heard. Else empty."""
        if found := self._longest(EventKind.TAMPER):
            topic, since = found
            return f"it reports tampering by itself since {utc(since):%Y-%m-%d %H:%M:%S} UTC ({topic})"
        return f"its events cannot be had: {self._trouble}" if self._trouble else ""

    def begin(self) -> None:
        """A subscription has been made."""
        with self._lock:
            again = bool(self._trouble)
            self._listening, self._trouble = True, ""
            self._standing.clear()
            self.subscriptions += 1
        if again:
            log.info("camera %s: its events come again", self.camera_id)

    def heard(self, event: CameraEvent) -> None:
        key = (event.kind, event.topic[:_MAX_TOPIC], event.source)
        began = ended = False
        with self._lock:
            if not event.initial:
                self._counts[event.kind] += 1
            if event.active:
                if key not in self._standing and len(self._standing) >= MAX_STANDING:
                    self.left_out += 1
                elif key not in self._standing:
                    self._standing[key] = self._clock.wall()
                    began = True
            elif event.active is False:
                ended = self._standing.pop(key, None) is not None
        if event.kind is EventKind.TAMPER and (began or ended):
            level, word = (logging.WARNING, "reports tampering") if began else (logging.INFO, "tampering is over")
            log.log(level, "camera %s: %s (%s)", self.camera_id, word, key[1])

    def lost(self, why: str) -> None:
        """There is no subscription, or none any more; `why` is one line without a secret, empty when we left."""
        with self._lock:
            new = bool(why) and why != self._trouble
            self._listening, self._trouble = False, why
            self._standing.clear()
        if new:
            log.warning("camera %s: its events cannot be had: %s", self.camera_id, why)

    def _longest(self, kind: EventKind) -> tuple[str, float] | None:
        with self._lock:
            of_kind = [(topic, since) for (one, topic, _), since in self._standing.items() if one is kind]
        return min(of_kind, key=lambda found: found[1], default=None)
