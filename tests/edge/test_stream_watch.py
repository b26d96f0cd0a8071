from __future__ import annotations

import pytest

from skynet.domain import Camera, CameraState
from skynet.domain.camera_assignment import DeclaredStream
from skynet.domain.camera_fault import CameraFaultKind as Kind
from skynet.edge.camera_faults import CameraFaults
from skynet.edge.camera_status import CameraStatus
from skynet.edge.picture_health_config import PictureHealthConfig
from skynet.edge.stream_watch import StreamWatch
from tests.media.clips import StillClock

CAMERA = Camera(id="gate", name="Gate", site="school")
DECLARED = DeclaredStream(width=1920, height=1080, fps=25)


class Stand:
    def __init__(self, declared: DeclaredStream | None = DECLARED) -> None:
        self.clock = StillClock()
        config = PictureHealthConfig()
        self.status = CameraStatus(CAMERA, self.clock)
        self.faults = CameraFaults("box-1", CAMERA, config, self.clock)
        self.ahead: float | None = None
        self.size: tuple[int, int] | None = (1920, 1080)
        self.watch = StreamWatch(
            self.status, self.faults, config, declared, lambda: self.ahead, lambda: self.size, self.clock
        )
        self.status.become(CameraState.LIVE)

    def play(self, seconds: float, *, fps: float = 25, kbit: float = 2000) -> None:
        """So long of a stream, in steps of a second."""
        for second in range(round(seconds)):
            self.clock.now += 1
            frames = round(fps * (second + 1)) - round(fps * second)
            if frames:
                self.status.count(packets=frames, bytes=round(kbit * 125))
            self.watch.tick()

    @property
    def kinds(self) -> list[Kind]:
        return [fault.kind for fault in self.faults.standing()]

    @property
    def said(self) -> str:
        return self.faults.standing()[0].detail


def test_a_stream_as_it_is_declared_has_no_fault() -> None:
    stand = Stand()
    stand.play(120)
    assert stand.kinds == []


def test_too_few_pictures_are_told_and_end_when_they_come_again() -> None:
    stand = Stand()
    stand.play(60)
    stand.play(40, fps=12.5)
    assert stand.kinds == [Kind.WRONG_RATE]
    assert stand.said.endswith("pictures/s come, 25 are declared")
    stand.play(40)
    assert stand.kinds == []


def test_a_connection_that_was_lost_is_not_a_low_rate() -> None:
    stand = Stand()
    stand.play(60)
    stand.status.become(CameraState.UNREACHABLE, "gone")
    stand.play(60, fps=0)
    stand.status.become(CameraState.LIVE)
    for _ in range(60):
        stand.play(1)
        assert stand.kinds == []


def test_another_size_than_declared_is_told_and_an_unknown_one_is_not() -> None:
    stand = Stand()
    stand.size = (0, 0)
    stand.play(10)
    assert stand.kinds == []
    stand.size = (704, 576)
    stand.play(10)
    assert stand.kinds == [Kind.WRONG_SIZE]
    assert stand.said == "704×576 pixels come, 1920×1080 are declared"


def test_without_a_declaration_any_size_and_rate_are_right() -> None:
    stand = Stand(None)
    stand.size = (704, 576)
    stand.play(60, fps=3)
    assert stand.kinds == []


def test_a_clock_that_is_wrong_is_told_while_it_is() -> None:
    stand = Stand()
    stand.ahead = -1.9
    stand.play(10)
    assert stand.kinds == []
    stand.ahead = -7.25
    stand.play(10)
    assert stand.kinds == [Kind.CLOCK_DRIFT]
    assert "7.2 s behind" in stand.said
    stand.ahead = None  # it does not say any more
    stand.play(10)
    assert stand.kinds == []


def test_a_bitrate_that_collapses_is_told_once_hours_have_been_seen() -> None:
    stand = Stand()
    stand.play(600)
    stand.play(300, kbit=100)
    assert stand.kinds == []  # too little was seen to say
    stand = Stand()
    stand.play(5400, kbit=2000)
    stand.play(200, kbit=200)
    assert stand.kinds == [Kind.LOW_BITRATE]
    assert stand.said == "200 kbit/s, at least 2000 are usual at this hour"
    stand.play(130, kbit=1900)
    assert stand.kinds == []


def test_the_quiet_of_the_night_is_learned_and_no_collapse() -> None:
    stand = Stand()
    stand.play(5400, kbit=2000)
    for kbit in (1500, 1100, 800, 600, 450, 330):  # dusk, over two hours
        stand.play(1200, kbit=kbit)
        assert stand.kinds == []


@pytest.mark.parametrize("fps", [0.0, 25.0])
def test_checks_are_seldom(fps: float) -> None:
    stand = Stand()
    asked: list[int] = []
    stand.watch._size = lambda: asked.append(1) or None  # type: ignore[func-returns-value]
    stand.play(20, fps=fps)
    assert len(asked) == 4
