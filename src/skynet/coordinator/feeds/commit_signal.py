"""Wakes waiting coroutines when a commit may have brought news.

A waiter reads `generation` before it looks into the database and then waits for a later one, so that a commit
between looking and waiting is never slept through. `fire` may be called from any thread; it holds no database
connection and neither does a waiter.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable


class CommitSignal:
    """One signal for one feed. After `close` nobody waits any more. Firing it fires `also`, too: the feed that this
    one is a part of."""

    def __init__(self, also: CommitSignal | None = None) -> None:
        self._also = also
        self.beyond: Callable[[], None] | None = None
        """Told of every firing: carries the news to other coordinators."""
        self._lock = threading.Lock()
        self._generation = 0
        self._closed = False
        self._waiters: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()

    @property
    def generation(self) -> int:
        return self._generation

    @property
    def closed(self) -> bool:
        return self._closed

    def fire(self) -> None:
        """Say that a transaction has been committed."""
        with self._lock:
            self._generation += 1
            self._wake()
        if self.beyond is not None:
            self.beyond()
        if self._also is not None:
            self._also.fire()

    def hear(self) -> None:
        """Somebody else has committed: wake those who wait here, and tell nobody further."""
        with self._lock:
            self._generation += 1
            self._wake()

    def close(self) -> None:
        """Send every waiter home, now and from now on: the program is ending."""
        with self._lock:
            self._closed = True
            self._wake()

    async def wait_beyond(self, generation: int, timeout_s: float) -> bool:
        """Wait until the generation is later than `generation`; false when the time is over or the signal closed."""
        waiter = (asyncio.get_running_loop(), asyncio.Event())
        with self._lock:
            if self._generation > generation or self._closed:
                return not self._closed
            self._waiters.add(waiter)
        try:
            await asyncio.wait_for(waiter[1].wait(), timeout_s)
        except TimeoutError:
            return False
        finally:
            with self._lock:
                self._waiters.discard(waiter)
        return not self._closed

    def _wake(self) -> None:
        for loop, event in self._waiters:
            if not loop.is_closed():
                loop.call_soon_threadsafe(event.set)
        self._waiters.clear()
