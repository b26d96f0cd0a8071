"""Not too much at once: a second of more than eight calls restarts some cameras."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from skynet.domain.clock import Clock

MAX_CALLS = 8
WINDOW_S = 1.1
"""A little more than the second, since the network may push requests together."""


class Pace:
    """Lets at most eight through in any second, in the order in which they came. For one event loop."""

    def __init__(self, clock: Clock, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._clock = clock
        self._sleep = sleep
        self._passed: deque[float] = deque(maxlen=MAX_CALLS)
        self._turn = asyncio.Lock()

    async def wait(self) -> None:
        async with self._turn:
            if len(self._passed) == MAX_CALLS:
                while (rest := self._passed[0] + WINDOW_S - self._clock.monotonic()) > 0:
                    await self._sleep(rest)
            self._passed.append(self._clock.monotonic())

    def answered(self) -> None:
        """The latest has been answered: it may have reached the camera as late as now, and counts from now on."""
        if self._passed:
            self._passed[-1] = self._clock.monotonic()
