"""Threads here meet at gates (events and barriers), never by the wall clock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import pytest

from skynet.domain import Detections, Frame, SystemClock
from skynet.domain.label import ObjectLabel
from skynet.edge.inference import CameraDetector, InferenceScheduler
from skynet.edge.micro_batch import InferenceClosedError
from skynet.edge.turn_queue import HEAD_START
from skynet.vision import Detector, MotionDetector, StillImage

PATIENCE_S = 20.0


def frame(number: int) -> StillImage:
    return StillImage(np.zeros((8, 8, 3), np.uint8), index=number)


def answer(frame: Frame) -> Detections:
    """Says by its score which frame it belongs to."""
    return Detections.of(np.zeros((1, 4), np.float32), np.array([frame.index], np.float32), [ObjectLabel.CAR])


def number_in(found: Detections) -> int:
    return int(found.scores[0])


class Network:
    """Answers `answer`; each run waits at `gate`. Frames of a negative number are bad."""

    name = "network"
    trusted_score = 0.5

    def __init__(self, batch_limit: int = 1, gate: threading.Event | None = None) -> None:
        self.batch_limit = batch_limit
        self.runs: list[list[int]] = []
        self.threads: list[str] = []
        self.most_at_once = 0
        self.began = threading.Semaphore(0)
        self._gate = gate
        self._at_once = 0
        self._lock = threading.Lock()

    def detect(self, frame: Frame) -> Detections:
        return self.detect_batch([frame])[0]

    def detect_batch(self, frames: Sequence[Frame]) -> list[Detections]:
        with self._lock:
            self.runs.append([one.index for one in frames])
            self.threads.append(threading.current_thread().name)
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        self.began.release()
        try:
            if self._gate:
                assert self._gate.wait(PATIENCE_S)
            if any(one.index < 0 for one in frames):
                raise ValueError("a bad frame")
            return [answer(one) for one in frames]
        finally:
            with self._lock:
                self._at_once -= 1


def until(true: Callable[[], bool]) -> None:
    """Wait for what another thread is about to do."""
    pause = threading.Event()
    for _ in range(int(PATIENCE_S / 0.002)):
        if true():
            return
        pause.wait(0.002)
    pytest.fail("it never came to that")


def scheduler(slots: int = 1, deadline_s: float = 0.02) -> InferenceScheduler:
    return InferenceScheduler(slots=slots, deadline_s=deadline_s, clock=SystemClock())


def camera(scheduler: InferenceScheduler, network: Detector, camera_id: str, *, urgent: bool = False) -> CameraDetector:
    detector = scheduler.detector(network, camera_id)
    assert isinstance(detector, CameraDetector)
    detector.urgent = urgent
    return detector


class Crowd:
    """Callers on threads of their own, one after the other into the queue."""

    def __init__(self, scheduler: InferenceScheduler, network: Network) -> None:
        self.scheduler, self.network = scheduler, network
        self.pool = ThreadPoolExecutor(32)

    def call(self, number: int, *, urgent: bool = False, waits: int | None = None) -> Future[Detections]:
        """`waits`: go on when so many frames wait."""
        detector = camera(self.scheduler, self.network, f"c{number}", urgent=urgent)
        future = self.pool.submit(detector.detect, frame(number))
        if waits is not None:
            until(lambda: self.scheduler.figures.waiting == waits)
        return future


def test_a_caller_runs_the_network_in_its_own_thread() -> None:
    network = Network()
    assert number_in(camera(scheduler(), network, "a").detect(frame(7))) == 7
    assert network.threads == [threading.current_thread().name]


def test_a_motion_detector_is_not_scheduled() -> None:
    motion = MotionDetector()
    assert scheduler().detector(motion, "a") is motion


def test_a_camera_sees_its_detector() -> None:
    face = scheduler().detector(Network(batch_limit=4), "a")
    assert (face.name, face.trusted_score, face.batch_limit) == ("network", 0.5, 4)


def test_no_more_runs_at_once_than_slots() -> None:
    network, pool = Network(), ThreadPoolExecutor(8)
    shared = scheduler(slots=2)
    faces = [camera(shared, network, f"c{number}") for number in range(8)]
    found = list(pool.map(lambda number: number_in(faces[number % 8].detect(frame(number))), range(400)))
    assert found == list(range(400))
    assert network.most_at_once <= 2
    figures = shared.figures
    assert (figures.runs, figures.frames, figures.batches, figures.waiting) == (400, 400, 0, 0)
    assert sum(share.frames for share in figures.by_camera.values()) == 400
    assert figures.longest_wait_s == max(share.longest_wait_s for share in figures.by_camera.values())


def test_a_free_slot_goes_to_who_is_urgent_and_then_to_who_came_first() -> None:
    gate = threading.Event()
    crowd = Crowd(scheduler(), Network(gate=gate))
    calls = [crowd.call(0)]
    assert crowd.network.began.acquire(timeout=PATIENCE_S)
    calls += [crowd.call(number, urgent=number == 3, waits=number) for number in (1, 2, 3)]
    gate.set()
    assert [number_in(call.result(PATIENCE_S)) for call in calls] == [0, 1, 2, 3]
    assert crowd.network.runs == [[0], [3], [1], [2]]


def test_an_error_is_the_callers_and_frees_the_slot() -> None:
    face = camera(scheduler(), Network(), "a")
    with pytest.raises(ValueError, match="a bad frame"):
        face.detect(frame(-1))
    assert number_in(face.detect(frame(1))) == 1


def test_close_turns_away_who_waits_and_lets_end_what_runs() -> None:
    gate = threading.Event()
    crowd = Crowd(scheduler(), Network(gate=gate))
    running = crowd.call(0)
    assert crowd.network.began.acquire(timeout=PATIENCE_S)
    waiting = crowd.call(1, waits=1)
    crowd.scheduler.close()
    with pytest.raises(InferenceClosedError):
        waiting.result(PATIENCE_S)
    gate.set()
    assert number_in(running.result(PATIENCE_S)) == 0
    with pytest.raises(InferenceClosedError):
        camera(crowd.scheduler, crowd.network, "late").detect(frame(2))


def test_frames_that_gather_while_the_network_runs_go_together() -> None:
    gate = threading.Event()
    crowd = Crowd(scheduler(deadline_s=0), Network(batch_limit=4, gate=gate))
    calls = [crowd.call(0)]
    assert crowd.network.began.acquire(timeout=PATIENCE_S)
    calls += [crowd.call(number, waits=number) for number in range(1, 7)]
    gate.set()
    assert [number_in(call.result(PATIENCE_S)) for call in calls] == list(range(7))
    assert crowd.network.runs == [[0], [1, 2, 3, 4], [5, 6]]
    figures = crowd.scheduler.figures
    assert (figures.runs, figures.frames, figures.batches, figures.split) == (3, 7, 2, 0)


def test_a_full_batch_does_not_wait_for_the_deadline() -> None:
    crowd = Crowd(scheduler(deadline_s=3600), Network(batch_limit=3))
    calls = [crowd.call(number) for number in range(3)]
    assert [number_in(call.result(PATIENCE_S)) for call in calls] == [0, 1, 2]
    assert [len(run) for run in crowd.network.runs] == [3]


def test_a_lonely_frame_waits_no_longer_than_the_deadline() -> None:
    assert number_in(camera(scheduler(deadline_s=0.01), Network(batch_limit=8), "a").detect(frame(5))) == 5


def test_a_bad_frame_fails_alone() -> None:
    crowd = Crowd(scheduler(deadline_s=3600), Network(batch_limit=3))
    good, bad, other = crowd.call(1), crowd.call(-1), crowd.call(2)
    with pytest.raises(ValueError, match="a bad frame"):
        bad.result(PATIENCE_S)
    assert (number_in(good.result(PATIENCE_S)), number_in(other.result(PATIENCE_S))) == (1, 2)
    assert crowd.scheduler.figures.split == 1


def test_close_turns_away_a_batch_that_gathers() -> None:
    crowd = Crowd(scheduler(deadline_s=3600), Network(batch_limit=3))
    calls = [crowd.call(number, waits=number + 1) for number in range(2)]
    crowd.scheduler.close()
    for call in calls:
        with pytest.raises(InferenceClosedError):
            call.result(PATIENCE_S)
    assert crowd.network.runs == []


def test_crops_of_one_frame_may_be_more_than_a_batch() -> None:
    network = Network(batch_limit=2)
    found = camera(scheduler(), network, "a").detect_batch([frame(number) for number in range(5)])
    assert [number_in(one) for one in found] == [0, 1, 2, 3, 4]
    assert network.runs == [[0, 1], [2, 3], [4]]


@pytest.mark.parametrize(("batch_limit", "deadline_s"), [(1, 0.0), (4, 0.0), (4, 0.0005)])
def test_no_wake_up_is_lost(batch_limit: int, deadline_s: float) -> None:
    network, pool = Network(batch_limit), ThreadPoolExecutor(12)
    shared = scheduler(slots=3, deadline_s=deadline_s)
    faces = [camera(shared, network, f"c{number}", urgent=number < 4) for number in range(12)]

    def watch(number: int) -> list[int]:
        return [number_in(faces[number].detect(frame(number * 1000 + step))) for step in range(150)]

    for number, found in enumerate(pool.map(watch, range(12), timeout=60)):
        assert found == [number * 1000 + step for step in range(150)]
    assert shared.figures.frames == 12 * 150
    assert shared.figures.waiting == 0


def test_a_quiet_camera_is_passed_by_only_so_often() -> None:
    gate = threading.Event()
    crowd = Crowd(scheduler(), Network(gate=gate))
    calls = [crowd.call(0)]
    assert crowd.network.began.acquire(timeout=PATIENCE_S)
    calls.append(crowd.call(1, waits=1))
    calls += [crowd.call(number, urgent=True, waits=number) for number in range(2, HEAD_START + 10)]
    gate.set()
    for call in calls:
        call.result(PATIENCE_S)
    assert crowd.network.runs.index([1]) == HEAD_START


def test_senseless_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="must not be negative"):
        scheduler(slots=-1)
