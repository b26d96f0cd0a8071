"""Every route, asked from either county for its own and for the other's things."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.coordinator.sample_alert import alert
from tests.coordinator.sample_clip import clip
from tests.coordinator.sample_registry import camera, put_site, site
from tests.coordinator.sample_units import unit
from tests.coordinator.test_gate import OPEN, PEOPLE, address, routes
from tests.coordinator.two_counties import AREA, HERE, THERE, TwoCounties, place

Call = tuple[str, str]

OF_NOBODY = OPEN | PEOPLE | {("GET", "/api/v1/retention"), ("GET", "/api/v1/openapi.json"), ("GET", "/api/v1/session")}
WHOLE = {
    ("GET", "/api/v1/audit"),
    ("GET", "/metrics"),
    ("GET", "/api/v1/legal-holds"),
    ("POST", "/api/v1/legal-holds"),
    ("POST", "/api/v1/legal-holds/{hold_id}/release"),
}
"""Only who may see everywhere has these."""
LISTS = {
    ("GET", "/api/v1/alerts"),
    ("GET", "/api/v1/cameras"),
    ("GET", "/api/v1/boxes"),
    ("GET", "/api/v1/uptime"),
    ("GET", "/api/v1/registry/sites"),
    ("GET", "/api/v1/registry/cameras"),
    ("GET", "/api/v1/registry/export"),
    ("GET", "/api/v1/tokens"),
    ("GET", "/api/v1/users"),
    ("GET", "/api/v1/units"),
    ("GET", "/api/v1/places"),
    ("GET", "/api/v1/map/places"),
    ("GET", "/api/v1/map/units"),
    ("GET", "/api/v1/suggestions/units"),
}
"""These show the asker's own and nothing of the other county."""
ITEMS = {
    ("GET", "/api/v1/alerts/{alert_id}"),
    ("POST", "/api/v1/alerts/{alert_id}/acknowledge"),
    ("POST", "/api/v1/alerts/{alert_id}/steps"),
    ("POST", "/api/v1/alerts/{alert_id}/notes"),
    ("GET", "/api/v1/alerts/{alert_id}/history"),
    ("GET", "/api/v1/incidents/{incident_id}"),
    ("DELETE", "/api/v1/incidents/{incident_id}/alerts/{alert_id}"),
    ("GET", "/api/v1/alerts/{alert_id}/clip"),
    ("HEAD", "/api/v1/alerts/{alert_id}/clip"),
    ("GET", "/api/v1/snapshots/{sha256}"),
    ("GET", "/api/v1/cameras/{camera_id}"),
    ("GET", "/api/v1/cameras/{camera_id}/uptime"),
    ("GET", "/api/v1/registry/sites/{site_id}"),
    ("PUT", "/api/v1/registry/sites/{site_id}"),
    ("GET", "/api/v1/registry/cameras/{camera_id}"),
    ("PUT", "/api/v1/registry/cameras/{camera_id}"),
    ("POST", "/api/v1/registry/cameras/{camera_id}/state"),
    ("PUT", "/api/v1/registry/cameras/{camera_id}/box"),
    ("GET", "/api/v1/registry/cameras/{camera_id}/shares"),
    ("POST", "/api/v1/registry/cameras/{camera_id}/shares"),
    ("GET", "/api/v1/registry/cameras/{camera_id}/leave"),
    ("DELETE", "/api/v1/registry/shares/{share_id}"),
    ("DELETE", "/api/v1/tokens/{token_id}"),
    ("PUT", "/api/v1/users/{user_id}/reach"),
    ("POST", "/api/v1/users/{user_id}/password"),
    ("DELETE", "/api/v1/users/{user_id}"),
    ("GET", "/api/v1/units/{unit_id}"),
    ("PUT", "/api/v1/units/{unit_id}"),
    ("DELETE", "/api/v1/units/{unit_id}"),
    ("PUT", "/api/v1/units/{unit_id}/status"),
    ("GET", "/api/v1/units/{unit_id}/trail"),
    ("GET", "/api/v1/units/{unit_id}/assignments"),
    ("POST", "/api/v1/units/{unit_id}/assignments"),
    ("DELETE", "/api/v1/units/{unit_id}/assignments/{alert_id}"),
    ("POST", "/api/v1/units/{unit_id}/assignments/{alert_id}/step"),
    ("GET", "/api/v1/alerts/{alert_id}/units"),
    ("GET", "/api/v1/places/{place_id}"),
    ("PUT", "/api/v1/places/{place_id}"),
    ("DELETE", "/api/v1/places/{place_id}"),
}
"""These answer 404 for what is the other county's."""
REFUSED_FIRST = {
    ("PUT", "/api/v1/users/{user_id}/reach"),
    ("PUT", "/api/v1/units/{unit_id}"),
    ("PUT", "/api/v1/places/{place_id}"),
}
"""These name an area in their body and are refused for it before they look: 422."""
DEVICES = {("POST", "/api/v1/positions"), ("POST", "/api/v1/units/{unit_id}/positions")}
"""A unit's device speaks for its unit: tests/coordinator/test_positions.py."""
BOXES = {
    ("POST", "/api/v1/edge/alerts"): 403,
    ("POST", "/api/v1/edge/health"): 403,
    ("PUT", "/api/v1/edge/alerts/{alert_id}/clip"): 404,
    ("GET", "/api/v1/boxes/{box_id}/cameras"): 403,
    ("PUT", "/api/v1/edge/snapshots/{sha256}"): None,  # a content by its hash is of no box, and nothing is shown
}
"""A box's token for the other county's box."""
OF_ALERTS = {("GET", "/api/v1/incidents"), ("POST", "/api/v1/incidents"), ("POST", "/api/v1/handovers")}
"""These name alerts by their ids alone; they have a test of their own below."""
MAKERS = {("POST", "/api/v1/tokens"), ("POST", "/api/v1/users"), ("POST", "/api/v1/registry/import")}
"""These have tests of their own below."""


@pytest.fixture(scope="module")
def counties(initialised: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwoCounties]:
    folder = Path(shutil.copytree(initialised, tmp_path_factory.mktemp("counties") / "site"))
    with TwoCounties(folder, {HERE: clip(0.3, shade=10), THERE: clip(0.3, shade=20)}) as desk:
        yield desk


def test_the_tables_of_this_test_name_every_route(counties: TwoCounties) -> None:
    named = [*OF_NOBODY, *WHOLE, *LISTS, *ITEMS, *BOXES, *DEVICES, *MAKERS, *OF_ALERTS]
    assert sorted(named) == sorted(routes(counties))


@pytest.mark.parametrize(("mine", "theirs"), [(HERE, THERE), (THERE, HERE)])
@pytest.mark.parametrize("scope", ["console", "admin"])
def test_a_list_shows_the_own_county_and_nothing_of_the_other(
    counties: TwoCounties, scope: str, mine: str, theirs: str
) -> None:
    for method, path in sorted(LISTS):
        params = {"lat": 31.87, "lon": 117.28} if path.endswith("suggestions/units") else {}
        answer = counties.call(method, path, f"{scope}-{mine}", params=params)
        if answer.status_code == 403:
            continue  # not for this scope: tests/coordinator/test_gate.py says which
        assert answer.status_code == 200, path
        assert mine in answer.text, path
        _holds_nothing_of(counties, theirs, answer.text, path)
        everywhere = counties.call(method, path, scope, params=params).text
        assert mine in everywhere, path
        assert theirs in everywhere, path


@pytest.mark.parametrize(("mine", "theirs"), [(HERE, THERE), (THERE, HERE)])
@pytest.mark.parametrize("scope", ["console", "admin"])
def test_what_lies_in_the_other_county_is_not_there(counties: TwoCounties, scope: str, mine: str, theirs: str) -> None:
    for method, path in sorted(ITEMS):
        url = _address(path, counties.own[theirs])
        request = _request(method, path, counties, theirs)
        answer = counties.call(method, url, f"{scope}-{mine}", **request)
        if answer.status_code == 403:
            assert scope == "console"
            continue
        assert answer.status_code == (422 if (method, path) in REFUSED_FIRST else 404), (method, path, answer.text)
        if answer.status_code == 422:
            continue  # refused before it looks: the areas are not the asker's to give
        if method != "HEAD":
            assert answer.json()["type"] == "urn:skynet:problem:not-found"
        unknown = counties.call(
            method, address(path), f"{scope}-{mine}", **request | _as_unknown(method, path, counties)
        )
        assert unknown.status_code in (404, 422), (method, path)
        if unknown.status_code == 404 and method != "HEAD":  # nothing tells the two apart
            assert set(unknown.json()) == set(answer.json())


@pytest.mark.parametrize("mine", [HERE, THERE])
def test_what_lies_in_the_own_county_is(counties: TwoCounties, mine: str) -> None:
    reading = [call for call in sorted(ITEMS) if call[0] in ("GET", "HEAD")]
    for method, path in reading:
        answer = counties.call(method, _address(path, counties.own[mine]), f"admin-{mine}")
        assert answer.status_code == 200, (method, path)
    changing = [call for call in sorted(ITEMS) if call[0] not in ("GET", "HEAD", "DELETE")]
    for method, path in changing:  # without what they demand: seen, and told what is missing
        answer = counties.call(
            method, _address(path, counties.own[mine]), f"admin-{mine}", **_request(method, path, counties, mine)
        )
        assert answer.status_code not in (403, 404), (method, path, answer.text)


@pytest.mark.parametrize(("mine", "theirs"), [(HERE, THERE), (THERE, HERE)])
def test_the_ledger_and_the_metrics_are_for_who_sees_everywhere(counties: TwoCounties, mine: str, theirs: str) -> None:
    for method, path in WHOLE:
        for scope in ("console", "admin"):
            assert counties.call(method, address(path), f"{scope}-{mine}").status_code == 403, path
        assert counties.call(method, address(path), "admin").status_code != 403


@pytest.mark.parametrize(("mine", "theirs"), [(HERE, THERE), (THERE, HERE)])
def test_a_box_speaks_only_for_itself(counties: TwoCounties, mine: str, theirs: str) -> None:
    for (method, path), status in BOXES.items():
        if status is None:
            continue
        for county, expected in ((theirs, status), (mine, 200)):
            url = _address(path, counties.own[county])
            answer = counties.call(method, url, f"edge-{mine}", **_request(method, path, counties, county))
            assert answer.status_code == expected, (path, county, answer.text)


def test_an_unregistered_camera_is_seen_from_everywhere_only(counties: TwoCounties) -> None:
    stray = alert(camera_id="stray", box_id="box-luyang")
    counties.send(stray, box_id="box-luyang")
    assert counties.call("GET", f"/api/v1/alerts/{stray['id']}", f"console-{HERE}").status_code == 404
    assert counties.call("GET", f"/api/v1/alerts/{stray['id']}", "console").status_code == 200


@pytest.mark.parametrize(("mine", "theirs"), [(HERE, THERE), (THERE, HERE)])
def test_an_incident_shows_and_takes_only_the_own_county_s_alerts(
    counties: TwoCounties, mine: str, theirs: str
) -> None:
    listed = counties.call("GET", "/api/v1/incidents", f"console-{mine}").json()["items"]
    assert [one["id"] for one in listed] == [counties.own[mine]["{incident_id}"]]
    ids = [counties.own[county]["{alert_id}"] for county in (mine, theirs)]
    assert counties.call("POST", "/api/v1/incidents", f"console-{mine}", json={"alert_ids": ids}).status_code == 404
    given = {"giver": "a", "taker": "b", "alert_ids": ids[1:]}
    assert counties.call("POST", "/api/v1/handovers", f"console-{mine}", json=given).status_code == 404


def test_nobody_makes_a_token_that_reaches_further_than_they_do(counties: TwoCounties) -> None:
    def make(**wanted: Any) -> Any:
        return counties.call(
            "POST", "/api/v1/tokens", f"admin-{HERE}", json={"name": "new", "scope": "console"} | wanted
        )

    for areas in ([""], [AREA[THERE]], ["合肥"], [AREA[HERE], AREA[THERE]], ["合肥/庐阳"]):
        answer = make(areas=areas)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "areas"), areas
    person = {"login": "wang", "name": "王", "roles": ["dispatcher"]}
    further = person | {"areas": [AREA[THERE]]}
    assert counties.call("POST", "/api/v1/users", f"admin-{HERE}", json=further).status_code == 422
    assert counties.call("POST", "/api/v1/users", f"admin-{HERE}", json=person).json()["areas"] == [AREA[HERE]]
    assert make().json()["areas"] == [AREA[HERE]]
    assert make(areas=[AREA[HERE] + "/三牌楼"]).status_code == 201
    assert make(scope="edge").json()["errors"][0]["field"] == "bound_to"
    assert make(scope="edge", bound_to="box-shushan").json()["errors"][0]["field"] == "bound_to"
    assert make(scope="edge", bound_to="box-luyang").status_code == 201


def test_nothing_is_registered_in_the_other_county(counties: TwoCounties) -> None:
    def ask(method: str, path: str, body: dict[str, Any], **headers: str) -> Any:
        return counties.call(method, f"/api/v1/registry/{path}", f"admin-{HERE}", json=body, headers=headers)

    there = {"city": "合肥", "county": "蜀山区"}
    assert ask("PUT", "sites/new", site("new", region=there)).json()["errors"][0]["field"] == "region"
    assert ask("PUT", "cameras/new", camera("new", site="site-shushan")).json()["errors"][0]["field"] == "site"
    assert ask("PUT", "cameras/camera-luyang/box", {"box_id": "box-shushan"}, **{"If-Match": "*"}).status_code == 409
    moved = site("site-luyang", region=there)
    assert ask("PUT", "sites/site-luyang", moved, **{"If-Match": "*"}).json()["errors"][0]["field"] == "region"


def test_an_import_takes_only_what_is_the_own_county_s(counties: TwoCounties) -> None:
    there = {"city": "合肥", "county": "蜀山区"}
    rows = {
        "sites": [site("mine"), site("yours", region=there), site("site-shushan")],
        "cameras": [
            camera("one", site="mine"),
            camera("two", site="site-shushan"),
            camera("camera-shushan", site="mine"),
            camera("three", site="mine", box_id="box-shushan"),
        ],
    }
    headers = {"Content-Type": "application/json"}
    for dry in ("true", "false"):
        path = f"/api/v1/registry/import?dry_run={dry}"
        answer = counties.call("POST", path, f"admin-{HERE}", content=json.dumps(rows), headers=headers)
        report = answer.json()
        assert (answer.status_code, report["sites"]["created"], report["cameras"]["created"]) == (200, 1, 1), report
        assert len(report["bad"]) == 5, report


def test_a_token_ends_when_it_was_said_to(counties: TwoCounties) -> None:
    wanted = {"name": "guest", "scope": "console", "expires_at": "2026-02-02T03:00:00Z"}
    made = counties.call("POST", "/api/v1/tokens", "admin", json=wanted)
    counties.tokens["guest"] = made.json()["token"]
    assert counties.call("GET", "/api/v1/cameras", "guest").status_code == 200
    before, counties.clock.posix_s = counties.clock.posix_s, 1_770_001_200.0
    assert counties.call("GET", "/api/v1/cameras", "guest").status_code == 401
    counties.clock.posix_s = before
    past = {"name": "late", "scope": "console", "expires_at": "2020-02-02T03:00:00Z"}
    assert counties.call("POST", "/api/v1/tokens", "admin", json=past).status_code == 422


def test_a_box_of_two_counties_does_not_tell_how_much_it_has_to_send(counties: TwoCounties) -> None:
    boxes = {b["id"]: b for b in counties.call("GET", "/api/v1/boxes", f"console-{HERE}").json()["items"]}
    assert boxes["box-luyang"]["outbox_pending"] == 3
    region = {"city": "合肥", "county": "蜀山区"}
    put_site(counties, site("over", region=region))
    counties._report("stray-2", "box-luyang")
    boxes = {b["id"]: b for b in counties.call("GET", "/api/v1/boxes", f"console-{HERE}").json()["items"]}
    assert boxes["box-luyang"]["outbox_pending"] is None


def test_a_token_that_speaks_for_any_box_is_warned_of(counties: TwoCounties) -> None:
    listed = {t["name"]: t["warning"] for t in counties.call("GET", "/api/v1/tokens", "admin").json()["items"]}
    assert "any box" in listed["edge"]
    assert listed["edge-luyang"] is None
    assert listed["console"] is None


def _address(path: str, own: dict[str, str]) -> str:
    for name, value in own.items():
        path = path.replace(name, value)
    return path


def _request(method: str, path: str, counties: TwoCounties, county: str) -> dict[str, Any]:
    """What the route demands beside its address, so that it comes to looking for the thing."""
    own, headers = counties.own[county], {"If-Match": "*"}
    bodies: dict[Call, Any] = {
        ("POST", "/api/v1/alerts/{alert_id}/acknowledge"): {"operator": "李"},
        ("POST", "/api/v1/alerts/{alert_id}/steps"): {"step": "acknowledge", "operator": "李"},
        ("POST", "/api/v1/alerts/{alert_id}/notes"): {"operator": "李", "note": "看过"},
        ("PUT", "/api/v1/registry/sites/{site_id}"): site(own["{site_id}"], place_class=None),
        ("PUT", "/api/v1/registry/cameras/{camera_id}"): camera(own["{camera_id}"], site=own["{site_id}"]),
        ("POST", "/api/v1/registry/cameras/{camera_id}/state"): {"state": "draft"},
        ("PUT", "/api/v1/registry/cameras/{camera_id}/box"): {"box_id": own["{box_id}"]},
        ("POST", "/api/v1/registry/cameras/{camera_id}/shares"): {
            "unit": "nobody",
            "starts_at": "2026-01-01T00:00:00Z",
            "ends_at": "2026-12-31T00:00:00Z",
            "purpose": "巡查",
            "granted_by": "王",
        },
        ("PUT", "/api/v1/users/{user_id}/reach"): {"roles": ["dispatcher"], "areas": [AREA[county]]},
        ("POST", "/api/v1/users/{user_id}/password"): {},
        ("PUT", "/api/v1/units/{unit_id}"): unit(own["{unit_id}"], area=AREA[county]),
        ("PUT", "/api/v1/units/{unit_id}/status"): {"status": "available"},
        ("POST", "/api/v1/units/{unit_id}/assignments"): {"alert_id": own["{alert_id}"]},
        ("POST", "/api/v1/units/{unit_id}/assignments/{alert_id}/step"): {"step": "accept"},
        ("PUT", "/api/v1/places/{place_id}"): place(own["{place_id}"], AREA[county]),
        ("POST", "/api/v1/edge/alerts"): {"box_id": own["{box_id}"], "alerts": []},
        ("POST", "/api/v1/edge/health"): {
            "box_id": own["{box_id}"],
            "version": "1",
            "sent_at": "2026-02-01T00:00:00Z",
            "outbox_pending": 3,
            "cameras": [
                {
                    "camera": {"id": own["{camera_id}"], "name": "n", "site": own["{site_id}"]},
                    "state": "live",
                    "since": "2026-02-01T00:00:00Z",
                }
            ],
        },
    }
    if (method, path) == ("PUT", "/api/v1/edge/alerts/{alert_id}/clip"):
        sent = counties.clips[county]
        return {"params": sent.query(), "content": sent.content, "headers": {"Content-Type": "video/mp4"}}
    body = bodies.get((method, path))
    return {"headers": headers} if body is None else {"headers": headers, "json": body}


def _as_unknown(method: str, path: str, counties: TwoCounties) -> dict[str, Any]:
    """The body of a PUT names what its address names."""
    if method == "PUT" and path.endswith("{site_id}"):
        return {"json": site("school-gate")}
    if method == "PUT" and path.endswith("{camera_id}"):
        return {"json": camera("gate-3", site=counties.own[HERE]["{site_id}"])}
    return {}


def _holds_nothing_of(counties: TwoCounties, county: str, text: str, path: str) -> None:
    for word in (county, *counties.own[county].values()):
        assert word not in text, (path, word)
