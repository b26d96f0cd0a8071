"""What a camera's stream usually takes, by its own last hours and by the time of day.

A camera that codes at a constant quality sends a tenth by night of what it sends by day, so the least that it usually
sends at such an hour is the measure, never a mean.
"""

from __future__ import annotations

from collections import deque

import numpy as np

HOUR_S, DAY_S = 3600.0, 86_400.0
LEAST_MINUTES = 60
"""Before so much was seen nothing is known."""
_RECENT_MINUTES = 180
_LOW_PERCENT = 5.0


class BitrateHistory:
    """Rates of whole minutes, in bytes a second; times POSIX s."""

    def __init__(self) -> None:
        self._recent: deque[float] = deque(maxlen=_RECENT_MINUTES)
        self._hours: dict[int, float] = {}
        """The low rate of each hour of the day, as it was when that hour was last seen."""
        self._hour: int | None = None
        self._this_hour: list[float] = []

    def add(self, rate: float, at: float) -> None:
        """A minute in which nothing was wrong."""
        hour = int(at % DAY_S // HOUR_S)
        if hour != self._hour:
            if self._hour is not None and len(self._this_hour) >= LEAST_MINUTES // 2:
                self._hours[self._hour] = float(np.percentile(self._this_hour, _LOW_PERCENT))
            self._hour, self._this_hour = hour, []
        self._this_hour.append(rate)
        self._recent.append(rate)

    def low(self, at: float) -> float | None:
        """The least that is usual at such a time; None while too little was seen."""
        if len(self._recent) < LEAST_MINUTES:
            return None
        hour = int(at % DAY_S // HOUR_S)
        seen = [self._hours[near % 24] for near in (hour - 1, hour, hour + 1) if near % 24 in self._hours]
        return min([float(np.percentile(self._recent, _LOW_PERCENT)), *seen])
