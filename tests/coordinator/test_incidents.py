from __future__ import annotations

from typing import Any

import pytest

from skynet.coordinator.alerts import incident_merge
from skynet.coordinator.storage import alert_rows
from tests.coordinator.desk_coordinator import DeskCoordinator
from tests.coordinator.sample_alert import alert
from tests.coordinator.sample_registry import camera, put_camera, put_site, site
from tests.coordinator.test_alert_cycle import raised, record, step
from tests.domain.sample_hit import PLATE

pytestmark = pytest.mark.both_databases
TRACK = alert()["track"]


def seen(desk: DeskCoordinator, camera_id: str, minute: int = 0, **changes: Any) -> str:
    """A vehicle with the plate, seen by a camera at a minute; each time another track."""
    track = TRACK | {"track_id": minute, "started_at": f"2026-02-01T08:{minute:02}:00.000Z"}
    at = f"2026-02-01T08:{minute:02}:01.000Z"
    wanted = {"camera_id": camera_id, "plate": PLATE, "track": track, "occurred_at": at, "raised_at": at}
    return raised(desk, **(wanted | changes))


def incident(desk: DeskCoordinator, alert_id: str) -> str | None:
    found = record(desk, alert_id)["incident_id"]
    return None if found is None else str(found)


@pytest.fixture
def streets(coordinator: DeskCoordinator) -> DeskCoordinator:
    """Two cameras of one site, one a kilometre off, one far away."""
    put_site(coordinator, site())
    for site_id, latitude in (("near", 31.879), ("far", 31.95)):
        put_site(coordinator, site(site_id, position={"latitude": latitude, "longitude": 117.28}))
    for name, at, latitude in (
        ("a", "school-3", 31.87),
        ("b", "school-3", 31.87),
        ("c", "near", 31.879),
        ("d", "far", 31.95),
    ):
        put_camera(coordinator, camera(name, site=at, position={"latitude": latitude, "longitude": 117.28}))
    return coordinator


def test_alerts_of_one_track_are_one_incident(coordinator: DeskCoordinator) -> None:
    first = raised(coordinator, track=TRACK)
    second = raised(coordinator, track=TRACK, kind="loitering", rule_id="yard", dwell_s=12)
    other = raised(coordinator, track=TRACK | {"track_id": 8})
    assert incident(coordinator, first) == incident(coordinator, second) is not None
    assert incident(coordinator, other) is None


def test_of_one_batch_too(coordinator: DeskCoordinator) -> None:
    first, second = alert(track=TRACK), alert(track=TRACK, rule_id="yard")
    coordinator.send(first, second)
    assert incident(coordinator, first["id"]) == incident(coordinator, second["id"]) is not None


def test_a_search_that_is_cut_off_is_counted(coordinator: DeskCoordinator, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (alert_rows, incident_merge):
        monkeypatch.setattr(module, "MAX_KIN", 2)
    registry, counts = coordinator.app.state.parts.metrics.registry, []
    for _ in range(2):
        raised(coordinator, track=TRACK)
        counts.append(registry.get_sample_value("skynet_coordinator_merges_cut_total"))
    assert counts == [0.0, 1.0]


def test_a_plate_at_neighbouring_cameras_is_one_incident(streets: DeskCoordinator) -> None:
    first, same_site, near = seen(streets, "a"), seen(streets, "b", 3), seen(streets, "c", 6)
    far, later = seen(streets, "d", 7), seen(streets, "a", 25)
    assert incident(streets, first) == incident(streets, same_site) == incident(streets, near) is not None
    assert incident(streets, far) is None
    assert incident(streets, later) is None
    page = streets.call("GET", "/api/v1/incidents", "console").json()["items"]
    assert [(one["alert_ids"], one["states"]) for one in page] == [([first, same_site, near], ["new"])]


def test_who_takes_one_takes_all_and_what_comes_later(streets: DeskCoordinator) -> None:
    first, second = seen(streets, "a"), seen(streets, "b", 1)
    step(streets, second, "acknowledge", '"1"')
    assert [record(streets, one)["state"] for one in (first, second)] == ["acknowledged"] * 2
    third = seen(streets, "c", 2)
    assert (record(streets, third)["state"], record(streets, third)["acknowledged_by"]) == ("acknowledged", "王警官")
    step(streets, first, "close", disposition="handled")
    assert [record(streets, one)["state"] for one in (first, second, third)] == ["closed"] * 3
    assert incident(streets, seen(streets, "a", 3)) is None


def test_incidents_are_merged_and_split_by_hand(coordinator: DeskCoordinator) -> None:
    ids = [raised(coordinator, camera_id=f"c{number}") for number in range(3)]
    merged = coordinator.call("POST", "/api/v1/incidents", "console", json={"alert_ids": ids[:2]}).json()
    again = coordinator.call("POST", "/api/v1/incidents", "console", json={"alert_ids": ids[1:]}).json()
    assert (again["id"], again["alert_ids"]) == (merged["id"], ids)
    path = f"/api/v1/incidents/{merged['id']}"
    opened = coordinator.call("GET", path, "console").json()
    assert [one["alert"]["id"] for one in opened["alerts"]] == ids
    assert coordinator.call("DELETE", f"{path}/alerts/{ids[0]}", "console").status_code == 204
    assert coordinator.call("DELETE", f"{path}/alerts/{ids[0]}", "console").status_code == 409
    assert coordinator.call("GET", path, "console").json()["alert_ids"] == ids[1:]
    actions = [entry["action"] for entry in coordinator.audit() if entry["action"].startswith("incident.")]
    assert actions == ["incident.merged", "incident.merged", "incident.opened", "incident.split", "incident.opened"]
