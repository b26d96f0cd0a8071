"""Which frames are analysed: as many a second as asked for, evenly spaced by capture time."""

from __future__ import annotations

_TOLERANCE = 0.02
"""Share of the interval by which a frame may be early: PTS are rounded, and a frame left out costs a whole one."""


class FrameSampler:
    """`fps` frames a second; 0 takes every frame."""

    def __init__(self, fps: float) -> None:
        self._due = float("-inf")
        self.pace(fps)

    def pace(self, fps: float) -> None:
        """From the next frame on, `fps` a second; what has been taken is not taken again."""
        self._interval = 1 / fps if fps > 0 else 0.0

    def wants(self, captured_at: float) -> bool:
        """True when the frame of `captured_at` (POSIX seconds) is to be analysed."""
        if captured_at < self._due - self._interval * _TOLERANCE:
            return False
        on_time = captured_at - self._due < self._interval
        self._due = (self._due if on_time else captured_at) + self._interval
        return True
