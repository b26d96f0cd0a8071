from __future__ import annotations

from typing import Any

import pytest

from skynet.coordinator.alerts.escalation import Escalation
from skynet.coordinator.storage.event_rows import EventRows
from tests.coordinator.desk_coordinator import DeskCoordinator
from tests.coordinator.test_alert_cycle import history, raised, record, step

pytestmark = pytest.mark.both_databases


def job(desk: DeskCoordinator) -> Escalation:
    parts = desk.app.state.parts
    return Escalation(parts.database, parts.signal, parts.metrics)


def pass_time(desk: DeskCoordinator, seconds: float) -> None:
    """Let time go by and two coordinators' jobs look."""
    desk.clock.posix_s += seconds
    for escalation in (job(desk), job(desk)):
        while escalation.step(desk.clock.wall()) <= desk.clock.wall():
            pass


def escalations(desk: DeskCoordinator) -> list[dict[str, Any]]:
    return [entry["detail"] for entry in desk.audit() if entry["action"] == "alert.escalated"]


def test_an_alert_that_nobody_answers_escalates_three_times(coordinator: DeskCoordinator) -> None:
    alert_id = raised(coordinator, severity="critical")
    pass_time(coordinator, 59)
    assert record(coordinator, alert_id)["escalation"] == 0
    levels = []
    for _ in range(5):
        pass_time(coordinator, 61)
        levels.append(record(coordinator, alert_id)["escalation"])
    assert levels == [1, 2, 3, 3, 3]
    assert escalations(coordinator) == [{"level": n, "missed": "answer"} for n in (1, 2, 3)]
    assert record(coordinator, alert_id)["version"] == 1
    with coordinator.app.state.parts.database.reading() as connection:
        rows = EventRows(connection)
        told = [row["type"] for row in rows.page(0, rows.head(), ("",), 100)]
    assert told == ["alert.created"] + ["alert.escalated"] * 3


def test_an_alert_that_is_never_closed_escalates(coordinator: DeskCoordinator) -> None:
    alert_id = raised(coordinator, severity="critical")
    step(coordinator, alert_id, "acknowledge")
    pass_time(coordinator, 600)
    assert escalations(coordinator) == []
    pass_time(coordinator, 3600)
    assert escalations(coordinator) == [{"level": 1, "missed": "close"}]
    step(coordinator, alert_id, "close", disposition="handled")
    pass_time(coordinator, 86_400)
    assert len(escalations(coordinator)) == 1
    step(coordinator, alert_id, "reopen", note="again")
    assert record(coordinator, alert_id)["escalation"] == 0
    pass_time(coordinator, 3601)
    assert history(coordinator, alert_id)[-1] == ("escalated", "acknowledged")


def test_a_clock_that_steps_back_escalates_nothing_twice(coordinator: DeskCoordinator) -> None:
    raised(coordinator, severity="critical")
    pass_time(coordinator, 61)
    pass_time(coordinator, -86_400)
    pass_time(coordinator, 86_400)
    assert len(escalations(coordinator)) == 1


def test_the_overdue_can_be_asked_for(coordinator: DeskCoordinator) -> None:
    late = raised(coordinator, severity="critical")
    raised(coordinator, severity="low", camera_id="other")
    raised(coordinator, severity="info", camera_id="third")
    pass_time(coordinator, 61)
    found = coordinator.call("GET", "/api/v1/alerts?overdue=true", "console").json()["items"]
    assert [item["alert"]["id"] for item in found] == [late]
    step(coordinator, late, "reject", reason="false_alarm")
    assert coordinator.call("GET", "/api/v1/alerts?overdue=true", "console").json()["items"] == []
