"""How many cameras a box connects to at once.

After a power cut all cameras come back in the same second. Each connection costs the network, the camera's or the
recorder's little processor and ours a burst of work (login, description, a first keyframe at full size), so only a few
may be between "wants to connect" and "first packet, or failure"; the others queue, first come, first served.

Cameras that did not answer the last time wait in a lane of their own, which has half of the places: their attempts last
until the time-out, and dozens of dead cameras must not keep the living ones outside. One that is not known to be dead
shows itself in time: while others wait, its turn lasts too long after `TURN_S`.
"""

from __future__ import annotations

import threading
from collections import deque

from skynet.domain import Clock

DEFAULT_SLOTS = 8
TURN_S = 4.0


class Turn:
    """One attempt to connect: `wait` for it, `end` it, both once or more often, from any thread."""

    def __init__(self, gate: ConnectGate, slow: bool) -> None:
        self._gate = gate
        self.slow = slow
        self.granted = threading.Event()
        self.over = False
        self.began_at = 0.0

    def wait(self) -> bool:
        """Wait until it is this one's turn; False when it was ended before."""
        self.granted.wait()
        return not self.over

    def end(self) -> None:
        """The camera delivers, has failed, or is not wanted any more."""
        if not self.over:
            self._gate.leave(self)

    @property
    def lasts_too_long(self) -> bool:
        """Whether others wait for the place of a camera that has not answered yet."""
        return not self.slow and not self.over and self.granted.is_set() and self._gate.is_late(self)


class ConnectGate:
    """`slots` may connect at once. Thread-safe; turns are given in the order in which they were asked for."""

    def __init__(self, clock: Clock, slots: int = DEFAULT_SLOTS) -> None:
        if slots < 1:
            raise ValueError(f"at least one camera must be able to connect, not {slots}")
        self._clock = clock
        self._slots = slots
        self._slow_slots = max(1, slots // 2)
        self._lock = threading.Lock()
        self._queue: deque[Turn] = deque()
        self._slow_queue: deque[Turn] = deque()
        self._held = self._slow_held = 0
        self.most_held = 0
        """So many connected at once, at most."""

    @property
    def slots(self) -> int:
        return self._slots

    @property
    def waiting(self) -> int:
        """Cameras that wait for their turn."""
        return len(self._queue) + len(self._slow_queue)

    @property
    def connecting(self) -> int:
        """Cameras whose turn it is."""
        return self._held

    def ask(self, *, slow: bool = False) -> Turn:
        """Ask for a turn; `slow` for a camera that did not answer the last time."""
        turn = Turn(self, slow)
        with self._lock:
            (self._slow_queue if slow else self._queue).append(turn)
            self._grant()
        return turn

    def hope(self) -> None:
        """Something has come back: those that wait in the slow lane go to the end of the other one."""
        with self._lock:
            while self._slow_queue:
                turn = self._slow_queue.popleft()
                turn.slow = False
                self._queue.append(turn)
            self._grant()

    def leave(self, turn: Turn) -> None:
        with self._lock:
            if turn.over:
                return
            turn.over = True
            if turn.granted.is_set():
                self._held -= 1
                self._slow_held -= turn.slow
            else:
                (self._slow_queue if turn.slow else self._queue).remove(turn)
                turn.granted.set()
            self._grant()

    def is_late(self, turn: Turn) -> bool:
        return bool(self._queue) and self._clock.monotonic() - turn.began_at > TURN_S

    def _grant(self) -> None:
        """Lock held."""
        while self._held < self._slots:
            if self._slow_queue and self._slow_held < self._slow_slots and not self._leave_room():
                turn = self._slow_queue.popleft()
            elif self._queue:
                turn = self._queue.popleft()
            else:
                return
            self._held += 1
            self._slow_held += turn.slow
            self.most_held = max(self.most_held, self._held)
            turn.began_at = self._clock.monotonic()
            turn.granted.set()

    def _leave_room(self) -> bool:
        """Whether a slow camera would take the only place from one that is not known to be slow."""
        return self._slots == 1 and bool(self._queue)
