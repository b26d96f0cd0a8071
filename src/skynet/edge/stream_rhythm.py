"""How a camera sends, learnt from its packets: how often a picture comes, how far the pauses spread, how long a GOP is.

From that follows how long a silence is nothing to worry about. A constant would be wrong for nearly every camera: ten
seconds are 250 lost pictures of one and the normal pause of another.
"""

from __future__ import annotations

LEARNT_AFTER = 8
"""Pauses that must have been seen before they count as a rhythm."""
FLOOR_S = 2.0
"""Shorter silences are never called one: the hub gathers, networks hold back, encoders think."""
_PAUSES, _SPREADS, _LONGEST = 8.0, 4.0, 3.0
"""A silence is one after so many pauses and so many times their spread, and after so many of the longest usual one."""
_USUAL = 3
"""So many pauses must have been so long before that is usual: one alone is the end of a fault, and learnt from that a
stream of 25 pictures a second would be left alone for 8 s in the minutes in which its line is known to be bad."""
_BEYOND_S = 2.0
"""A silence goes beyond the longest usual pause by no more than this, however long that is."""
_STRETCH = 3.0
"""A camera whose own pauses are long may be silent for so many times the ceiling; the source gives up after that."""
SOURCE_PATIENCE = 2 * _STRETCH
"""A source must bear a silence of so many times the ceiling: who watches by the rhythm shall be the first to act."""
_GAIN, _SPREAD_GAIN = 1 / 8, 1 / 4
"""As TCP smooths round trips (RFC 6298, section 2)."""
_WINDOW_S = 60.0
"""The longest pause and GOP of the last one to two of these count."""
_GOPS = 2.0


class _Longest:
    """The `count` largest values of the last one to two windows."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._now: tuple[float, ...] = ()
        self._before: tuple[float, ...] = ()
        self._turned_at: float | None = None

    def add(self, value: float, at: float, window_s: float) -> None:
        if self._turned_at is None:
            self._turned_at = at
        if at - self._turned_at > window_s:
            self._before, self._now, self._turned_at = self._now, (), at
        if len(self._now) < self._count or value > self._now[-1]:
            self._now = self._largest((*self._now, value))

    def reached(self, times: int) -> float:
        """What `times` of the values (1 to `count`) were at least; 0 while there are not so many."""
        largest = self._largest(self._now + self._before)
        return largest[times - 1] if len(largest) >= times else 0.0

    def _largest(self, values: tuple[float, ...]) -> tuple[float, ...]:
        return tuple(sorted(values, reverse=True)[: self._count])


class StreamRhythm:
    """Told of each packet by `heard`, of each new connection by `begin`; times are monotonic seconds.

    `ceiling_s` is the longest silence while nothing is known, and for a camera whose pauses are not longer themselves.
    Written by the thread that takes packets, read by the one that watches.
    """

    def __init__(self, ceiling_s: float) -> None:
        self._ceiling_s = ceiling_s
        self._floor_s = min(FLOOR_S, ceiling_s)
        self._gop = _Longest(1)
        self.begin()

    def begin(self) -> None:
        """A connection begins: how often pictures come is learnt anew, for the camera may have been set up otherwise.

        What is known of its GOPs stays, as they decide how long its first keyframe may take.
        """
        self._heard_at: float | None = None
        self._keyframe_at: float | None = None
        self._pauses = 0
        self._mean_s = self._spread_s = 0.0
        self._longest = _Longest(_USUAL)

    def heard(self, at: float, *, keyframe: bool) -> None:
        """A packet has come."""
        before, self._heard_at = self._heard_at, at
        if before is not None:
            self._learn(max(0.0, at - before), at)
        if keyframe:
            if self._keyframe_at is not None:
                length = at - self._keyframe_at
                self._gop.add(length, at, max(_WINDOW_S, 4 * length))
            self._keyframe_at = at

    def _learn(self, pause_s: float, at: float) -> None:
        if self._pauses == 0:
            self._mean_s, self._spread_s = pause_s, pause_s / 2
        else:
            self._spread_s += _SPREAD_GAIN * (abs(pause_s - self._mean_s) - self._spread_s)
            self._mean_s += _GAIN * (pause_s - self._mean_s)
        self._longest.add(pause_s, at, max(_WINDOW_S, 4 * pause_s))
        self._pauses += 1

    @property
    def interval_s(self) -> float | None:
        """Seconds between two packets, smoothed; None while that is not known."""
        return self._mean_s if self._pauses >= LEARNT_AFTER else None

    @property
    def gop_s(self) -> float | None:
        """The longest distance of two keyframes lately; None while that is not known."""
        return self._gop.reached(1) or None

    @property
    def patience_s(self) -> float:
        """How long the camera may be silent before it is called stalled."""
        if self._pauses < LEARNT_AFTER:
            return self._bounded(_LONGEST * self._longest.reached(1), at_least_s=self._ceiling_s)
        usual_s = self._longest.reached(_USUAL)
        own = max(_PAUSES * self._mean_s + _SPREADS * self._spread_s, min(_LONGEST * usual_s, usual_s + _BEYOND_S))
        if own <= self._ceiling_s:
            return max(self._floor_s, own)
        return self._bounded(_LONGEST * self._mean_s, at_least_s=self._ceiling_s)

    @property
    def keyframe_patience_s(self) -> float:
        """How long pictures may come without a keyframe to begin with."""
        gop_s = self._gop.reached(1)
        return self._ceiling_s if gop_s == 0 else max(self._floor_s, _GOPS * gop_s + 1.0)

    def _bounded(self, wanted_s: float, *, at_least_s: float) -> float:
        return min(max(wanted_s, at_least_s), _STRETCH * self._ceiling_s)
