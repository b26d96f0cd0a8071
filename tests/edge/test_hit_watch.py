"""A car drives past a box that looks for it: one alert, with its picture, its entry and how sure it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from skynet.domain import Alert, AlertKind, PlateKind, PlateRead, RuleSet, SystemClock
from skynet.edge.hot_list_desk import HotListDesk
from skynet.edge.issues import Issues
from skynet.edge.pipeline import CameraPipeline, ClipRoll, PendingAlert
from skynet.edge.plate_desk import InlinePlates
from tests.array_frame import ArrayFrame
from tests.edge.hot_lists import row, write_list
from tests.edge.test_pipeline import DrivenCar

NOW = SystemClock().wall()


class OneText:
    """A reader that reads the same of every vehicle, as surely as it is told, and nothing any more after `times`."""

    name = "one"

    def __init__(
        self, text: str, confidence: float = 0.97, characters: tuple[float, ...] = (), times: int = 99
    ) -> None:
        self._read = (text, confidence, characters)
        self._left = times

    def read(self, image: np.ndarray, *, crop: bool = False) -> list[PlateRead]:
        self._left -= 1
        if self._left < 0:
            return []
        text, confidence, characters = self._read
        corners = ((10.0, 10.0), (70.0, 10.0), (70.0, 30.0), (10.0, 30.0))
        kind = PlateKind.BLUE
        return [PlateRead(text=text, kind=kind, confidence=confidence, corners=corners, characters=characters)]


def camera(tmp_path: Path, reader: OneText, *rows: str) -> tuple[CameraPipeline, HotListDesk]:
    desk = HotListDesk(write_list(tmp_path / "list.csv", *rows), SystemClock(), Issues())
    pipeline = CameraPipeline(
        box_id="box-1",
        camera_id="gate-3",
        rules=RuleSet(),
        detector=DrivenCar(),
        clock=SystemClock(),
        plates=InlinePlates(reader),
        listed=desk.camera("gate-3", "school"),
        clips=ClipRoll(10, 5),
    )
    return pipeline, desk


def drive(pipeline: CameraPipeline, frames: int = 60) -> list[PendingAlert]:
    """The car is in the first 28 frames; then its track ends."""
    picture = np.full((360, 640, 3), 90, np.uint8)
    raised = []
    for number in range(frames):
        raised += pipeline.process(ArrayFrame(picture, NOW + number * 0.2, number)).alerts
    return raised


def alerts(pipeline: CameraPipeline) -> list[Alert]:
    return [pending.alert for pending in drive(pipeline)]


def test_a_listed_car_raises_one_alert_with_all_that_a_dispatcher_needs(tmp_path: Path) -> None:
    pipeline, desk = camera(tmp_path, OneText("皖A12345"), row(), row("浙B54321"))
    (pending,) = drive(pipeline)
    alert = pending.alert
    assert (alert.kind, alert.rule_id, alert.place, alert.severity) == (
        AlertKind.PLATE_HIT,
        "hot-list",
        "school",
        "critical",
    )
    assert alert.plate is not None
    assert alert.plate.text == "皖A12345"
    assert alert.hit is not None
    assert (alert.hit.certainty, alert.hit.confirmation_required, alert.hit.entry.case_number) == ("exact", False, "A1")
    assert alert.snapshot is not None
    assert pending.snapshot is not None
    assert alert.clip is not None
    figures = desk.figures()
    assert (figures["reads"], figures["exact"], figures["possible"]) == (1, 1, 0)


def test_a_confusable_plate_raises_a_possible_hit_that_requires_confirmation(tmp_path: Path) -> None:
    pipeline, _ = camera(tmp_path, OneText("皖A1234S"), row())
    (alert,) = alerts(pipeline)
    assert alert.hit is not None
    assert alert.hit.confirmation_required
    assert not alert.hit.may_dispatch(confirmed=False)
    assert '"confirmation_required":true' in alert.model_dump_json()


def test_where_the_listed_plate_is_read_surely_its_neighbours_are_not_told(tmp_path: Path) -> None:
    pipeline, _ = camera(tmp_path, OneText("皖A12345"), row("皖A1234S"), row("皖A12345"), row("皖A1Z345"))
    found = [alert.hit.entry.plate for alert in alerts(pipeline) if alert.hit]
    assert found == ["皖A12345"]


def test_a_vehicle_that_is_sought_in_two_cases_raises_an_alert_for_each(tmp_path: Path) -> None:
    pipeline, _ = camera(tmp_path, OneText("皖A12345"), row(), row(case_number="A2", priority="low"))
    assert sorted(alert.hit.entry.case_number for alert in alerts(pipeline) if alert.hit) == ["A1", "A2"]


def test_a_doubtful_read_that_nobody_would_show_is_still_compared(tmp_path: Path) -> None:
    sure = (0.97, 0.97, 0.97, 0.5, 0.97, 0.97, 0.97)
    pipeline, _ = camera(tmp_path, OneText("皖A12345", 0.42, sure, times=1), row())
    found = alerts(pipeline)
    assert [alert.hit.certainty for alert in found if alert.hit] == ["possible"]


@pytest.mark.parametrize("frames", [6, 20])
def test_a_track_that_is_still_open_at_the_end_is_asked_about_then(tmp_path: Path, frames: int) -> None:
    pipeline, _ = camera(tmp_path, OneText("皖A12345"), row())
    before = drive(pipeline, frames=frames)
    ending = pipeline.finish()
    assert len(before) + len(ending.alerts) == 1


def test_a_car_that_is_not_listed_is_counted_and_forgotten(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    pipeline, desk = camera(tmp_path, OneText("浙B98765"), row())
    assert alerts(pipeline) == []
    assert desk.figures()["reads"] == 1
    assert "98765" not in caplog.text
    assert not vars(pipeline)["_hits"]._tracks
