from __future__ import annotations

from typing import Any

import pytest
from fastapi.routing import APIRoute

from skynet.coordinator.access.gate import Gate
from tests.coordinator.desk_coordinator import DeskCoordinator

UNAUTHORISED = {"reason": "unauthorised"}
OPEN = {("GET", "/healthz"), ("POST", "/api/v1/session")}
PEOPLE = {
    ("DELETE", "/api/v1/session"),
    ("PUT", "/api/v1/session/password"),
    ("POST", "/api/v1/session/totp"),
    ("PUT", "/api/v1/session/totp"),
}
"""No token opens these: tests/coordinator/test_roles.py says which role does."""
REACH = {
    "edge": {
        ("POST", "/api/v1/edge/alerts"),
        ("PUT", "/api/v1/edge/snapshots/{sha256}"),
        ("PUT", "/api/v1/edge/alerts/{alert_id}/clip"),
        ("POST", "/api/v1/edge/health"),
        ("GET", "/api/v1/boxes/{box_id}/cameras"),
        ("GET", "/api/v1/openapi.json"),
        ("GET", "/api/v1/session"),
    },
    "console": {
        ("GET", "/api/v1/alerts"),
        ("GET", "/api/v1/alerts/{alert_id}"),
        ("POST", "/api/v1/alerts/{alert_id}/acknowledge"),
        ("POST", "/api/v1/alerts/{alert_id}/steps"),
        ("POST", "/api/v1/alerts/{alert_id}/notes"),
        ("GET", "/api/v1/alerts/{alert_id}/history"),
        ("POST", "/api/v1/handovers"),
        ("GET", "/api/v1/incidents"),
        ("POST", "/api/v1/incidents"),
        ("GET", "/api/v1/incidents/{incident_id}"),
        ("DELETE", "/api/v1/incidents/{incident_id}/alerts/{alert_id}"),
        ("GET", "/api/v1/alerts/{alert_id}/clip"),
        ("HEAD", "/api/v1/alerts/{alert_id}/clip"),
        ("GET", "/api/v1/cameras"),
        ("GET", "/api/v1/cameras/{camera_id}"),
        ("GET", "/api/v1/cameras/{camera_id}/uptime"),
        ("GET", "/api/v1/uptime"),
        ("GET", "/api/v1/boxes"),
        ("GET", "/api/v1/registry/sites"),
        ("GET", "/api/v1/registry/sites/{site_id}"),
        ("GET", "/api/v1/registry/cameras"),
        ("GET", "/api/v1/registry/cameras/{camera_id}"),
        ("GET", "/api/v1/registry/cameras/{camera_id}/shares"),
        ("GET", "/api/v1/registry/cameras/{camera_id}/leave"),
        ("GET", "/api/v1/snapshots/{sha256}"),
        ("GET", "/api/v1/retention"),
        ("GET", "/metrics"),
        ("GET", "/api/v1/openapi.json"),
        ("GET", "/api/v1/session"),
        ("GET", "/api/v1/units"),
        ("GET", "/api/v1/units/{unit_id}"),
        ("PUT", "/api/v1/units/{unit_id}/status"),
        ("GET", "/api/v1/units/{unit_id}/trail"),
        ("GET", "/api/v1/units/{unit_id}/assignments"),
        ("POST", "/api/v1/units/{unit_id}/assignments"),
        ("DELETE", "/api/v1/units/{unit_id}/assignments/{alert_id}"),
        ("POST", "/api/v1/units/{unit_id}/assignments/{alert_id}/step"),
        ("GET", "/api/v1/alerts/{alert_id}/units"),
        ("GET", "/api/v1/suggestions/units"),
        ("GET", "/api/v1/places"),
        ("GET", "/api/v1/places/{place_id}"),
        ("GET", "/api/v1/map/units"),
        ("GET", "/api/v1/map/places"),
    },
    "unit": {
        ("GET", "/api/v1/session"),
        ("POST", "/api/v1/positions"),
        ("POST", "/api/v1/units/{unit_id}/positions"),
        ("GET", "/api/v1/units/{unit_id}"),
        ("PUT", "/api/v1/units/{unit_id}/status"),
        ("GET", "/api/v1/units/{unit_id}/assignments"),
        ("POST", "/api/v1/units/{unit_id}/assignments/{alert_id}/step"),
        ("GET", "/api/v1/openapi.json"),
    },
}
REACH["admin"] = REACH["console"] | {
    ("GET", "/api/v1/audit"),
    ("PUT", "/api/v1/registry/sites/{site_id}"),
    ("PUT", "/api/v1/registry/cameras/{camera_id}"),
    ("POST", "/api/v1/registry/cameras/{camera_id}/state"),
    ("PUT", "/api/v1/registry/cameras/{camera_id}/box"),
    ("POST", "/api/v1/registry/cameras/{camera_id}/shares"),
    ("DELETE", "/api/v1/registry/shares/{share_id}"),
    ("POST", "/api/v1/registry/import"),
    ("GET", "/api/v1/registry/export"),
    ("GET", "/api/v1/legal-holds"),
    ("POST", "/api/v1/legal-holds"),
    ("POST", "/api/v1/legal-holds/{hold_id}/release"),
    ("PUT", "/api/v1/units/{unit_id}"),
    ("DELETE", "/api/v1/units/{unit_id}"),
    ("PUT", "/api/v1/places/{place_id}"),
    ("DELETE", "/api/v1/places/{place_id}"),
    ("GET", "/api/v1/tokens"),
    ("POST", "/api/v1/tokens"),
    ("DELETE", "/api/v1/tokens/{token_id}"),
    ("GET", "/api/v1/users"),
    ("POST", "/api/v1/users"),
    ("PUT", "/api/v1/users/{user_id}/reach"),
    ("POST", "/api/v1/users/{user_id}/password"),
    ("DELETE", "/api/v1/users/{user_id}"),
}
EXAMPLES = {
    "{sha256}": "0" * 64,
    "{alert_id}": "01a20a5a-0c2d-76f7-8746-32963d7e64b8",
    "{camera_id}": "gate-3",
    "{token_id}": "none",
    "{user_id}": "none",
    "{share_id}": "01a20a5a-0c2d-76f7-8746-32963d7e64b8",
    "{incident_id}": "01a20a5a-0c2d-76f7-8746-32963d7e64b8",
    "{hold_id}": "01a20a5a-0c2d-76f7-8746-32963d7e64b8",
    "{site_id}": "school-gate",
    "{box_id}": "box-1",
    "{unit_id}": "car-7",
    "{place_id}": "post-3",
}


def routes(coordinator: DeskCoordinator) -> list[tuple[str, str]]:
    """Every (method, path) of the API; the console's files are open, and only files."""
    found = []
    for route in coordinator.app.routes:
        if isinstance(route, APIRoute):
            found += [(method, route.path) for method in route.methods]
        else:
            assert route.methods <= {"GET", "HEAD"}  # type: ignore[attr-defined]
    return found


def address(path: str) -> str:
    for name, value in EXAMPLES.items():
        path = path.replace(name, value)
    return path


def test_the_table_of_this_test_names_every_route(coordinator: DeskCoordinator) -> None:
    assert sorted(routes(coordinator)) == sorted(OPEN | PEOPLE | REACH["edge"] | REACH["unit"] | REACH["admin"])


def test_every_route_but_health_stands_behind_the_gate(coordinator: DeskCoordinator) -> None:
    for route in coordinator.app.routes:
        if isinstance(route, APIRoute) and not {(method, route.path) for method in route.methods} <= OPEN:
            assert any(isinstance(d.dependency, Gate) for d in route.dependencies), route.path


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer sky_admin_wrong"},
        {"Authorization": "Bearer " + "é"},
        {"Authorization": "Basic YTpi"},
    ],
)
def test_without_a_valid_token_no_route_opens(coordinator: DeskCoordinator, headers: dict[str, str]) -> None:
    raw = [(k.encode(), v.encode()) for k, v in headers.items()]
    for method, path in routes(coordinator):
        answer = coordinator.call(method, address(path), headers=raw)
        if (method, path) in OPEN:
            assert answer.status_code != 401
            continue
        assert answer.status_code == 401, (method, path)
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("scope", ["edge", "unit", "console", "admin"])
def test_each_scope_reaches_its_routes_and_no_others(coordinator: DeskCoordinator, scope: str) -> None:
    if scope == "unit":
        wanted = {"name": "gateway", "scope": "unit"}
        coordinator.tokens["unit"] = coordinator.call("POST", "/api/v1/tokens", "admin", json=wanted).json()["token"]
    for method, path in routes(coordinator):
        status = coordinator.call(method, address(path), scope).status_code
        assert status != 401, (method, path)
        assert (status == 403) == ((method, path) not in REACH[scope] | OPEN), (method, path, status)


def test_the_gate_stands_before_the_body(coordinator: DeskCoordinator) -> None:
    registry, refused = coordinator.app.state.parts.metrics.registry, []

    async def body() -> Any:
        refused.append(registry.get_sample_value("skynet_coordinator_access_refused_total", UNAUTHORISED))
        yield b"{}"

    headers = {"Content-Type": "application/json", "Authorization": "Bearer wrong"}
    answer = coordinator.call("POST", "/api/v1/edge/alerts", content=body(), headers=headers)
    assert (answer.status_code, refused) == (401, [1.0])


@pytest.mark.parametrize("purpose", ["", "%20", "x" * 201, "%ff", "a%00b", "a%0Ab"])
def test_a_purpose_that_cannot_be_kept_is_refused(coordinator: DeskCoordinator, purpose: str) -> None:
    answer = coordinator.call("GET", "/api/v1/alerts", "console", headers={"X-Purpose": purpose})
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:skynet:problem:malformed-request")


def test_refusals_are_counted(coordinator: DeskCoordinator) -> None:
    coordinator.call("GET", "/api/v1/alerts")
    coordinator.call("GET", "/api/v1/alerts", "edge")
    text = coordinator.call("GET", "/metrics", "console").text
    assert 'skynet_coordinator_access_refused_total{reason="unauthorised"} 1.0' in text
    assert 'skynet_coordinator_access_refused_total{reason="forbidden"} 1.0' in text
