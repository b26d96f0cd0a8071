"""Now and then a sleeping camera is decoded for a whole GOP, to see whether its gate sleeps rightly."""

from __future__ import annotations

from skynet.domain import Frame
from skynet.edge.sampler import FrameSampler
from skynet.media import ActivityGate, LumaFrame

FIRST_AFTER_S, LAST_AFTER_S = 60.0, 900.0
FPS = 5.0
MAX_FRAMES = 120
"""Of a GOP without end the first 24 s are enough to judge by."""


class SelfCheck:
    """The first check comes after a minute of capture time, later ones ever less often while they find nothing."""

    def __init__(self, gate: ActivityGate) -> None:
        self._gate = gate
        self._after_s = FIRST_AFTER_S
        self._last_at: float | None = None
        self._until = 0
        self._frames: list[LumaFrame] = []
        self._sampler = FrameSampler(FPS)

    def due(self, at: float) -> bool:
        """True when it is time; `at` POSIX s."""
        if self._last_at is None:
            self._last_at = at
        if at - self._last_at < self._after_s:
            return False
        self._last_at = at
        return True

    def begin(self, until: int) -> None:
        """Pictures come now, up to the packet of the number `until` in the ring."""
        self._until = until
        self._frames = []
        self._sampler = FrameSampler(FPS)

    def see(self, frame: Frame) -> None:
        if len(self._frames) < MAX_FRAMES and self._sampler.wants(frame.captured_at):
            self._frames.append(LumaFrame.of(frame))

    def over(self, number: int) -> bool:
        return number >= self._until

    def missed(self) -> bool:
        """The verdict; True when the gate would have slept through something."""
        frames, self._frames = self._frames, []
        missed = self._gate.check(frames)
        self._after_s = FIRST_AFTER_S if missed else min(LAST_AFTER_S, 2 * self._after_s)
        return missed
