"""Every route with every role."""

from __future__ import annotations

import pytest

from skynet.coordinator.access.role import OPENS, Role
from skynet.coordinator.access.scope import Access
from tests.coordinator.desk_coordinator import DeskCoordinator
from tests.coordinator.people import Person
from tests.coordinator.test_gate import OPEN, PEOPLE, REACH, address, routes

Call = tuple[str, str]

SELF = PEOPLE | {("GET", "/api/v1/session"), ("GET", "/api/v1/openapi.json")}
FLEET = {
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
}
METRICS = {("GET", "/metrics")}
AUDIT = {("GET", "/api/v1/audit")}
DISPATCH = REACH["console"] - METRICS - SELF
PLANNING = FLEET | {
    ("PUT", "/api/v1/registry/sites/{site_id}"),
    ("PUT", "/api/v1/registry/cameras/{camera_id}"),
    ("POST", "/api/v1/registry/cameras/{camera_id}/state"),
    ("PUT", "/api/v1/registry/cameras/{camera_id}/box"),
    ("POST", "/api/v1/registry/cameras/{camera_id}/shares"),
    ("DELETE", "/api/v1/registry/shares/{share_id}"),
    ("POST", "/api/v1/registry/import"),
    ("GET", "/api/v1/registry/export"),
}
OF_THE_OFFICE = ("/api/v1/tokens", "/api/v1/users", "/api/v1/legal-holds")
UNITS = {(method, f"/api/v1/{one}") for method in ("PUT", "DELETE") for one in ("units/{unit_id}", "places/{place_id}")}
ADMIN = PLANNING | METRICS | UNITS | {call for call in REACH["admin"] if call[1].startswith(OF_THE_OFFICE)}
MAY: dict[Role, set[Call]] = {
    Role.DISPATCHER: DISPATCH,
    Role.SUPERVISOR: DISPATCH | METRICS,
    Role.LIST_OFFICER: set(),
    Role.LIST_APPROVER: set(),
    Role.PLANNER: PLANNING,
    Role.AUDITOR: AUDIT,
    Role.ADMIN: ADMIN,
}


@pytest.mark.parametrize("role", Role)
def test_each_role_reaches_its_routes_and_no_others(coordinator: DeskCoordinator, role: Role) -> None:
    person = Person.settled(coordinator, "wang", [role])
    assert set(routes(coordinator)) >= MAY[role]
    for method, path in routes(coordinator):
        if (method, path) == ("DELETE", "/api/v1/session"):
            continue  # it would be the last
        answer = person.call(method, address(path))
        assert answer.status_code != 401, (method, path)
        allowed = (method, path) in MAY[role] | SELF | OPEN
        assert (answer.status_code == 403) == (not allowed), (method, path, answer.text)
    assert person.call("DELETE", "/api/v1/session").status_code == 204
    assert person.call("GET", "/api/v1/session").status_code == 401


def test_two_roles_open_what_either_does(coordinator: DeskCoordinator) -> None:
    person = Person.settled(coordinator, "wang", ["auditor", "dispatcher"])
    assert person.call("GET", "/api/v1/audit").status_code == 200
    assert person.call("GET", "/api/v1/alerts").status_code == 200
    assert person.call("GET", "/api/v1/tokens").status_code == 403


def test_what_people_may_have_is_opened_by_some_role_and_the_rest_by_none() -> None:
    machines = {Access.EDGE, Access.UNIT, Access.CAPTURE}
    assert {access for opened in OPENS.values() for access in opened} == set(Access) - machines
    assert set(OPENS) == set(Role)


def test_the_areas_of_a_person_hold(coordinator: DeskCoordinator) -> None:
    auditor = Person.settled(coordinator, "wang", ["auditor", "admin"], ["合肥"])
    assert auditor.call("GET", "/api/v1/audit").status_code == 403
    assert auditor.call("GET", "/metrics").status_code == 403
    assert auditor.call("GET", "/api/v1/users").json()["items"][0]["login"] == "wang"
    tokens = auditor.call("GET", "/api/v1/tokens").json()["items"]
    assert tokens == []
