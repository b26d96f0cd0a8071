from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from skynet.coordinator.retention import eraser as erasers
from skynet.coordinator.retention.eraser import Eraser
from skynet.domain.retention_plan import DataKind, RetentionPlan
from tests.coordinator.desk_coordinator import DeskCoordinator
from tests.coordinator.sample_alert import alert, png, snapshot_ref
from tests.coordinator.sample_clip import clip

DAY = 86_400.0
CLIP = clip()


class Desk:
    """A coordinator with a retention job that the test calls as time goes by."""

    def __init__(self, coordinator: DeskCoordinator) -> None:
        self.coordinator = coordinator
        self.parts = coordinator.app.state.parts
        files = {DataKind.SNAPSHOTS: self.parts.pictures, DataKind.CLIPS: self.parts.clips}
        plan = RetentionPlan(snapshots=2, clips=3, alerts=5, events=1)
        self.eraser = Eraser(self.parts.database, files, plan, self.parts.metrics)

    def pass_days(self, days: float) -> int:
        """Let time go by and the job do its work; how often it was called until it rested."""
        self.coordinator.clock.posix_s += days * DAY
        now = self.coordinator.clock.wall()
        for calls in range(1, 50):
            if self.eraser.step(now) > now:
                return calls
        raise AssertionError("the job never rests")

    def picture(self, grey: int = 0) -> str:
        sha256, content = png(grey)
        answer = self.coordinator.call("PUT", f"/api/v1/edge/snapshots/{sha256}", "edge", content=content)
        assert answer.status_code in (200, 201), answer.text
        return sha256

    def alert(self, grey: int = 0, **changes: Any) -> str:
        """An alert with a picture and a clip; its id."""
        sha256 = self.picture(grey)
        sent = alert(snapshot=snapshot_ref(sha256, len(png(grey)[1])), **changes)
        self.coordinator.send(sent)
        self.film(sent["id"])
        return str(sent["id"])

    def film(self, alert_id: str) -> int:
        request = {"params": CLIP.query(), "content": CLIP.content, "headers": {"Content-Type": "video/mp4"}}
        return self.coordinator.call("PUT", f"/api/v1/edge/alerts/{alert_id}/clip", "edge", **request).status_code

    def state(self, alert_id: str, grey: int = 0) -> tuple[int, int, int]:
        """What a console gets for the picture, the clip and the alert."""
        paths = (f"snapshots/{png(grey)[0]}", f"alerts/{alert_id}/clip", f"alerts/{alert_id}")
        return tuple(self.coordinator.call("GET", f"/api/v1/{path}", "console").status_code for path in paths)  # type: ignore[return-value]

    def files(self) -> list[str]:
        folder = self.coordinator.site / "data"
        return sorted(
            path.name for kind in ("snapshots", "clips") for path in (folder / kind).rglob("*") if path.is_file()
        )

    def proofs(self) -> list[dict[str, Any]]:
        return [entry for entry in self.coordinator.audit() if entry["action"] == "retention.erased"]

    def hold(self, **what: Any) -> str:
        body = {"case_number": "A-17", "authority": "庐公(2026)3号"} | what
        answer = self.coordinator.call("POST", "/api/v1/legal-holds", "admin", json=body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])


def fails(sha256: str) -> None:
    raise OSError("the disk is away")


@pytest.fixture
def desk(coordinator: DeskCoordinator) -> Desk:
    return Desk(coordinator)


def test_each_kind_goes_in_its_time_and_leaves_proof(desk: Desk) -> None:
    alert_id = desk.alert()
    assert desk.state(alert_id) == (200, 200, 200)
    desk.pass_days(1.9)
    assert desk.state(alert_id) == (200, 200, 200)
    desk.pass_days(0.2)
    assert desk.state(alert_id) == (410, 200, 200)
    assert desk.files() == [CLIP.sha256]
    desk.pass_days(1)
    assert desk.state(alert_id) == (410, 410, 200)
    record = desk.coordinator.call("GET", f"/api/v1/alerts/{alert_id}", "console").json()
    assert record["clip"] is None
    desk.pass_days(2)
    assert desk.state(alert_id) == (404, 404, 404)
    assert desk.files() == []
    proofs = [(entry["subject"], entry["detail"]["count"]) for entry in desk.proofs()]
    assert proofs == [("events", 1), ("snapshots", 1), ("clips", 1), ("alerts", 1)]
    line = f"{CLIP.sha256} {CLIP.sha256}\n"
    (of_clips,) = [entry for entry in desk.proofs() if entry["subject"] == "clips"]
    assert of_clips["detail"]["digest"] == hashlib.sha256(line.encode()).hexdigest()


def test_an_alert_takes_its_pictures_along_unless_another_names_them(desk: Desk) -> None:
    desk.eraser = Eraser(
        desk.parts.database,
        {DataKind.SNAPSHOTS: desk.parts.pictures, DataKind.CLIPS: desk.parts.clips},
        RetentionPlan(snapshots=5, clips=5, alerts=5),
        desk.parts.metrics,
    )
    desk.alert()
    desk.coordinator.clock.posix_s += 3 * DAY
    later = desk.alert()
    desk.pass_days(2.1)
    assert desk.state(later)[2] == 200
    desk.pass_days(3)
    assert desk.state(later) == (404, 404, 404)
    assert desk.files() == []


@pytest.mark.parametrize("by", ["id", "span"])
def test_a_case_holds_back_what_it_names(desk: Desk, by: str) -> None:
    held = desk.alert(1, camera_id="held-1")
    other = desk.alert(2, camera_id="other-1")
    span = {"camera_id": "held-1", "since": "2026-02-01T08:00:00Z", "until": "2026-02-01T08:00:01Z"}
    hold_id = desk.hold(alert_ids=[held]) if by == "id" else desk.hold(spans=[span])
    desk.pass_days(40)
    assert desk.state(held, 1) == (200, 200, 200)
    assert desk.state(other, 2) == (404, 404, 404)
    for _ in range(2):
        answer = desk.coordinator.call("POST", f"/api/v1/legal-holds/{hold_id}/release", "admin")
        assert answer.json()["released_at"] is not None
    desk.pass_days(1)
    assert desk.state(held, 1) == (404, 404, 404)
    actions = [entry["action"] for entry in desk.coordinator.audit()]
    assert (actions.count("hold.placed"), actions.count("hold.released")) == (1, 1)


def test_a_hold_names_alerts_that_are_there(desk: Desk) -> None:
    body = {"case_number": "A", "authority": "B", "alert_ids": ["01a20a5a-0c2d-76f7-8746-32963d7e64b8"]}
    answer = desk.coordinator.call("POST", "/api/v1/legal-holds", "admin", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "alert_ids")
    assert desk.coordinator.call("POST", f"/api/v1/legal-holds/{'0' * 36}/release", "admin").status_code == 404


def test_long_work_is_done_in_batches(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasers, "BATCH", 3)
    desk.coordinator.send(*(alert() for _ in range(10)))
    assert desk.pass_days(6) == 4
    counts = [entry["detail"]["count"] for entry in desk.proofs() if entry["subject"] == "alerts"]
    assert counts == [3, 3, 3, 1]
    with desk.parts.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM alerts").scalar_one() == 0
        assert connection.exec_driver_sql("SELECT count(*) FROM events").scalar_one() == 0


def test_a_file_that_could_not_be_removed_goes_the_next_time(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.alert()

    with monkeypatch.context() as patch:
        patch.setattr(desk.parts.pictures, "remove", fails)
        with pytest.raises(OSError, match="the disk is away"):
            desk.pass_days(2.5)
    assert len(desk.files()) == 2
    desk.pass_days(0)
    assert desk.files() == [CLIP.sha256]


def test_what_is_brought_again_stays(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    alert_id = desk.alert()
    with monkeypatch.context() as patch:
        patch.setattr(desk.parts.pictures, "remove", fails)
        with pytest.raises(OSError, match="the disk is away"):
            desk.pass_days(2.5)
    assert desk.state(alert_id)[0] == 410
    assert desk.picture() == png()[0]
    desk.pass_days(0)
    assert desk.state(alert_id)[0] == 200
    desk.pass_days(1)
    assert desk.state(alert_id)[1] == 410
    assert desk.film(desk.alert()) == 200
    assert desk.state(alert_id)[:2] == (200, 200)


def test_a_clock_that_is_set_back_deletes_nothing_early(desk: Desk) -> None:
    alert_id = desk.alert()
    desk.pass_days(1)
    desk.pass_days(-1)
    desk.pass_days(1)
    assert desk.state(alert_id) == (200, 200, 200)


def test_the_plan_is_shown(coordinator: DeskCoordinator) -> None:
    answer = coordinator.call("GET", "/api/v1/retention", "console")
    assert answer.json() == {"snapshots": 30, "clips": 30, "alerts": 180, "events": 30}


def test_a_running_coordinator_makes_its_rounds(site: Path) -> None:
    with DeskCoordinator(site) as coordinator:
        coordinator.send(alert())
        coordinator.clock.posix_s += 181 * DAY
        coordinator.app.state.parts.rounds.turn()
        assert coordinator.call("GET", "/api/v1/alerts", "console").json()["items"] == []
