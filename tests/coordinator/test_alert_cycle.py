from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest

from skynet.coordinator.alerts import handover
from tests.coordinator.desk_coordinator import DeskCoordinator
from tests.coordinator.sample_alert import alert
from tests.coordinator.sample_units import on_duty
from tests.domain.sample_hit import PLATE, hit

pytestmark = pytest.mark.both_databases


def raised(desk: DeskCoordinator, **changes: Any) -> str:
    sent = alert(**changes)
    desk.send(sent)
    return str(sent["id"])


def step(desk: DeskCoordinator, alert_id: str, name: str, if_match: str | None = "*", **said: Any) -> Any:
    headers = {} if if_match is None else {"If-Match": if_match}
    body = {"step": name, "operator": "王警官"} | said
    return desk.call("POST", f"/api/v1/alerts/{alert_id}/steps", "console", json=body, headers=headers)


def record(desk: DeskCoordinator, alert_id: str) -> dict[str, Any]:
    answer = desk.call("GET", f"/api/v1/alerts/{alert_id}", "console")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def history(desk: DeskCoordinator, alert_id: str) -> list[tuple[str, str]]:
    answer = desk.call("GET", f"/api/v1/alerts/{alert_id}/history", "console")
    return [(item["step"], item["state"]) for item in answer.json()["items"]]


def test_an_alert_goes_through_its_life(coordinator: DeskCoordinator) -> None:
    alert_id = raised(coordinator)
    assert step(coordinator, alert_id, "acknowledge", '"1"', note="去看看").json()["acknowledged_by"] == "王警官"
    closed = step(coordinator, alert_id, "close", '"2"', disposition="no_trace", note="无人")
    assert (closed.status_code, closed.headers["etag"]) == (200, '"3"')
    assert (closed.json()["state"], closed.json()["outcome"]) == ("closed", "no_trace")
    opened = step(coordinator, alert_id, "reopen", '"3"', operator="李警官", note="又来了").json()
    assert (opened["state"], opened["outcome"], opened["acknowledged_by"]) == ("acknowledged", None, "李警官")
    assert step(coordinator, alert_id, "reject", reason="false_alarm").json()["outcome"] == "false_alarm"
    note = {"operator": "李警官", "note": "树影"}
    assert coordinator.call("POST", f"/api/v1/alerts/{alert_id}/notes", "console", json=note).status_code == 201
    assert history(coordinator, alert_id) == [
        ("acknowledge", "acknowledged"),
        ("close", "closed"),
        ("reopen", "acknowledged"),
        ("reject", "rejected"),
        ("note", "rejected"),
    ]
    assert record(coordinator, alert_id)["version"] == 5
    actions = [e["action"] for e in coordinator.audit() if e["subject"] == f"alert:{alert_id}"]
    done = ["alert.acknowledged", "alert.closed", "alert.reopened", "alert.rejected", "alert.noted"]
    assert [action for action in actions if action in done] == done


def test_a_history_is_read_in_pages(coordinator: DeskCoordinator) -> None:
    alert_id = raised(coordinator)
    for number in range(3):
        said = {"operator": "王", "note": str(number)}
        coordinator.call("POST", f"/api/v1/alerts/{alert_id}/notes", "console", json=said)
    path, notes, query = f"/api/v1/alerts/{alert_id}/history", [], "?limit=2"
    for _ in range(2):
        page = coordinator.call("GET", path + query, "console").json()
        notes += [item["note"] for item in page["items"]]
        query = f"?limit=2&cursor={page['next_cursor']}"
    assert (notes, page["has_more"]) == (["0", "1", "2"], False)


def test_who_comes_second_is_told_who_was_first(coordinator: DeskCoordinator) -> None:
    alert_id = raised(coordinator)
    step(coordinator, alert_id, "reject", '"1"', reason="false_alarm")
    late = step(coordinator, alert_id, "acknowledge", '"1"')
    assert (late.status_code, late.json()["state"]) == (409, "rejected")
    other = raised(coordinator, camera_id="other")
    step(coordinator, other, "acknowledge", '"1"', operator="李警官")
    late = step(coordinator, other, "acknowledge", '"1"')
    assert (late.status_code, late.json()["acknowledged_by"]) == (409, "李警官")
    assert step(coordinator, other, "close", '"1"', disposition="handled").status_code == 412
    assert step(coordinator, other, "close", None, disposition="handled").status_code == 428


def test_of_many_at_once_one_takes_it(coordinator: DeskCoordinator) -> None:
    alert_id = raised(coordinator)
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda n: step(coordinator, alert_id, "acknowledge", '"1"', operator=f"o{n}"), range(8))
        )
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7
    winner = next(answer.json()["acknowledged_by"] for answer in answers if answer.status_code == 200)
    assert record(coordinator, alert_id)["acknowledged_by"] == winner


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"step": "reject"}, "body"),
        ({"step": "close", "reason": "false_alarm"}, "body"),
        ({"step": "close", "disposition": "lost"}, "disposition"),
        ({"step": "reopen"}, "body"),
        ({"step": "dance"}, "step"),
        ({"step": "confirm", "extra": 1}, "extra"),
        ({"step": "confirm", "operator": "a\nb"}, "operator"),
        ({"step": "confirm", "note": "x" * 2001}, "note"),
    ],
)
def test_a_step_that_says_too_little_or_too_much(
    coordinator: DeskCoordinator, said: dict[str, Any], field: str
) -> None:
    said = {"operator": "王警官"} | said
    answer = coordinator.call("POST", f"/api/v1/alerts/{uuid4()}/steps", "console", json=said)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


def test_a_possible_hit_is_confirmed_or_refuted_once(coordinator: DeskCoordinator) -> None:
    possible = {"kind": "plate_hit", "rule_id": "hot-list", "plate": PLATE, "hit": hit()}
    confirmed, refuted = raised(coordinator, **possible), raised(coordinator, **possible, camera_id="other")
    assert step(coordinator, confirmed, "confirm").status_code == 409
    for alert_id in (confirmed, refuted):
        step(coordinator, alert_id, "acknowledge")
    answer = step(coordinator, confirmed, "confirm").json()
    assert (answer["state"], answer["confirmed"]) == ("acknowledged", True)
    assert step(coordinator, confirmed, "refute").status_code == 409
    answer = step(coordinator, refuted, "refute").json()
    assert (answer["state"], answer["outcome"], answer["confirmed"]) == ("closed", "false_alarm", False)
    ordinary = raised(coordinator)
    step(coordinator, ordinary, "acknowledge")
    assert "nothing to confirm" in step(coordinator, ordinary, "confirm").json()["detail"]


def send(desk: DeskCoordinator, alert_id: str, unit_id: str = "car-7") -> Any:
    path = f"/api/v1/units/{unit_id}/assignments"
    return desk.call("POST", path, "console", json={"alert_id": alert_id}, headers={"If-Match": "*"})


def test_an_alert_follows_the_unit_that_was_sent(coordinator: DeskCoordinator) -> None:
    device = on_duty(coordinator)
    alert_id = raised(coordinator)
    step(coordinator, alert_id, "acknowledge")
    assert send(coordinator, alert_id).status_code == 201
    states = [record(coordinator, alert_id)["state"]]
    path = f"/api/v1/units/car-7/assignments/{alert_id}/step"
    for taken in ("accept", "en_route", "on_scene"):
        assert coordinator.call("POST", path, device, json={"step": taken}).status_code == 200
        states.append(record(coordinator, alert_id)["state"])
    assert states == ["assigned", "accepted", "en_route", "on_scene"]
    assert "car-7" in step(coordinator, alert_id, "close", disposition="handled").json()["detail"]
    coordinator.call("POST", path, device, json={"step": "done"})
    assert record(coordinator, alert_id)["state"] == "on_scene"
    assert step(coordinator, alert_id, "close", disposition="handled").status_code == 200
    assert "reopen" in send(coordinator, alert_id).json()["detail"]


def test_an_alert_whose_unit_declines_is_in_hand_as_before(coordinator: DeskCoordinator) -> None:
    device = on_duty(coordinator)
    alert_id = raised(coordinator)
    step(coordinator, alert_id, "acknowledge")
    send(coordinator, alert_id)
    coordinator.call("POST", f"/api/v1/units/car-7/assignments/{alert_id}/step", device, json={"step": "decline"})
    assert record(coordinator, alert_id)["state"] == "acknowledged"
    assert history(coordinator, alert_id)[-2:] == [("units", "assigned"), ("units", "acknowledged")]


def test_a_confirmed_hit_may_send_somebody(coordinator: DeskCoordinator) -> None:
    on_duty(coordinator)
    alert_id = raised(coordinator, kind="plate_hit", rule_id="hot-list", plate=PLATE, hit=hit())
    step(coordinator, alert_id, "acknowledge")
    assert send(coordinator, alert_id).status_code == 409
    step(coordinator, alert_id, "confirm")
    assert send(coordinator, alert_id).status_code == 201


def test_a_shift_hands_over(coordinator: DeskCoordinator) -> None:
    mine = [raised(coordinator, camera_id=f"c{number}") for number in range(3)]
    others = raised(coordinator, camera_id="c9")
    for alert_id in mine:
        step(coordinator, alert_id, "acknowledge")
    step(coordinator, others, "acknowledge", operator="赵")
    step(coordinator, mine[0], "close", disposition="handled")
    body = {"giver": "王警官", "taker": "李警官", "note": "夜班"}
    wrong = coordinator.call("POST", "/api/v1/handovers", "console", json=body | {"alert_ids": [others]})
    assert wrong.status_code == 409
    answer = coordinator.call("POST", "/api/v1/handovers", "console", json=body)
    assert answer.json() == {"alert_ids": mine[1:], "has_more": False}
    listed = coordinator.call("GET", "/api/v1/alerts?operator=%E6%9D%8E%E8%AD%A6%E5%AE%98", "console").json()["items"]
    assert [item["alert"]["id"] for item in listed] == mine[1:]
    assert history(coordinator, mine[1])[-1] == ("handed_over", "acknowledged")
    same = coordinator.call("POST", "/api/v1/handovers", "console", json=body | {"taker": "王警官"})
    assert same.status_code == 422


def test_a_long_list_is_handed_over_in_parts(coordinator: DeskCoordinator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handover, "MAX_HANDED_OVER", 2)
    mine = [raised(coordinator, camera_id=f"c{number}") for number in range(3)]
    for alert_id in mine:
        step(coordinator, alert_id, "acknowledge")
    given = []
    for has_more in (True, False):
        body = {"giver": "王警官", "taker": "李警官"}
        answer = coordinator.call("POST", "/api/v1/handovers", "console", json=body).json()
        assert answer["has_more"] is has_more
        given += answer["alert_ids"]
    assert given == mine


def test_what_is_not_there_takes_no_step(coordinator: DeskCoordinator) -> None:
    assert step(coordinator, str(uuid4()), "acknowledge").status_code == 404
