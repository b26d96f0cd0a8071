"""The threads that cameras share: nobody is forgotten, nobody is worked on twice at a time, nobody starves."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from skynet.domain import SystemClock
from skynet.edge.decode_pool import DecodePool


class Job:
    """Counts its steps; `work` says what each one does and when it wants to be called again."""

    def __init__(self, work: Callable[[], float | None] = lambda: None, allowance_s: float = 0.1) -> None:
        self.allowance_s = allowance_s
        self.steps = 0
        self.inside = 0
        self.most_inside = 0
        self._work = work

    def step(self) -> float | None:
        self.inside += 1
        self.most_inside = max(self.most_inside, self.inside)
        again = self._work()
        self.steps += 1
        self.inside -= 1
        return again


@pytest.fixture
def pool() -> Iterator[DecodePool]:
    pool = DecodePool(2, SystemClock())
    pool.start()
    yield pool
    pool.close()


def wait(until: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not until():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.002)


def test_a_call_is_a_step(pool: DecodePool) -> None:
    job = Job()
    seat = pool.seat(job)
    seat.call()
    wait(lambda: job.steps == 1)
    seat.call()
    wait(lambda: job.steps == 2)


def test_a_call_during_a_step_is_not_lost(pool: DecodePool) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        go_on.wait(5)

    job = Job(work)
    seat = pool.seat(job)
    seat.call()
    assert begun.wait(5)
    for _ in range(10):
        seat.call()
    go_on.set()
    wait(lambda: job.steps == 2)
    time.sleep(0.05)
    assert job.steps == 2, "calls during one step make one more"


def test_no_call_gets_lost_however_calls_and_steps_fall_together(pool: DecodePool) -> None:
    taken, given = 0, 0

    def work() -> None:
        nonlocal taken
        taken = given

    job = Job(work)
    seat = pool.seat(job)
    for _ in range(5_000):
        given += 1
        seat.call()
    wait(lambda: taken == given)
    assert job.most_inside == 1


def test_work_that_goes_on_lets_others_have_their_turn() -> None:
    pool = DecodePool(1, SystemClock())
    order: list[str] = []
    left = {"a": 20, "b": 20}

    def worker(name: str) -> Job:
        def work() -> float | None:
            order.append(name)
            left[name] -= 1
            return 0 if left[name] else None

        return Job(work)

    for name in left:
        pool.seat(worker(name)).call()
    pool.start()
    wait(lambda: len(order) == 40)
    pool.close()
    assert "aaa" not in "".join(order)


def test_what_is_due_first_comes_first_and_what_may_wait_is_not_forgotten() -> None:
    pool = DecodePool(1, SystemClock())
    order: list[str] = []
    for name, allowance_s in (("look", 0.5), ("track", 0.05), ("look", 0.5), ("track", 0.05)):
        pool.seat(Job(lambda name=name: order.append(name), allowance_s)).call()  # type: ignore[misc]
    pool.start()
    wait(lambda: len(order) == 4)
    pool.close()
    assert order == ["track", "track", "look", "look"]


def test_a_task_is_called_again_when_it_wished(pool: DecodePool) -> None:
    wishes = iter([0.02, 0.02, None])
    job = Job(lambda: next(wishes))
    pool.seat(job).call()
    wait(lambda: job.steps == 3)


def test_who_leaves_is_waited_for_and_never_called_again(pool: DecodePool) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def work() -> float:
        begun.set()
        go_on.wait(5)
        return 0

    job = Job(work)
    seat = pool.seat(job)
    seat.call()
    assert begun.wait(5)
    assert not seat.leave(0.01), "its step is still under way"
    go_on.set()
    assert seat.leave(5)
    seat.call()
    time.sleep(0.05)
    assert job.steps == 1


def test_figures_say_what_was_done_and_how_long_it_waited(pool: DecodePool) -> None:
    job = Job(lambda: time.sleep(0.01))
    pool.seat(job).call()
    wait(lambda: pool.figures.steps == 1)
    assert pool.figures.busy_s >= 0.01
    assert pool.figures.longest_wait_s >= 0
