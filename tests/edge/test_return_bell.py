"""Cameras that wait are called when another has come back."""

from __future__ import annotations

import random
import threading
import time

from skynet.domain import SystemClock
from skynet.edge import return_bell
from skynet.edge.admission import Admission, Entrance
from skynet.edge.return_bell import ReturnBell
from tests.edge.fault_stand import Shortest
from tests.media.rtsp.reading import MovableClock, until


class Waiting:
    """Somebody who waits an hour, but for the bell."""

    def __init__(self, bell: ReturnBell, host: str) -> None:
        self.stopped = threading.Event()
        self.called: bool | None = None
        self._bell = bell
        self._host = host
        self.thread = threading.Thread(target=self._wait, daemon=True)
        self.thread.start()
        until(lambda: bool(bell._changed._waiters))  # type: ignore[attr-defined]  # there is no other sign of it

    def _wait(self) -> None:
        self.called = self._bell.wait(self._host, 3600.0, self.stopped)


def test_the_bell_calls_whoever_waits_but_not_at_once() -> None:
    clock = MovableClock()
    bell = ReturnBell(clock, Shortest())
    waiting = Waiting(bell, "10.0.0.1:554")
    bell.ring("10.0.0.2:554")
    waiting.thread.join(0.1)
    assert waiting.thread.is_alive(), "one that has just failed is left alone for some seconds"
    clock.ahead_s = return_bell.REST_S
    bell.wake()
    waiting.thread.join(5)
    assert waiting.called


def test_a_stop_ends_the_wait() -> None:
    bell = ReturnBell(SystemClock(), random.Random(1))
    waiting = Waiting(bell, "10.0.0.1:554")
    waiting.stopped.set()
    bell.wake()
    waiting.thread.join(5)
    assert waiting.called is False


def test_without_a_bell_the_wait_is_as_long_as_it_was_to_be() -> None:
    bell = ReturnBell(SystemClock(), random.Random(1))
    bell.ring("10.0.0.1:554")  # before it waits: that is no news
    began = time.monotonic()
    assert not bell.wait("10.0.0.1:554", 0.05, threading.Event())
    assert time.monotonic() - began >= 0.05


def test_the_first_one_back_rings_and_only_one_that_was_away() -> None:
    clock = SystemClock()
    entrance = Entrance.of(clock, Shortest(), 2)
    one = Admission(entrance, "a", clock, Shortest())
    assert one.enter()
    one.left()
    one.delivers()
    assert entrance.bell.rings == 0
    one.rest(silent=True)
    assert one.enter()
    assert entrance.gate.connecting == 1
    one.delivers()
    one.delivers()
    assert entrance.bell.rings == 1


def test_a_stream_that_is_stopped_gets_no_turn() -> None:
    clock = SystemClock()
    entrance = Entrance.of(clock, Shortest(), 1)
    held, stopped = Admission(entrance, "a", clock, Shortest()), Admission(entrance, "b", clock, Shortest())
    assert held.enter()
    thread = threading.Thread(target=lambda: said.append(stopped.enter()))
    said: list[bool] = []
    thread.start()
    until(lambda: entrance.gate.waiting == 1)
    stopped.stop()
    thread.join(5)
    assert said == [False]
    assert not stopped.enter()
    assert entrance.gate.waiting == 0
