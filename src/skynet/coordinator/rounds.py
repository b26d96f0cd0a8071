"""Background work of the coordinator: named jobs, called one after another by one thread whenever they are due.

Invariants
- A job is a function of the wall clock that does a bounded part of what is due and returns when it wants to be called
  next (POSIX seconds; the past means at once, after the others had their turn).
- Waiting is measured on the monotonic clock and lasts at most `LONGEST_REST_S`, so a wall clock that is set back by a
  day holds nothing up for longer than that. A job must bear being called early.
- A job that fails is logged, counted and called again after a rest that doubles; it never stops the others.
- That work is done once, however many coordinators run, is the job's own affair: it claims rows in its transaction.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from skynet.coordinator.metrics import Metrics
from skynet.domain.clock import Clock

LONGEST_REST_S = 60.0
FIRST_BACKOFF_S = 1.0
STOP_PATIENCE_S = 10.0

Step = Callable[[float], float]
"""Does what is due at a POSIX time; when to be called next."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Job:
    name: str
    step: Step
    due: float
    """On the monotonic clock."""
    poked: bool = False
    failures: int = 0
    """In a row."""


class Rounds:
    """`add` before `start`; `poke` from any thread at any time; after `stop` no job runs any more."""

    def __init__(self, clock: Clock, metrics: Metrics) -> None:
        self._clock = clock
        self._metrics = metrics
        self._news = threading.Condition()
        self._jobs: dict[str, _Job] = {}
        self._stopped = False
        self._thread: threading.Thread | None = None

    def add(self, name: str, step: Step) -> None:
        """A job, due at once. Raises ValueError for a name that is taken."""
        if name in self._jobs:
            raise ValueError(f"a job '{name}' is there already")
        self._jobs[name] = _Job(name, step, self._clock.monotonic())
        self._metrics.round_failures.labels(name).set(0)

    def poke(self, name: str) -> None:
        """Have the job called soon: something was committed that may be work for it. Raises KeyError for no job."""
        with self._news:
            self._jobs[name].poked = True
            self._news.notify()

    def start(self) -> None:
        """Begin the rounds in a thread of their own."""
        self._thread = threading.Thread(target=self._run, name="rounds", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Let the job at work finish, and end. Blocks, but no longer than `STOP_PATIENCE_S`."""
        with self._news:
            self._stopped = True
            self._news.notify()
        if self._thread is None:
            return
        self._thread.join(STOP_PATIENCE_S)
        if self._thread.is_alive():
            log.error("a background job did not end within %.0f s; it is left behind", STOP_PATIENCE_S)

    def turn(self) -> float:
        """Call every job that is due or poked once; seconds until the next one is due."""
        for job in self._jobs.values():
            if self._stopped:
                break
            if self._claim(job):
                self._call(job)
        if not self._jobs:
            return LONGEST_REST_S
        return max(0.0, min(job.due for job in self._jobs.values()) - self._clock.monotonic())

    def _claim(self, job: _Job) -> bool:
        # A poke is forgotten before the step looks, never after: what comes while it looks is not slept through.
        with self._news:
            poked, job.poked = job.poked, False
        # One that fails keeps its rest, whatever is committed meanwhile.
        return job.due <= self._clock.monotonic() or (poked and not job.failures)

    def _call(self, job: _Job) -> None:
        now = self._clock.wall()
        try:
            rest = job.step(now) - now
        except Exception as error:  # the top of the worker's loop
            job.failures += 1
            rest = FIRST_BACKOFF_S * 2.0 ** min(job.failures - 1, 10)
            # An outage of a night is one traceback, not a thousand.
            log.error(
                "background job '%s' failed (%d in a row): %s",
                job.name,
                job.failures,
                error,
                exc_info=error if job.failures == 1 else None,
            )
        else:
            job.failures = 0
        outcome = "failed" if job.failures else "done"
        self._metrics.rounds.labels(job.name, outcome).inc()
        self._metrics.round_failures.labels(job.name).set(job.failures)
        if not rest >= 0:  # the past, or no number
            rest = 0.0
        job.due = self._clock.monotonic() + min(rest, LONGEST_REST_S)

    def _run(self) -> None:
        while not self._stopped:
            rest = self.turn()
            with self._news:
                if not self._stopped and not any(job.poked and not job.failures for job in self._jobs.values()):
                    self._news.wait(rest)
