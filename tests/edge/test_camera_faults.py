from __future__ import annotations

import hashlib
import logging

import numpy as np
import pytest

from skynet.domain import AlertKind, Camera, Severity
from skynet.domain.camera_fault import CameraFaultKind as Kind
from skynet.edge.camera_faults import PICTURE_AWAITED_S, CameraFaults, Finding
from skynet.edge.picture_health_config import PictureHealthConfig
from skynet.edge.pipeline import PendingAlert
from tests.array_frame import ArrayFrame
from tests.media.clips import StillClock

CAMERA = Camera(id="gate", name="Gate", site="school")
JUDGED = frozenset({Kind.COVERED, Kind.BLURRED, Kind.MOVED})
FRAME = ArrayFrame(np.full((90, 160, 3), 90, np.uint8), time_error_s=0.04)


class Stand:
    def __init__(self, **config: object) -> None:
        self.clock = StillClock()
        self.faults = CameraFaults("box-1", CAMERA, PictureHealthConfig.model_validate(config), self.clock)
        self.kept: list[PendingAlert] = []

    def find(self, *kinds: Kind, ago_s: float = 0.0, detail: str = "seen") -> None:
        self.faults.found([Finding(kind, self.clock.now - ago_s, detail) for kind in kinds], JUDGED)

    def wait(self, seconds: float) -> None:
        self.clock.now += seconds
        self.faults.raise_alerts(self.kept.append)


def test_begin_and_end_are_one_line_each_however_often_it_is_seen(caplog: pytest.LogCaptureFixture) -> None:
    stand = Stand()
    with caplog.at_level(logging.INFO):
        stand.find(Kind.COVERED, ago_s=12, detail="60% of the scene's structure is gone")
        stand.find(Kind.COVERED, ago_s=12, detail="61% of the scene's structure is gone")
        assert [fault.kind for fault in stand.faults.standing()] == [Kind.COVERED]
        stand.wait(48)
        stand.find()
    assert caplog.messages == [
        "camera gate: covered: 60% of the scene's structure is gone",
        "camera gate: no longer covered, after 60 s",
    ]
    assert stand.faults.standing() == ()


def test_an_alert_is_raised_once_for_a_spell_when_the_fault_has_stood_for_its_hold() -> None:
    stand = Stand(hold_s={"covered": 60}, severity={"covered": "critical"})
    began = stand.clock.now - 12
    stand.find(Kind.COVERED, ago_s=12)
    stand.faults.show(FRAME)
    stand.wait(47)
    assert stand.kept == []
    stand.wait(1)
    stand.wait(500)
    (pending,) = stand.kept
    alert = pending.alert
    assert (alert.kind, alert.severity, alert.place) == (AlertKind.CAMERA_FAULT, Severity.CRITICAL, "school")
    assert alert.fault is not None
    assert (alert.fault.kind, alert.occurred_at.timestamp(), alert.dwell_s) == (Kind.COVERED, began, 60)
    assert alert.track is None
    assert alert.snapshot is not None
    assert pending.snapshot is not None
    assert hashlib.sha256(pending.snapshot).hexdigest() == alert.snapshot.sha256
    assert alert.time_error_s == 0.04
    stand.find()
    stand.find(Kind.COVERED)
    stand.faults.show(FRAME)
    stand.wait(60)
    assert len(stand.kept) == 2  # another spell


def test_a_fault_that_ends_before_its_hold_raises_nothing() -> None:
    stand = Stand()
    stand.find(Kind.BLURRED)
    stand.faults.show(FRAME)
    stand.wait(200)
    stand.find()
    stand.wait(200)
    assert stand.kept == []


def test_an_alert_waits_a_little_for_a_picture_and_then_goes_without() -> None:
    stand = Stand(hold_s={"covered": 10})
    stand.find(Kind.COVERED)
    stand.wait(10 + PICTURE_AWAITED_S - 1)
    assert stand.kept == []
    stand.wait(1)
    assert [pending.snapshot for pending in stand.kept] == [None]


def test_what_is_ignored_here_is_no_fault_and_checks_mind_their_own_kinds() -> None:
    stand = Stand(ignore=["moved"])
    stand.find(Kind.MOVED, Kind.BLURRED)
    stand.faults.found([Finding(Kind.CLOCK_DRIFT, stand.clock.now, "5 s")], {Kind.CLOCK_DRIFT})
    assert {fault.kind for fault in stand.faults.standing()} == {Kind.BLURRED, Kind.CLOCK_DRIFT}
    stand.find()
    assert [fault.kind for fault in stand.faults.standing()] == [Kind.CLOCK_DRIFT]


def test_the_longest_stands_first_and_long_details_fit_the_report() -> None:
    stand = Stand()
    stand.find(Kind.BLURRED, ago_s=5)
    stand.faults.found([Finding(Kind.LOW_BITRATE, stand.clock.now - 50, "x" * 999)], {Kind.LOW_BITRATE})
    assert [fault.kind for fault in stand.faults.standing()] == [Kind.LOW_BITRATE, Kind.BLURRED]
    assert len(stand.faults.standing()[0].detail) == 200
