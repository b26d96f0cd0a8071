"""The threads on which all cameras of a box are decoded and analysed, and whose turn it is.

Keyframes of many cameras fall together; a thread a camera would then fight for two cores, and the newest alert would
wait behind the least important look. Here a camera with work takes a seat in one queue, ordered by when its work is
due: a camera that is followed closely is due sooner than a look at a quiet one, but a due time once given stands, so
nobody starves. A camera is worked on by one thread at a time.

`call` may be called from any thread, with any lock held: it only ever takes the pool's own.
"""

from __future__ import annotations

import heapq
import itertools
import threading
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

from skynet.domain import Clock


class Task(Protocol):
    """One camera's work, in small steps. What it raises would end a thread of the box: it must not."""

    @property
    def allowance_s(self) -> float:
        """How long work may wait for its turn, in seconds."""
        ...

    def step(self) -> float | None:
        """Do some milliseconds of work. 0 when there is more, seconds until it wants to be called again, or None."""
        ...


class _State(Enum):
    RESTING = auto()
    WAITING = auto()
    RUNNING = auto()
    CALLED = auto()
    """Running, and called again meanwhile."""
    LEFT = auto()
    """Running its last step."""
    GONE = auto()


@dataclass(slots=True)
class PoolFigures:
    """Counted since the start. `waited_s` is the time that work waited for its turn, `late` how often longer than its
    allowance."""

    steps: int = 0
    busy_s: float = 0.0
    waited_s: float = 0.0
    longest_wait_s: float = 0.0
    late: int = 0


class Seat:
    """A task's place in the pool."""

    def __init__(self, pool: DecodePool, task: Task) -> None:
        self._pool = pool
        self.task = task
        self.state = _State.RESTING
        self.called_at = 0.0
        self.alarm_at: float | None = None

    def call(self) -> None:
        """There is work. Cheap when that is known already."""
        if self.state in (_State.RESTING, _State.RUNNING):  # a glance without the lock: most calls end here
            self._pool.call(self)

    def leave(self, timeout_s: float) -> bool:
        """No more steps; waits for one that is under way. False when that took longer."""
        return self._pool.dismiss(self, timeout_s)


class DecodePool:
    """`threads` of them. `start` once, `close` at the end."""

    def __init__(self, threads: int, clock: Clock) -> None:
        if threads < 1:
            raise ValueError(f"a pool needs at least one thread, not {threads}")
        self._clock = clock
        lock = threading.Lock()
        self._changed = threading.Condition(lock)
        self._left = threading.Condition(lock)
        self._queue: list[tuple[float, int, Seat]] = []
        self._alarms: list[tuple[float, int, Seat]] = []
        self._order = itertools.count()
        self._closed = False
        self._threads = [
            threading.Thread(target=self._work, name=f"decode-{number}", daemon=True) for number in range(threads)
        ]
        self.figures = PoolFigures()

    @property
    def threads(self) -> int:
        return len(self._threads)

    @property
    def waiting(self) -> int:
        """Cameras that wait for their turn."""
        return len(self._queue)

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def seat(self, task: Task) -> Seat:
        return Seat(self, task)

    def call(self, seat: Seat) -> None:
        with self._changed:
            self._call(seat)

    def dismiss(self, seat: Seat, timeout_s: float) -> bool:
        with self._changed:
            running = seat.state in (_State.RUNNING, _State.CALLED, _State.LEFT)
            seat.state = _State.LEFT if running else _State.GONE
            if not running:
                return True
            return self._left.wait_for(lambda: seat.state is _State.GONE, timeout_s)

    def close(self, timeout_s: float = 2.0) -> None:
        """End the threads after their steps under way."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(timeout_s)

    def _call(self, seat: Seat) -> None:
        """Lock held."""
        if seat.state is _State.RUNNING:
            seat.state = _State.CALLED
        elif seat.state is _State.RESTING:
            seat.state = _State.WAITING
            seat.called_at = self._clock.monotonic()
            heapq.heappush(self._queue, (seat.called_at + seat.task.allowance_s, next(self._order), seat))
            self._changed.notify()

    def _work(self) -> None:
        while True:
            with self._changed:
                seat = self._next()
                if seat is None:
                    return
                seat.state = _State.RUNNING
                began = self._clock.monotonic()
                self._weigh(seat, began - seat.called_at)
            again_s = seat.task.step()
            with self._changed:
                now = self._clock.monotonic()
                self.figures.steps += 1
                self.figures.busy_s += now - began
                self._settle(seat, again_s, now)

    def _next(self) -> Seat | None:
        """Wait for the seat whose work is due first; None when the pool is closed. Lock held."""
        while not self._closed:
            now = self._clock.monotonic()
            while self._alarms and self._alarms[0][0] <= now:
                at, _, seat = heapq.heappop(self._alarms)
                if seat.alarm_at == at:
                    seat.alarm_at = None
                    self._call(seat)
            while self._queue:
                seat = heapq.heappop(self._queue)[2]
                if seat.state is _State.WAITING:
                    return seat
            self._changed.wait(self._alarms[0][0] - now if self._alarms else None)
        return None

    def _settle(self, seat: Seat, again_s: float | None, now: float) -> None:
        """A step is over. Lock held."""
        if seat.state is _State.LEFT:
            seat.state = _State.GONE
            self._left.notify_all()
            return
        called = seat.state is _State.CALLED
        seat.state = _State.RESTING
        if called or again_s == 0:
            seat.alarm_at = None
            self._call(seat)
        elif again_s is not None:
            seat.alarm_at = now + again_s
            heapq.heappush(self._alarms, (seat.alarm_at, next(self._order), seat))
            self._changed.notify()

    def _weigh(self, seat: Seat, waited_s: float) -> None:
        """Lock held."""
        figures = self.figures
        figures.waited_s += waited_s
        figures.longest_wait_s = max(figures.longest_wait_s, waited_s)
        figures.late += waited_s > seat.task.allowance_s
