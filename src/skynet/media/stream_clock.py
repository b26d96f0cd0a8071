"""Ties the time stamps of a stream to the wall clock.

Pure arithmetic: arrival times come in as arguments. Used by one thread. Time stamps (PTS) tell exactly how far two
pictures are apart, but not when they were taken, and they jump, wrap, stop or drift; the wall clock tells when, but
jitters with the network. So capture time is PTS plus an offset. The offset is that of the least delayed packet seen,
because no picture arrives before it was taken.

Among packets whose PTS grows, `captured_at` never goes backwards, whatever the stream or the wall clock does.
"""

from __future__ import annotations

from fractions import Fraction

BACKWARD_TOLERANCE_S = 0.5
"""DTS that step back by less are jitter of a bad muxer."""
COUNTED_STEP_S = 2.0
"""A correction that is smaller is the normal search for the least delayed packet."""
LATE_WINDOW_S = 10.0
"""So long must every packet be late before the camera's clock is taken to be slow, rather than the network."""
LATE_BOUND_S = 1.0
FILE_GAP_S = 3600.0
"""A recording may have gaps (motion only), but not of hours between two packets: that is a damaged time stamp."""
_TICK_S = 0.001


class StreamClock:
    """Capture times for the packets of one source.

    With `base` (POSIX s), time runs from there by PTS alone: a recording. Without it, each packet's arrival time
    (POSIX s) must be given: a live stream.
    """

    def __init__(self, *, base: float | None = None, frame_s: float = 0.04) -> None:
        self._base = base
        self._frame_s = frame_s
        self._offset: float | None = None
        self._newest = float("-inf")
        self._shown_max = float("-inf")
        self._order = float("-inf")
        self._ahead = False
        self._window_start = float("-inf")
        self._least_late = float("inf")
        self.reanchors = 0

    def stamp(self, pts_s: float | None, dts_s: float | None, arrival: float | None = None) -> float:
        """Capture time (POSIX s) of the next packet in decoding order, from its PTS and DTS in seconds."""
        shown = pts_s if pts_s is not None else dts_s
        order = dts_s if dts_s is not None else pts_s
        if shown is None or order is None:
            return self._unstamped(arrival)
        if self._offset is None:
            self._anchor(shown, arrival)
        elif self._broke(order):
            self.reanchors += 1
            self._anchor(shown, arrival)
        assert self._offset is not None  # noqa: S101 - set by _anchor, for the type checker
        self._order = order
        at = shown + self._offset
        if self._base is None and arrival is not None:
            at = self._follow_arrival(at, shown, arrival)
        if shown >= self._shown_max:
            at = max(at, self._newest)
            self._shown_max = shown
        self._newest = max(self._newest, at)
        return at

    def restart(self) -> None:
        """The stream starts anew (reconnected): its time stamps have nothing to do with the ones before."""
        self._offset = None

    def _anchor(self, shown: float, arrival: float | None) -> None:
        if self._base is None:
            start = max(arrival if arrival is not None else 0.0, self._newest + _TICK_S)
        else:
            start = max(self._base, self._newest + self._frame_s)
        self._offset = start - shown
        self._shown_max = float("-inf")
        self._window_start, self._least_late = float("-inf"), float("inf")

    def _broke(self, order: float) -> bool:
        step = order - self._order
        return step < -BACKWARD_TOLERANCE_S or (self._base is not None and step > FILE_GAP_S)

    def _follow_arrival(self, at: float, shown: float, arrival: float) -> float:
        if at > arrival:  # taken after it arrived: the packets that the offset comes from were delayed
            if at - arrival > COUNTED_STEP_S and not self._ahead:
                self.reanchors += 1
                self._ahead = True  # counted once, until the wall clock has caught up
            at = max(arrival, self._newest + _TICK_S) if shown >= self._shown_max else at
            self._offset = at - shown
        else:
            self._ahead = False
        self._least_late = min(self._least_late, arrival - at)
        if arrival - self._window_start > LATE_WINDOW_S:
            if self._window_start > float("-inf") and self._least_late > LATE_BOUND_S:
                self.reanchors += 1
                at += self._least_late
                self._offset = at - shown
            self._window_start, self._least_late = arrival, float("inf")
        return at

    def _unstamped(self, arrival: float | None) -> float:
        if self._offset is not None:
            self.reanchors += 1
            self._offset = None
        self._order = float("-inf")
        if self._base is None:
            at = arrival if arrival is not None else 0.0
        else:
            at = max(self._base, self._newest + self._frame_s)
        self._newest = max(self._newest, at)
        return self._newest


def in_seconds(stamp: int | None, time_base: Fraction) -> float | None:
    """A time stamp in seconds; None where the stream gives none."""
    return None if stamp is None else float(stamp * time_base)
