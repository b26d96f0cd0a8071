"""Frames of several cameras in one run of a network, without a thread of its own.

Callers put their frames into one queue and wait. One of them leads: it waits until the queue holds a full batch or the
oldest frame has waited long enough, runs the network for all and hands out the answers. While it runs, the next batch
gathers, and is led by one of those who wait in it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass

from skynet.domain import Clock, Detections, Frame
from skynet.edge.inference_figures import InferenceTally
from skynet.edge.turn_queue import TurnQueue
from skynet.vision import Detector

log = logging.getLogger(__name__)


class InferenceClosedError(RuntimeError):
    """No more frames are looked at: the box is shutting down."""


@dataclass(slots=True, eq=False)
class _Job:
    frame: Frame
    came_at: float
    began_at: float | None = None
    answer: Detections | None = None
    alone: bool = False
    """The batch failed: the caller runs its frame itself, so that only the frame at fault fails."""

    @property
    def over(self) -> bool:
        return self.answer is not None or self.alone


class MicroBatcher:
    """Batches for one detector, at most its `batch_limit` frames each, gathered for at most `deadline_s`."""

    def __init__(self, inner: Detector, deadline_s: float, clock: Clock, tally: InferenceTally) -> None:
        self._inner = inner
        self._deadline_s = deadline_s
        self._clock = clock
        self._tally = tally
        self._changed = threading.Condition()
        self._queue: TurnQueue[_Job] = TurnQueue()
        self._led = False
        self._closed = False

    @property
    def waiting(self) -> int:
        """Frames that are in no run yet."""
        return len(self._queue)

    def detect(self, frames: Sequence[Frame], camera_id: str, *, urgent: bool) -> list[Detections]:
        """The objects of each of `frames`. Raises InferenceClosedError, and what the detector raises."""
        jobs = [_Job(frame, self._clock.monotonic()) for frame in frames]
        with self._changed:
            if self._closed:
                raise InferenceClosedError("the inference scheduler is closed")
            for job in jobs:
                self._queue.join(job, urgent=urgent)
            self._changed.notify_all()
            while not all(job.over for job in jobs):
                if self._closed and any(job.began_at is None for job in jobs):
                    raise InferenceClosedError("the inference scheduler is closed")
                if self._led:
                    self._changed.wait()
                else:
                    self._lead()
        for job in jobs:
            self._tally.waited(camera_id, (job.began_at or job.came_at) - job.came_at)
        return [self._run_alone(job.frame) if job.answer is None else job.answer for job in jobs]

    def close(self) -> None:
        """Turn away the frames that are in no run yet."""
        with self._changed:
            self._closed = True
            self._queue.clear()
            self._changed.notify_all()

    def _lead(self) -> None:
        """Gather one batch and run it. Lock held, except while the network runs."""
        self._led = True
        try:
            jobs = self._gather()
            if not jobs:
                return
            answers: Sequence[Detections | None] = [None] * len(jobs)
            self._changed.release()
            try:
                answers = self._run(jobs)
            finally:
                self._changed.acquire()
                for job, answer in zip(jobs, answers, strict=True):
                    job.answer, job.alone = answer, answer is None
        finally:
            self._led = False
            self._changed.notify_all()

    def _gather(self) -> list[_Job]:
        """The next batch; none when closed meanwhile. Lock held."""
        began_at = self._clock.monotonic()
        while not self._closed and 0 < len(self._queue) < self._inner.batch_limit:
            left_s = self._deadline_s - (self._clock.monotonic() - began_at)
            if left_s <= 0:
                break
            self._changed.wait(left_s)
        jobs = [self._queue.next() for _ in range(min(len(self._queue), self._inner.batch_limit))]
        now = self._clock.monotonic()
        for job in jobs:
            job.began_at = now
        return jobs

    def _run(self, jobs: Sequence[_Job]) -> Sequence[Detections | None]:
        """An answer for each, or None for all when the run failed."""
        began_at = self._clock.monotonic()
        try:
            answers = self._inner.detect_batch([job.frame for job in jobs])
        except Exception as error:  # noqa: BLE001 - whatever one camera's frame does, the others' must not fail by it
            self._tally.ran(len(jobs), self._clock.monotonic() - began_at, split=True)
            log.warning("a batch of %d frames failed and is done frame by frame: %s", len(jobs), error)
            return [None] * len(jobs)
        self._tally.ran(len(jobs), self._clock.monotonic() - began_at)
        return answers

    def _run_alone(self, frame: Frame) -> Detections:
        began_at = self._clock.monotonic()
        try:
            return self._inner.detect(frame)
        finally:
            self._tally.ran(1, self._clock.monotonic() - began_at)
