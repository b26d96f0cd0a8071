"""One inference scheduler a box: few places for networks to run, many cameras that want one.

No thread of its own. On a CPU a caller waits for one of `slots` and then runs the network itself; a slot that comes
free is handed to the next in the queue, never to a newcomer. Detectors that gain by batches gather the frames of
several callers (`micro_batch`). Detectors that remember their scene are not shared and not scheduled.

Callable from any thread; whoever calls is blocked until its answer is there.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from skynet.domain import Clock, Detections, Frame
from skynet.edge.inference_figures import InferenceFigures, InferenceTally
from skynet.edge.micro_batch import InferenceClosedError, MicroBatcher
from skynet.edge.turn_queue import TurnQueue
from skynet.vision import Detector, MotionDetector


class _Turn:
    """A caller's place in the queue."""

    def __init__(self) -> None:
        self.called = threading.Event()
        self.granted = False


class InferenceScheduler:
    """`slots` runs at once for detectors without batches (0: as many as there are cores); others gather frames of
    several cameras for at most `deadline_s`. Raises ValueError when a number makes no sense."""

    def __init__(self, *, slots: int = 0, deadline_s: float = 0.02, clock: Clock) -> None:
        if slots < 0 or deadline_s < 0:
            raise ValueError(f"slots and deadline_s must not be negative, they are {slots} and {deadline_s}")
        self.slots = slots or len(os.sched_getaffinity(0))
        self._deadline_s = deadline_s
        self._clock = clock
        self._lock = threading.Lock()
        self._free = self.slots
        self._turns: TurnQueue[_Turn] = TurnQueue()
        self._batchers: dict[Detector, MicroBatcher] = {}
        self._tally = InferenceTally()
        self._closed = False

    def detector(self, inner: Detector, camera_id: str) -> Detector:
        """`inner` for one camera: a `CameraDetector`, or `inner` itself where it remembers its scene."""
        if isinstance(inner, MotionDetector):
            return inner
        return CameraDetector(self, inner, camera_id)

    @property
    def figures(self) -> InferenceFigures:
        with self._lock:
            waiting = len(self._turns) + sum(batcher.waiting for batcher in self._batchers.values())
        return self._tally.figures(waiting)

    def detect(self, inner: Detector, frames: Sequence[Frame], camera_id: str, *, urgent: bool) -> list[Detections]:
        """What `inner` sees in each of `frames`, when their turn comes.

        Raises InferenceClosedError after `close`, and what `inner` raises for one of these frames.
        """
        if inner.batch_limit > 1:
            return self._batcher(inner).detect(frames, camera_id, urgent=urgent)
        answers = []
        for frame in frames:
            with self._turn(camera_id, urgent):
                answers.append(inner.detect(frame))
        return answers

    def close(self) -> None:
        """Turn away everybody who waits and whoever comes later; runs under way end as always."""
        with self._lock:
            self._closed = True
            turned_away = self._turns.clear()
            batchers = list(self._batchers.values())
        for turn in turned_away:
            turn.called.set()
        for batcher in batchers:
            batcher.close()

    def _batcher(self, inner: Detector) -> MicroBatcher:
        with self._lock:
            self._check_open()
            if inner not in self._batchers:
                self._batchers[inner] = MicroBatcher(inner, self._deadline_s, self._clock, self._tally)
            return self._batchers[inner]

    @contextmanager
    def _turn(self, camera_id: str, urgent: bool) -> Iterator[None]:
        """Hold one of the slots."""
        came_at = self._clock.monotonic()
        turn = self._take_or_queue(urgent)
        if turn:
            turn.called.wait()
            if not turn.granted:
                raise InferenceClosedError("the inference scheduler is closed")
        began_at = self._clock.monotonic()
        try:
            yield
        finally:
            self._pass_on()
            self._tally.waited(camera_id, began_at - came_at)
            self._tally.ran(1, self._clock.monotonic() - began_at)

    def _take_or_queue(self, urgent: bool) -> _Turn | None:
        """None when a slot has been taken, else the place in the queue."""
        with self._lock:
            self._check_open()
            if self._free:
                self._free -= 1
                return None
            turn = _Turn()
            self._turns.join(turn, urgent=urgent)
            return turn

    def _pass_on(self) -> None:
        """Hand the slot that came free to the next in the queue."""
        with self._lock:
            if not len(self._turns):
                self._free += 1
                return
            turn = self._turns.next()
            turn.granted = True
        turn.called.set()

    def _check_open(self) -> None:
        """Lock held."""
        if self._closed:
            raise InferenceClosedError("the inference scheduler is closed")


class CameraDetector:
    """A shared detector as one camera sees it: a `Detector` whose frames wait for their turn.

    `urgent` while the camera follows an object: its frames then go before those of quiet cameras.
    """

    def __init__(self, scheduler: InferenceScheduler, inner: Detector, camera_id: str) -> None:
        self._scheduler = scheduler
        self._inner = inner
        self._camera_id = camera_id
        self.urgent = False

    @property
    def name(self) -> str:
        return self._inner.name

    @property
    def trusted_score(self) -> float:
        return self._inner.trusted_score

    @property
    def batch_limit(self) -> int:
        return self._inner.batch_limit

    def detect(self, frame: Frame) -> Detections:
        return self.detect_batch([frame])[0]

    def detect_batch(self, frames: Sequence[Frame]) -> list[Detections]:
        return self._scheduler.detect(self._inner, frames, self._camera_id, urgent=self.urgent)
