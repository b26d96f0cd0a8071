"""When a camera is followed closely and when it may sleep. Pure: time comes in with the pictures."""

from __future__ import annotations

import math
from collections.abc import Iterable

from skynet.domain import Box, Detection

MOVED = 0.25
"""Share of its own size by which a tracked object must shift to count as moving."""


class Wakefulness:
    """Awake from the first sign of something until nothing has moved for `hold_s` seconds of capture time."""

    def __init__(self, hold_s: float) -> None:
        self._hold_s = hold_s
        self._stirred_at = -math.inf
        self._resting: dict[int, Box] = {}
        self.awake = False

    def stir(self, at: float) -> None:
        """Something goes on at `at` (POSIX s)."""
        self.awake = True
        self._stirred_at = max(self._stirred_at, at)

    def follow(self, objects: Iterable[Detection], at: float) -> None:
        """Tracked objects as seen at `at`: a new one stirs, and one that has moved since it last did."""
        seen: dict[int, Box] = {}
        for one in objects:
            if one.track_id is None:
                continue
            rested = self._resting.get(one.track_id)
            if rested is None or _shifted(rested, one.box):
                self.stir(at)
                rested = one.box
            seen[one.track_id] = rested
        self._resting = seen

    def falls_asleep(self, at: float) -> bool:
        """True, once, when it has been quiet for long enough by `at`."""
        if self.awake and at - self._stirred_at > self._hold_s:
            self.awake = False
            return True
        return False


def _shifted(before: Box, now: Box) -> bool:
    size = math.hypot(before.width, before.height)
    across = (now.x + now.width / 2) - (before.x + before.width / 2)
    down = (now.y + now.height / 2) - (before.y + before.height / 2)
    return math.hypot(across, down) > MOVED * size
