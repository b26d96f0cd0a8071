from __future__ import annotations

from typing import Any

import pytest

from tests.coordinator.desk_coordinator import DeskCoordinator
from tests.coordinator.sample_units import HOME, fix, on_duty, put_unit, report, set_status, token, unit


def narrow(coordinator: DeskCoordinator, *areas: str) -> None:
    """From now on the tokens of consoles and admins are some that see these areas only."""
    for scope in ("console", "admin"):
        wanted = {"name": "narrow", "scope": scope, "areas": areas}
        answer = coordinator.call(
            "POST", "/api/v1/tokens", "all" if "all" in coordinator.tokens else "admin", json=wanted
        )
        coordinator.tokens.setdefault("all", coordinator.tokens["admin"])
        coordinator.tokens[scope] = answer.json()["token"]


def test_a_unit_is_registered_changed_and_retired(coordinator: DeskCoordinator) -> None:
    answer = put_unit(coordinator, unit())
    assert (answer.status_code, answer.headers["etag"], answer.json()["status"]) == (201, '"1"', "off_duty")
    assert put_unit(coordinator, unit(call_sign="庐阳-08")).status_code == 428
    assert put_unit(coordinator, unit(call_sign="庐阳-08"), '"2"').status_code == 412
    assert put_unit(coordinator, unit(call_sign="庐阳-08"), '"1"').json()["call_sign"] == "庐阳-08"
    on = set_status(coordinator, "car-7", "available")
    assert (on.json()["version"], on.json()["signed_on_at"]) == (3, "2026-02-02T02:40:00.000Z")
    gone = coordinator.call("DELETE", "/api/v1/units/car-7", "admin", headers={"If-Match": '"3"'})
    assert gone.status_code == 204
    assert coordinator.call("GET", "/api/v1/units", "console").json()["items"] == []
    assert set_status(coordinator, "car-7", "available").status_code == 409
    (shown,) = coordinator.call("GET", "/api/v1/units?retired=true", "console").json()["items"]
    assert (shown["status"], shown["signed_on_at"]) == ("off_duty", None)
    actions = [e["action"] for e in coordinator.audit() if e["subject"] == "unit:car-7"]
    assert actions == ["unit.registered", "unit.changed", "unit.signed-on", "unit.retired"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "tank"}, "kind"),
        ({"capabilities": ["magic"]}, "capabilities.0"),
        ({"area": "合肥//x"}, "area"),
        ({"call_sign": "a\nb"}, "call_sign"),
        ({"members": ["x"] * 17}, "members"),
        ({"shift": {"starts_at": "2026-02-02T08:00:00Z", "ends_at": "2026-02-03T09:00:00Z"}}, "shift"),
        ({"rank": 1}, "rank"),
    ],
)
def test_what_is_no_unit_is_refused_with_its_field(
    coordinator: DeskCoordinator, changes: dict[str, Any], field: str
) -> None:
    answer = put_unit(coordinator, unit(**changes))
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


def test_who_is_on_a_unit_is_shown_by_itself_and_recorded(coordinator: DeskCoordinator) -> None:
    put_unit(coordinator, unit())
    (listed,) = coordinator.call("GET", "/api/v1/units", "console").json()["items"]
    assert "members" not in listed
    assert coordinator.call("GET", "/api/v1/units/car-7", "console").json()["members"] == ["王警官", "李警官"]
    actions = [e["action"] for e in coordinator.audit()]
    assert actions.count("unit.opened") == 1
    assert "units.located" not in actions  # nobody knew where it was, so nothing personal was listed


def test_whoever_sees_where_units_are_is_recorded(coordinator: DeskCoordinator) -> None:
    device = on_duty(coordinator)
    report(coordinator, device, fix(coordinator, *HOME))
    coordinator.clock.posix_s += 61
    (listed,) = coordinator.call("GET", "/api/v1/units", "console").json()["items"]
    assert (listed["position"]["age_s"], listed["position"]["stale"]) == (61, True)
    trail = coordinator.call("GET", "/api/v1/units/car-7/trail", "console").json()["items"]
    assert [p["latitude"] for p in trail] == [HOME[0]]
    seen = [(e["action"], e["detail"].get("units")) for e in coordinator.audit() if e["actor"].startswith("console")]
    assert seen == [("units.located", ["car-7"]), ("unit.trail-shown", None)]


def test_a_status_of_an_assignment_cannot_be_said_by_hand(coordinator: DeskCoordinator) -> None:
    put_unit(coordinator, unit())
    answer = set_status(coordinator, "car-7", "en_route")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "status")


def test_a_device_speaks_for_its_own_unit_only(coordinator: DeskCoordinator) -> None:
    device = on_duty(coordinator)
    on_duty(coordinator, "car-8")
    assert coordinator.call("GET", "/api/v1/units/car-7", device).status_code == 200
    for method, path, body in (
        ("GET", "/api/v1/units/car-8", None),
        ("GET", "/api/v1/units/car-8/assignments", None),
        ("PUT", "/api/v1/units/car-8/status", {"status": "busy"}),
        ("POST", "/api/v1/units/car-8/positions", {"positions": [fix(coordinator, *HOME)]}),
    ):
        assert coordinator.call(method, path, device, json=body).status_code == 404, path
    gateway = token(coordinator, None, "gateway")
    assert coordinator.call("GET", "/api/v1/units/car-8", gateway).status_code == 404
    answer = coordinator.call(
        "POST", "/api/v1/positions", device, json={"positions": [fix(coordinator, *HOME) | {"unit_id": "car-8"}]}
    )
    assert answer.status_code == 403


def test_a_unit_of_another_county_is_nowhere(coordinator: DeskCoordinator) -> None:
    device = on_duty(coordinator)
    report(coordinator, device, fix(coordinator, *HOME))
    near = f"lat={HOME[0]}&lon={HOME[1]}"
    narrow(coordinator, "合肥/蜀山区")
    for path in ("/api/v1/units/car-7", "/api/v1/units/car-7/trail", "/api/v1/units/car-7/assignments"):
        assert coordinator.call("GET", path, "console").status_code == 404, path
    assert coordinator.call("GET", "/api/v1/units", "console").json()["items"] == []
    assert coordinator.call("GET", "/api/v1/map/units", "console").json()["features"] == []
    suggested = coordinator.call("GET", f"/api/v1/suggestions/units?{near}&all=true", "console").json()
    assert (suggested["items"], suggested["looked_at"]) == ([], 0)
    assert set_status(coordinator, "car-7", "busy").status_code == 404
    assert put_unit(coordinator, unit()).json()["errors"][0]["field"] == "area"
    taken = put_unit(coordinator, unit(area="合肥/蜀山区"))
    assert (taken.status_code, "taken" in taken.json()["detail"]) == (409, True)


def test_units_on_the_map_are_geojson_in_pages(coordinator: DeskCoordinator) -> None:
    for i, place in enumerate([HOME, (HOME[0] + 0.01, HOME[1]), (40.0, 100.0)]):
        report(coordinator, on_duty(coordinator, f"car-{i}"), fix(coordinator, *place))
    put_unit(coordinator, unit("nowhere"))
    box = "west=117&south=31&east=118&north=32"
    first = coordinator.call("GET", f"/api/v1/map/units?{box}&limit=1", "console").json()
    assert (first["type"], first["has_more"]) == ("FeatureCollection", True)
    assert first["features"][0]["geometry"] == {"type": "Point", "coordinates": [HOME[1], HOME[0]]}
    cursor = first["next_cursor"]
    second = coordinator.call("GET", f"/api/v1/map/units?{box}&cursor={cursor}", "console").json()
    assert ([f["id"] for f in second["features"]], second["has_more"]) == (["car-1"], False)
    for wrong in ("west=1", "west=2&south=1&east=1&north=2", "west=-181&south=1&east=1&north=2"):
        assert coordinator.call("GET", f"/api/v1/map/units?{wrong}", "console").status_code == 422, wrong
