from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest

from tests.coordinator.desk_coordinator import DeskCoordinator
from tests.coordinator.sample_alert import alert


@pytest.fixture
def url(coordinator: DeskCoordinator) -> str:
    sent = alert()
    coordinator.send(sent)
    return f"/api/v1/alerts/{sent['id']}"


def acknowledge(coordinator: DeskCoordinator, url: str, if_match: str | None = '"1"', **said: Any) -> Any:
    headers = {} if if_match is None else {"If-Match": if_match}
    body = {"operator": "王警官"} | said
    return coordinator.call("POST", f"{url}/acknowledge", "console", json=body, headers=headers)


def test_opening_gives_the_etag_and_is_audited(coordinator: DeskCoordinator, url: str) -> None:
    answer = coordinator.call("GET", url, "console")
    assert (answer.status_code, answer.headers["etag"], answer.json()["version"]) == (200, '"1"', 1)
    (entry,) = [e for e in coordinator.audit() if e["action"] == "alert.opened"]
    assert entry["subject"] == f"alert:{url.rsplit('/', 1)[1]}"


@pytest.mark.parametrize("if_match", ['"1"', '"7", "1"', "*"])
def test_acknowledging_moves_the_version_and_is_audited(coordinator: DeskCoordinator, url: str, if_match: str) -> None:
    coordinator.clock.posix_s += 1.5
    answer = acknowledge(coordinator, url, if_match, note="去看看")
    assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')
    record = answer.json()
    assert record["acknowledged_at"] == "2026-02-02T02:40:01.500Z"
    assert (record["state"], record["acknowledged_by"], record["note"]) == ("acknowledged", "王警官", "去看看")
    (entry,) = [e for e in coordinator.audit() if e["action"] == "alert.acknowledged"]
    assert entry["detail"] == {"operator": "王警官", "note": "去看看"}


@pytest.mark.parametrize(("if_match", "status"), [(None, 428), ('"2"', 412), ('W/"1"', 412), ("1", 412), ("", 412)])
def test_without_the_right_version_nothing_changes(
    coordinator: DeskCoordinator, url: str, if_match: str | None, status: int
) -> None:
    assert acknowledge(coordinator, url, if_match).status_code == status
    assert coordinator.call("GET", url, "console").json()["state"] == "new"


def test_the_second_is_told_who_was_first(coordinator: DeskCoordinator, url: str) -> None:
    acknowledge(coordinator, url)
    for if_match in ('"1"', '"2"'):
        answer = acknowledge(coordinator, url, if_match, operator="李警官")
        problem = answer.json()
        assert (answer.status_code, problem["type"]) == (409, "urn:skynet:problem:already-acknowledged")
        assert (problem["acknowledged_by"], problem["acknowledged_at"]) == ("王警官", "2026-02-02T02:40:00.000Z")


def test_of_many_at_once_one_wins(coordinator: DeskCoordinator, url: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda i: acknowledge(coordinator, url, operator=f"desk {i}"), range(8)))
    assert sorted(a.status_code for a in answers) == [200] + [409] * 7
    winner = next(a.json()["acknowledged_by"] for a in answers if a.status_code == 200)
    assert {a.json()["acknowledged_by"] for a in answers} == {winner}


@pytest.mark.parametrize(
    "said", [{"operator": " "}, {"operator": "x" * 121}, {"operator": "a\nb"}, {"note": "x" * 2001}, {"rank": 1}]
)
def test_an_acknowledgement_that_is_not_allowed_names_the_field(
    coordinator: DeskCoordinator, url: str, said: dict[str, Any]
) -> None:
    answer = acknowledge(coordinator, url, **said)
    assert answer.status_code == 422
    assert [e["field"] for e in answer.json()["errors"]] == list(said)


def test_an_unknown_alert_is_404_and_a_wrong_id_422(coordinator: DeskCoordinator) -> None:
    assert coordinator.call("GET", f"/api/v1/alerts/{uuid4()}", "console").status_code == 404
    assert coordinator.call("GET", "/api/v1/alerts/7", "console").status_code == 422
    assert acknowledge(coordinator, f"/api/v1/alerts/{uuid4()}").status_code == 404
