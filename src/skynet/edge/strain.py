"""How overloaded the box is, and what it gives up for it: how many frames are analysed, and nothing else.

Packets go on into the rings, alerts into the outbox, clips are cut: only the analysis gets rarer, by halves, until the
cameras keep up again. What even that does not save, the rings' cursors skip and count. Thread-safe.
"""

from __future__ import annotations

import threading

from skynet.domain import Clock
from skynet.edge.issues import Issues

WINDOW_S = 1.0
LATE_S, EASY_S = 0.7, 0.2
"""An analysis that lags by more than the first strains the box; less than the second is ease. In seconds."""
WORSE_AFTER, BETTER_AFTER = 3, 8
"""Windows in a row that it takes to give up more, and to take it back."""
RATES = (1.0, 0.5, 0.25, 0.125)
ISSUE = "overload"


class Strain:
    """Cameras say how far they lag; moves one level at a time."""

    def __init__(self, clock: Clock, issues: Issues) -> None:
        self._clock = clock
        self._issues = issues
        self._lock = threading.Lock()
        self._window_ends = clock.monotonic() + WINDOW_S
        self._worst_s = 0.0
        self._late = self._easy = 0
        self.level = 0
        """0: everything is analysed as configured."""
        self.raised = 0
        """How often the box had to give up more."""
        self.lag_s = 0.0
        """The worst lag of the last window."""

    @property
    def rate(self) -> float:
        """Share of the configured frames that are analysed."""
        return RATES[self.level]

    def lags(self, seconds: float) -> None:
        """A camera that should keep up is so far behind its stream."""
        with self._lock:
            self._worst_s = max(self._worst_s, seconds)
            now = self._clock.monotonic()
            if now >= self._window_ends:
                self._window_ends = now + WINDOW_S
                self.lag_s, self._worst_s = self._worst_s, 0.0
                self._weigh(self.lag_s)

    def _weigh(self, worst_s: float) -> None:
        self._late = self._late + 1 if worst_s >= LATE_S else 0
        self._easy = self._easy + 1 if worst_s < EASY_S else 0
        if self._late >= WORSE_AFTER and self.level < len(RATES) - 1:
            self.level += 1
            self.raised += 1
        elif self._easy >= BETTER_AFTER and self.level > 0:
            self.level -= 1
        else:
            return
        self._late = self._easy = 0
        self._tell()

    def _tell(self) -> None:
        if self.level:
            self._issues.open(
                ISSUE,
                f"too much to do: {self.rate:.0%} of the frames are analysed; "
                "watch fewer cameras, use sub-streams, or take a larger box",
            )
        else:
            self._issues.close(ISSUE)
