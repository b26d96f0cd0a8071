"""The box's wall time, made steady.

The wall clock may be set at any moment, by seconds or by years; the monotonic clock never is. So time runs with the
monotonic clock, and its distance to the wall clock is followed slowly. Used by one thread; clocks come in as arguments.
"""

from __future__ import annotations

MAX_SLEW = 0.005
"""So much faster or slower than the monotonic clock may time run to meet the wall clock."""
JUMP_S = 2.0
"""A wall clock that is ahead by more has been set forward, and is believed when it has stayed there."""
BELIEVED_AFTER_S = 10.0


class BoxTime:
    """Wall time that never goes back and whose seconds are right to half a percent.

    A clock set forward is followed in one leap, which to whoever reads is a gap as any other. A clock set back cannot
    be: it is met slowly, and `disagreement_s` says meanwhile how far off time still is. `leaps` counts the leaps.
    """

    def __init__(self) -> None:
        self._offset: float | None = None
        self._looked_at = 0.0
        self._ahead_since: float | None = None
        self.disagreement_s = 0.0
        self.leaps = 0

    def offset(self, wall: float, monotonic: float) -> float:
        """What to add to a monotonic time of about now to make it POSIX seconds; both clocks read now."""
        believed = wall - monotonic
        if self._offset is None:
            self._offset, self._looked_at = believed, monotonic
            return believed
        gap = believed - self._offset
        limit = MAX_SLEW * max(0.0, monotonic - self._looked_at)
        self._looked_at = monotonic
        if gap <= JUMP_S:
            self._ahead_since = None
        elif self._ahead_since is None:
            self._ahead_since = monotonic
        elif monotonic - self._ahead_since > BELIEVED_AFTER_S:
            self._ahead_since, limit = None, gap
            self.leaps += 1
        moved = min(max(gap, -limit), limit)
        self._offset += moved
        self.disagreement_s = abs(gap - moved)
        return self._offset
