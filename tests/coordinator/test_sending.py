from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from skynet.coordinator.dispatch.arrival import ArrivalRule, judge
from skynet.coordinator.retention.eraser import Eraser
from skynet.coordinator.storage.unit_position_rows import Fix
from skynet.domain.geo_position import GeoPosition
from skynet.domain.retention_plan import DataKind, RetentionPlan
from skynet.domain.unit_assignment import AssignmentState, UnitStep
from tests.coordinator.desk_coordinator import DeskCoordinator
from tests.coordinator.sample_alert import alert
from tests.coordinator.sample_registry import camera, put_camera, put_site, site
from tests.coordinator.sample_units import HOME, fix, north_of, on_duty, report, set_status
from tests.domain.sample_hit import PLATE, hit


@pytest.fixture
def alert_id(coordinator: DeskCoordinator) -> str:
    """An acknowledged alert of a camera at HOME."""
    assert put_site(coordinator, site()).status_code == 201
    assert put_camera(coordinator, camera()).status_code == 201
    sent = alert()
    coordinator.send(sent)
    acknowledge(coordinator, sent["id"])
    return str(sent["id"])


def acknowledge(coordinator: DeskCoordinator, alert_id: str) -> None:
    path = f"/api/v1/alerts/{alert_id}/acknowledge"
    answer = coordinator.call("POST", path, "console", json={"operator": "王警官"}, headers={"If-Match": '"1"'})
    assert answer.status_code == 200, answer.text


def send(coordinator: DeskCoordinator, alert_id: str, unit_id: str = "car-7", if_match: str = "*") -> Any:
    path = f"/api/v1/units/{unit_id}/assignments"
    body = {"alert_id": alert_id, "note": "小心"}
    return coordinator.call("POST", path, "console", json=body, headers={"If-Match": if_match})


def step(coordinator: DeskCoordinator, alert_id: str, word: str, scope: str = "car-7") -> Any:
    path = f"/api/v1/units/car-7/assignments/{alert_id}/step"
    return coordinator.call("POST", path, scope, json={"step": word})


def feed(coordinator: DeskCoordinator, known: int | None = None, unit_id: str = "car-7") -> Any:
    query = "" if known is None else f"?known={known}"
    return coordinator.call("GET", f"/api/v1/units/{unit_id}/assignments{query}", unit_id)


def status(coordinator: DeskCoordinator) -> str:
    return str(coordinator.call("GET", "/api/v1/units/car-7", "console").json()["status"])


def test_a_unit_is_sent_and_says_how_far_it_has_come(coordinator: DeskCoordinator, alert_id: str) -> None:
    on_duty(coordinator)
    sent = send(coordinator, alert_id)
    assert (sent.status_code, sent.json()["state"], status(coordinator)) == (201, "assigned", "assigned")
    first = feed(coordinator).json()
    (item,) = first["items"]
    assert (item["target"]["latitude"], item["note"], item["alert"]["kind"]) == (HOME[0], "小心", "zone_entry")
    assert feed(coordinator, first["version"]).status_code == 204
    seen = []
    for word in ("accept", "en_route", "on_scene", "done"):
        assert step(coordinator, alert_id, word).status_code == 200
        assert step(coordinator, alert_id, word).status_code == 200  # said twice, done once
        seen.append(status(coordinator))
    assert seen == ["assigned", "en_route", "on_scene", "available"]
    (ended,) = feed(coordinator, first["version"]).json()["items"]
    assert (ended["state"], ended["alert"]) == ("done", None)
    actions = [e["action"] for e in coordinator.audit() if e["subject"] == f"alert:{alert_id}"]
    assert actions[-5:] == [
        "assignment.assigned",
        "assignment.accepted",
        "assignment.en-route",
        "assignment.on-scene",
        "assignment.done",
    ]
    assert step(coordinator, alert_id, "accept").status_code == 409


@pytest.mark.parametrize(("words", "status_code"), [(["done"], 409), (["accept", "accept"], 200), (["on_scene"], 200)])
def test_steps_go_forward_only(coordinator: DeskCoordinator, alert_id: str, words: list[str], status_code: int) -> None:
    on_duty(coordinator)
    send(coordinator, alert_id)
    assert [step(coordinator, alert_id, word).status_code for word in words][-1] == status_code
    step(coordinator, alert_id, "on_scene")
    assert step(coordinator, alert_id, "decline").status_code == 409


def test_a_declined_or_withdrawn_unit_is_free_again(coordinator: DeskCoordinator, alert_id: str) -> None:
    on_duty(coordinator)
    send(coordinator, alert_id)
    assert set_status(coordinator, "car-7", "off_duty").status_code == 409
    step(coordinator, alert_id, "decline")
    assert status(coordinator) == "available"
    send(coordinator, alert_id)
    path = f"/api/v1/units/car-7/assignments/{alert_id}"
    assert coordinator.call("DELETE", path, "console").json()["state"] == "withdrawn"
    assert coordinator.call("DELETE", path, "console").status_code == 409
    assert set_status(coordinator, "car-7", "off_duty").status_code == 200


def test_of_two_dispatchers_at_once_one_sends_the_unit(coordinator: DeskCoordinator, alert_id: str) -> None:
    on_duty(coordinator)
    other = alert()
    coordinator.send(other)
    acknowledge(coordinator, other["id"])
    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(lambda a: send(coordinator, a, if_match='"2"').status_code, [alert_id, other["id"]] * 2)
        )
    assert sorted(answers) == [201, 412, 412, 412]
    assert len(feed(coordinator).json()["items"]) == 1


def test_nobody_is_sent_where_they_must_not_be(coordinator: DeskCoordinator, alert_id: str) -> None:
    on_duty(coordinator)
    fresh = alert()
    coordinator.send(fresh)
    assert "acknowledge it" in send(coordinator, fresh["id"]).json()["detail"]
    possible = alert(kind="plate_hit", rule_id="hot-list", plate=PLATE, hit=hit())
    coordinator.send(possible)
    acknowledge(coordinator, possible["id"])
    assert "must confirm" in send(coordinator, possible["id"]).json()["detail"]
    set_status(coordinator, "car-7", "busy")
    assert "is busy" in send(coordinator, alert_id).json()["detail"]
    path = "/api/v1/units/car-7/assignments"
    assert coordinator.call("POST", path, "console", json={"alert_id": alert_id}).status_code == 428
    assert step(coordinator, alert_id, "accept").status_code == 404


def test_a_waiting_device_hears_of_its_assignment_at_once(coordinator: DeskCoordinator, alert_id: str) -> None:
    on_duty(coordinator)
    parts = coordinator.app.state.parts

    async def wait_and_send() -> Any:
        poll = asyncio.create_task(coordinator.acall("GET", "/api/v1/units/car-7/assignments?known=0&wait=20", "car-7"))
        while parts.metrics.registry.get_sample_value("skynet_coordinator_long_polls_open") != 1:
            await asyncio.sleep(0.01)
        body = {"alert_id": alert_id}
        path = "/api/v1/units/car-7/assignments"
        await coordinator.acall("POST", path, "console", json=body, headers={"If-Match": "*"})
        return await asyncio.wait_for(poll, 15)

    answer = asyncio.run(wait_and_send())
    assert [item["alert_id"] for item in answer.json()["items"]] == [alert_id]


def test_driving_there_and_standing_there_is_seen(coordinator: DeskCoordinator, alert_id: str) -> None:
    device = on_duty(coordinator)
    send(coordinator, alert_id)
    step(coordinator, alert_id, "accept")
    for after_s, metres, expected in (
        (1, 900, "assigned"),
        (2, 800, "assigned"),
        (3, 700, "en_route"),
        (4, 90, "en_route"),
        (5, 60, "en_route"),
        (6, 40, "on_scene"),
    ):
        report(coordinator, device, fix(coordinator, *north_of(HOME, metres), after_s))
        assert status(coordinator) == expected, metres
    entries = [e for e in coordinator.audit() if e["detail"].get("automatic")]
    assert [(e["action"], e["detail"]["distance_m"]) for e in entries] == [
        ("assignment.en-route", 700),
        ("assignment.on-scene", 40),
    ]


def test_an_erased_alert_takes_its_assignments_along(coordinator: DeskCoordinator, alert_id: str) -> None:
    on_duty(coordinator)
    send(coordinator, alert_id)
    version = feed(coordinator).json()["version"]
    parts = coordinator.app.state.parts
    files = {DataKind.SNAPSHOTS: parts.pictures, DataKind.CLIPS: parts.clips}
    coordinator.clock.posix_s += 6 * 86_400
    now = coordinator.clock.posix_s
    eraser = Eraser(parts.database, files, RetentionPlan(snapshots=2, clips=3, alerts=5, events=1), parts.metrics)
    while eraser.step(now) <= now:
        pass
    assert coordinator.call("GET", f"/api/v1/alerts/{alert_id}", "console").status_code == 404
    assert feed(coordinator, version).json() == {"version": 0, "items": []}
    assert set_status(coordinator, "car-7", "available").json()["assignment"] is None


TARGET = GeoPosition(latitude=HOME[0], longitude=HOME[1])


def fixes(*metres: float, error_m: float | None = None) -> list[Fix]:
    return [Fix("u", i, *north_of(HOME, m), error_m=error_m) for i, m in enumerate(metres)]


@pytest.mark.parametrize(
    ("state", "metres", "expected"),
    [
        (AssignmentState.ASSIGNED, (900, 500), None),
        (AssignmentState.ACCEPTED, (900, 500), UnitStep.EN_ROUTE),
        (AssignmentState.ACCEPTED, (500, 900, 800), None),
        (AssignmentState.ACCEPTED, (300, 50, 50), UnitStep.EN_ROUTE),
        (AssignmentState.ASSIGNED, (50, 50, 50), UnitStep.ON_SCENE),
        (AssignmentState.EN_ROUTE, (50, 120, 50), None),
        (AssignmentState.ON_SCENE, (50, 50, 50), None),
        (AssignmentState.EN_ROUTE, (), None),
    ],
)
def test_what_fixes_show(state: AssignmentState, metres: tuple[float, ...], expected: UnitStep | None) -> None:
    seen = judge(ArrivalRule(), state, TARGET, fixes(*metres))
    assert (None if seen is None else seen.step) == expected
    assert judge(ArrivalRule(), state, TARGET, fixes(*metres, error_m=500)) is None
