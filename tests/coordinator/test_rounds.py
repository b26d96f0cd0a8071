from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from skynet.coordinator import Settings, create_app
from skynet.coordinator.metrics import Metrics
from skynet.coordinator.rounds import LONGEST_REST_S, Rounds
from skynet.domain.clock import SystemClock


@dataclass
class TwoHands:
    """Both readings of time by hand: the wall clock may step, the other only goes on."""

    posix_s: float = 1_770_000_000.0
    since_s: float = 0.0

    def wall(self) -> float:
        return self.posix_s

    def monotonic(self) -> float:
        return self.since_s

    def pass_(self, seconds: float) -> None:
        self.posix_s += seconds
        self.since_s += seconds


@dataclass
class Job:
    """Asks to be called again after `rest`; fails while told to."""

    rest: float = 10.0
    fails: bool = False
    calls: list[float] = field(default_factory=list)

    def step(self, now: float) -> float:
        self.calls.append(now)
        if self.fails:
            raise RuntimeError("the disk is gone")
        return now + self.rest


@pytest.fixture
def clock() -> TwoHands:
    return TwoHands()


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def rounds(clock: TwoHands, metrics: Metrics) -> Rounds:
    return Rounds(clock, metrics)


def test_each_job_is_called_when_it_said(rounds: Rounds, clock: TwoHands) -> None:
    often, seldom = Job(rest=2.0), Job(rest=5.0)
    rounds.add("often", often.step)
    rounds.add("seldom", seldom.step)
    assert rounds.turn() == 2.0
    clock.pass_(1.0)
    assert rounds.turn() == 1.0
    clock.pass_(1.0)
    assert rounds.turn() == 2.0
    assert (len(often.calls), len(seldom.calls)) == (2, 1)


def test_more_to_do_is_done_at_once_but_in_turn(rounds: Rounds) -> None:
    busy, other = Job(rest=-5.0), Job(rest=0.0)
    rounds.add("busy", busy.step)
    rounds.add("other", other.step)
    assert rounds.turn() == rounds.turn() == 0.0
    assert (len(busy.calls), len(other.calls)) == (2, 2)


def test_a_poke_calls_early_and_only_once(rounds: Rounds) -> None:
    job = Job()
    rounds.add("job", job.step)
    rounds.turn()
    rounds.poke("job")
    rounds.turn()
    rounds.turn()
    assert len(job.calls) == 2
    with pytest.raises(KeyError):
        rounds.poke("nobody")


def test_a_poke_while_the_job_looks_is_not_slept_through(rounds: Rounds) -> None:
    calls = []

    def step(now: float) -> float:
        calls.append(now)
        if len(calls) == 1:
            rounds.poke("job")
        return now + 10

    rounds.add("job", step)
    rounds.turn()
    rounds.turn()
    rounds.turn()
    assert len(calls) == 2


@pytest.mark.parametrize("step_s", [-86_400.0, 86_400.0])
def test_a_wall_clock_that_steps_holds_nothing_up(rounds: Rounds, clock: TwoHands, step_s: float) -> None:
    job = Job()
    rounds.add("job", job.step)
    rounds.turn()
    clock.posix_s += step_s
    clock.since_s += 10.0
    rounds.turn()
    assert len(job.calls) == 2


@pytest.mark.parametrize("rest", [86_400.0, float("inf")])
def test_nobody_rests_too_long(rounds: Rounds, rest: float) -> None:
    rounds.add("job", Job(rest=rest).step)
    assert rounds.turn() == LONGEST_REST_S


def test_an_answer_that_is_no_number_calls_again(rounds: Rounds) -> None:
    rounds.add("job", Job(rest=float("nan")).step)
    assert rounds.turn() == 0.0


def test_a_failing_job_rests_ever_longer_and_harms_no_other(
    rounds: Rounds, clock: TwoHands, metrics: Metrics, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = Job(fails=True), Job(rest=0.5)
    rounds.add("bad", bad.step)
    rounds.add("good", good.step)
    rounds.turn()
    rounds.poke("bad")  # a commit does not shorten the rest
    for seconds in (0.9, 0.1, 1.9, 0.1):
        clock.pass_(seconds)
        rounds.turn()
    assert (len(bad.calls), len(good.calls)) == (3, 3)
    assert "background job 'bad' failed (2 in a row): the disk is gone" in caplog.text
    assert caplog.text.count("Traceback") == 1
    labels = {"job": "bad"}
    assert metrics.registry.get_sample_value("skynet_coordinator_round_failures_in_a_row", labels) == 3
    assert metrics.registry.get_sample_value("skynet_coordinator_rounds_total", labels | {"outcome": "failed"}) == 3
    bad.fails = False
    clock.pass_(4.0)
    rounds.turn()
    assert metrics.registry.get_sample_value("skynet_coordinator_round_failures_in_a_row", labels) == 0
    assert metrics.registry.get_sample_value("skynet_coordinator_rounds_total", labels | {"outcome": "done"}) == 1


def test_a_name_is_given_once(rounds: Rounds) -> None:
    rounds.add("job", Job().step)
    with pytest.raises(ValueError, match="'job'"):
        rounds.add("job", Job().step)


def test_the_thread_wakes_for_a_poke_and_ends_when_told(metrics: Metrics) -> None:
    rounds = Rounds(SystemClock(), metrics)
    called, calls = threading.Semaphore(0), []

    def step(now: float) -> float:
        calls.append(threading.current_thread().name)
        called.release()
        return now + 3600

    rounds.add("job", step)
    rounds.start()
    assert called.acquire(timeout=10)
    rounds.poke("job")
    assert called.acquire(timeout=10)
    rounds.stop()
    rounds.poke("job")
    assert calls == ["rounds"] * 2
    assert "rounds" not in [thread.name for thread in threading.enumerate()]


def test_stopping_waits_for_the_job_at_work(metrics: Metrics) -> None:
    rounds, inside, done = Rounds(SystemClock(), metrics), threading.Event(), []

    def step(now: float) -> float:
        inside.set()
        while not rounds._stopped:
            pass
        done.append(now)
        return now

    rounds.add("job", step)
    rounds.start()
    assert inside.wait(10)
    rounds.stop()
    assert len(done) == 1


def test_the_application_runs_them_while_it_serves(site: Path) -> None:
    app, called = create_app(Settings(site / "data")), threading.Event()

    def step(now: float) -> float:
        called.set()
        return now + 3600

    async def serve() -> None:
        app.state.parts.rounds.add("job", step)
        assert not called.is_set()
        async with app.router.lifespan_context(app):
            assert await asyncio.to_thread(called.wait, 10)

    asyncio.run(serve())
    assert "rounds" not in [thread.name for thread in threading.enumerate()]
