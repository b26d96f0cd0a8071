"""What may go wrong while a camera sleeps, is looked at, wakes or is checked: nothing may leave it asleep for ever."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from skynet.domain import CameraState, Frame
from skynet.edge.pipeline import Analysis, CameraPipeline
from skynet.media import KeyframeDecoder, PacketRing, SourceError
from tests.array_frame import ArrayFrame
from tests.edge.fault_stand import BEGAN, FaultStand
from tests.edge.scripted_source import SILENCE
from tests.edge.street_clip import ENTERS_S, LEAVES_S, SECONDS, Piece, later, street
from tests.edge.test_pipeline import DrivenCar, drive, pipeline


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[FaultStand]:
    one = FaultStand(tmp_path)
    yield one
    one.stop()


def test_keyframes_ten_seconds_apart_are_said_to_be_too_far_and_all_is_decoded(stand: FaultStand) -> None:
    run = [
        *street(gop=100, seconds=10),
        *later(street(gop=100, seconds=10), 10),
        *later(street(gop=100, seconds=10), 20),
    ]
    camera = stand.watch("gate", "auto", run)
    stand.finish(camera)
    gate = camera.status.health().gate
    assert gate is not None
    assert (gate.awake, gate.trusted) == (True, False)
    assert gate.reason == "its keyframes are 10 s apart and the sizes of its packets tell nothing"
    for began_s in (0, 10, 20):
        assert camera.alerted_between(began_s + ENTERS_S, began_s + LEAVES_S + 1)


def test_a_keyframe_that_is_broken_when_it_should_wake_costs_no_crossing(stand: FaultStand) -> None:
    broken = [
        replace(piece, data=bytes(range(256)) * 8) if piece.is_keyframe and piece.dts == ENTERS_S else piece
        for piece in street()
    ]
    camera = stand.watch("gate", "auto", [*street(), *later(street(moves=False), SECONDS), *later(broken, 2 * SECONDS)])
    stand.finish(camera)
    assert camera.counts()["decode_errors"] >= 1
    assert camera.alerted_between(2 * SECONDS + ENTERS_S, 2 * SECONDS + LEAVES_S + 1)


def test_keyframes_that_cannot_be_decoded_alone_do_not_leave_it_blind(
    stand: FaultStand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(KeyframeDecoder, "_picture", lambda self, context, packet: None)
    camera = stand.watch("gate", "auto", [*street(), *later(street(), SECONDS)])
    stand.finish(camera)
    assert camera.alerted_between(ENTERS_S, LEAVES_S + 1)
    assert camera.alerted_between(SECONDS + ENTERS_S, SECONDS + LEAVES_S + 1)
    assert camera.counts()["decode_errors"] >= 3


def test_what_the_ring_gives_up_while_it_is_caught_up_with_is_counted(stand: FaultStand) -> None:
    run = [*street(), *later(street(), SECONDS), *later(street(), 2 * SECONDS)]
    flood = (SECONDS - 1, 2 * SECONDS)
    camera = stand.watch("gate", "auto", run, ring=PacketRing(32 << 20, 2.5), flood=flood)
    stand.finish(camera)
    counts = camera.counts()
    assert counts["frames_dropped"] > 0
    assert counts["restarts"] == counts["decode_errors"] == 0
    assert camera.alerted_between(2 * SECONDS + ENTERS_S, 2 * SECONDS + LEAVES_S + 1)
    assert camera.ring.held_seconds <= 2.5


def test_a_self_check_across_a_reconnect_ends_and_sleep_goes_on(
    stand: FaultStand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("skynet.edge.self_check.FIRST_AFTER_S", 3.0)
    gone = SourceError(CameraState.UNREACHABLE, "the connection broke")
    empty: list[Piece] = [piece for piece in street(moves=False, seconds=12) if piece.comes_s < 10.5]
    again = later(street("libx265", (400, 300)), 30.0)
    camera = stand.watch("gate", "auto", [*empty, gone], [*later(empty, 15.0), gone], [*again])
    stand.finish(camera)
    counts, gate = camera.counts(), camera.status.health().gate
    assert (counts["reconnects"], counts["restarts"], counts["decode_errors"]) == (2, 0, 0)
    assert gate is not None
    assert gate.checks >= 2
    assert camera.alerted_between(30 + ENTERS_S, 30 + LEAVES_S + 1)


def test_a_picture_that_breaks_the_analysis_breaks_it_once(stand: FaultStand, monkeypatch: pytest.MonkeyPatch) -> None:
    """The watch that is made anew must not go back to it in the ring, nor raise again what was raised before."""
    process = CameraPipeline.process

    def fragile(self: CameraPipeline, frame: Frame, **options: Any) -> Analysis:
        if abs(frame.captured_at - BEGAN - 6.6) < 0.05:
            raise ZeroDivisionError("a picture that nobody thought of")
        return process(self, frame, **options)

    monkeypatch.setattr(CameraPipeline, "process", fragile)
    camera = stand.watch("gate", "auto", [*street(), *later(street(), SECONDS)], analysis_fps=10)
    stand.finish(camera)
    assert camera.counts()["restarts"] == 1
    assert len(camera.alerts) == 2
    assert camera.alerted_between(SECONDS + ENTERS_S, SECONDS + LEAVES_S + 1)


def test_a_stream_that_stalls_is_given_up_and_comes_back(stand: FaultStand) -> None:
    camera = stand.watch("gate", "auto", [*street(), SILENCE], [*later(street(), 20.0)], timeout_s=0.5)
    states = set()

    def came_back() -> bool:
        camera.worker.watch()
        states.add(camera.status.state)
        return camera.source.opened == 2

    stand.until(came_back)
    stand.finish(camera)
    assert CameraState.STALLED in states
    assert camera.counts()["reconnects"] == 1
    assert camera.alerted_between(20 + ENTERS_S, 20 + LEAVES_S + 1)


def test_pictures_without_a_keyframe_are_called_by_their_name(stand: FaultStand) -> None:
    headless = [piece for piece in street() if not piece.is_keyframe]
    camera = stand.watch("gate", "auto", [*headless, SILENCE], [*later(street(), 20.0)], timeout_s=0.5)

    def said_so() -> bool:
        camera.worker.watch()
        return camera.status.state is CameraState.STALLED

    stand.until(said_so)
    assert "no keyframe" in camera.status.health().detail
    assert camera.counts()["decode_errors"] == len(headless)
    camera.source.close()
    stand.finish(camera)
    assert camera.status.state is CameraState.LIVE


def test_an_object_is_not_held_over_a_leap_of_years() -> None:
    """A box begins in 1970; when its clock is set, a parked car must not be counted second by second."""
    camera = pipeline(DrivenCar())
    drive(camera, 20)
    later_by_years = ArrayFrame(np.full((360, 640, 3), 90, np.uint8), 1_800_000_000 + 56 * 3.2e7, 21)
    assert len(camera.hold(later_by_years).observations.objects) == 1
