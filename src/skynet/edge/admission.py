"""One stream's way back to its camera: its turn at the gate, its rests between two tries, and the bell."""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass

from skynet.domain import Clock
from skynet.edge.backoff import Backoff
from skynet.edge.connect_gate import ConnectGate, Turn
from skynet.edge.return_bell import ReturnBell

FIRST_RETRY_S, LAST_RETRY_S = 1.0, 60.0


@dataclass(frozen=True, slots=True)
class Entrance:
    """What the streams of a box share."""

    gate: ConnectGate
    bell: ReturnBell

    @classmethod
    def of(cls, clock: Clock, chance: random.Random, slots: int) -> Entrance:
        return cls(ConnectGate(clock, slots), ReturnBell(clock, chance))


class Admission:
    """`enter`, then `left` when the camera has answered or not, `delivers` with its first picture, `rest` after a
    failure; all but `stop` and `lasts_too_long` from the stream's own threads. Without an `entrance` nobody waits.
    """

    def __init__(self, entrance: Entrance | None, host: str, clock: Clock, chance: random.Random) -> None:
        self._entrance = entrance
        self._host = host
        self._clock = clock
        self._backoff = Backoff(FIRST_RETRY_S, LAST_RETRY_S, least_share=0.5, chance=chance)
        self._stopped = threading.Event()
        self._turn: Turn | None = None
        self._was_away = False
        self._slow = False
        self._hurried_at = float("-inf")

    def enter(self) -> bool:
        """Wait until this stream may connect; False when it was stopped instead."""
        if self._entrance is None:
            return not self._stopped.is_set()
        turn = self._turn = self._entrance.gate.ask(slow=self._slow)
        if self._stopped.is_set():
            turn.end()
        return turn.wait()

    def left(self) -> None:
        """The attempt is over, one way or the other. Harmless when it was before."""
        if self._turn:
            self._turn.end()

    @property
    def lasts_too_long(self) -> bool:
        """Whether others wait while this camera does not answer."""
        return self._turn is not None and self._turn.lasts_too_long

    def delivers(self) -> None:
        """Pictures come."""
        self._slow = False
        if self._was_away:
            self._was_away = False
            if self._entrance:
                self._entrance.gate.hope()
                self._entrance.bell.ring(self._host)

    def held(self) -> None:
        """The connection was a good one: the next failure starts from the shortest rest again."""
        self._backoff.reset()

    def rest(self, *, silent: bool) -> None:
        """Wait after a failure, or until `stop`. `silent`: the camera did not answer at all."""
        self._was_away, self._slow = True, silent
        seconds = self._backoff.next()
        if self._entrance is None:
            self._stopped.wait(seconds)
        elif self._entrance.bell.wait(self._host, seconds, self._stopped):
            self._hope()

    def stop(self) -> None:
        """End all waiting, for good."""
        self._stopped.set()
        self.left()
        if self._entrance:
            self._entrance.bell.wake()

    def _hope(self) -> None:
        """Another one is back: try as one does after a first failure. Once a minute at most, for some come and go."""
        now = self._clock.monotonic()
        if now - self._hurried_at > LAST_RETRY_S:
            self._hurried_at = now
            self._backoff.reset()
            self._slow = False
