"""Calls cameras that wait for their next try when another has come back: what kept both away is likely over.

A camera that has been away for long tries once a minute. After a power cut that would be up to a minute too long, so
the first one that is back rings. Cameras behind the same address try at once, all others within some seconds, each at a
moment of its own. One that has just tried is left alone: cameras that come and go must not drive the dead ones.
"""

from __future__ import annotations

import random
import threading

from skynet.domain import Clock

SPREAD_S = 5.0
"""Within so many seconds all others try."""
NEAR_SPREAD_S = 0.5
"""Within so many those behind the same address."""
REST_S = 3.0
"""So long is a camera left alone after it has failed."""


class ReturnBell:
    """Thread-safe. `host` is whatever tells apart what cameras may share."""

    def __init__(self, clock: Clock, chance: random.Random) -> None:
        self._clock = clock
        self._chance = chance
        self._changed = threading.Condition()
        self._rung_at = float("-inf")
        self._host_rung_at: dict[str, float] = {}
        self.rings = 0

    def ring(self, host: str) -> None:
        """A camera of `host` that was away delivers again."""
        now = self._clock.monotonic()
        with self._changed:
            self.rings += 1
            self._rung_at = self._host_rung_at[host] = now
            self._changed.notify_all()

    def wait(self, host: str, seconds: float, stopped: threading.Event) -> bool:
        """Wait for `seconds`, or for less when the bell rings: True then. Ends at once when `stopped` is set before a
        `wake`."""
        began = self._clock.monotonic()
        until = began + seconds
        heard_any = heard_near = False
        with self._changed:
            while not stopped.is_set() and (left := until - self._clock.monotonic()) > 0:
                if not heard_near and self._host_rung_at.get(host, began) > began:
                    heard_near = heard_any = True
                    until = min(until, self._soon(began, NEAR_SPREAD_S))
                elif not heard_any and self._rung_at > began:
                    heard_any = True
                    until = min(until, self._soon(began, SPREAD_S))
                else:
                    self._changed.wait(left)
        return heard_any

    def wake(self) -> None:
        """Somebody has been stopped."""
        with self._changed:
            self._changed.notify_all()

    def _soon(self, began: float, spread_s: float) -> float:
        now = self._clock.monotonic()
        return max(now, began + REST_S) + self._chance.uniform(0, spread_s)
