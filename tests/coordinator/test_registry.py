from __future__ import annotations

import pytest

from tests.coordinator import sample_registry as sample
from tests.coordinator.desk_coordinator import DeskCoordinator
from tests.coordinator.sample_registry import READY, activate, assign, camera, move, put_camera, put_site, site


@pytest.fixture
def desk(coordinator: DeskCoordinator) -> DeskCoordinator:
    assert put_site(coordinator, site()).status_code == 201
    return coordinator


@pytest.mark.parametrize(
    "place", ["bathroom", "changing room", "Hotel-Room", "ward", "voting_booth", "学生宿舍", "更衣室"]
)
def test_a_forbidden_place_is_refused_by_name_with_the_reason(coordinator: DeskCoordinator, place: str) -> None:
    answer = put_site(coordinator, site(place_class=place))
    assert answer.status_code == 422
    assert f"'{place}' is a forbidden place" in answer.json()["detail"]
    assert coordinator.call("GET", "/api/v1/registry/sites/school-3", "console").status_code == 404


def test_an_unknown_place_is_refused_with_those_that_there_are(coordinator: DeskCoordinator) -> None:
    detail = put_site(coordinator, site(place_class="castle")).json()["detail"]
    assert "scrap_yard" in detail
    assert "bathroom" not in detail


def test_activation_tells_everything_that_is_missing_at_once(coordinator: DeskCoordinator) -> None:
    put_site(coordinator, site(place_class=None))
    put_camera(coordinator, camera())
    answer = move(coordinator, "gate-3", "active")
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:skynet:problem:activation-refused")
    assert [error["field"] for error in answer.json()["errors"]] == [
        "site.place_class",
        "sign",
        "filing_no",
        "privacy_masks",
    ]
    assert coordinator.call("GET", "/api/v1/registry/cameras/gate-3", "console").json()["state"] == "draft"


@pytest.mark.parametrize("missing", sorted(READY))
def test_each_safeguard_alone_stops_activation(desk: DeskCoordinator, missing: str) -> None:
    put_camera(desk, camera() | {key: value for key, value in READY.items() if key != missing})
    answer = move(desk, "gate-3", "active")
    assert [error["field"] for error in answer.json()["errors"]] == [missing]


def test_masks_may_be_declared_needless_with_a_name_and_a_reason(desk: DeskCoordinator) -> None:
    decided = {"privacy_masks": [], "no_masks_needed": {"by": "李警官", "why": "只拍到公共道路"}}
    put_camera(desk, camera() | READY | decided)
    assert move(desk, "gate-3", "active").status_code == 200


def test_an_active_camera_cannot_lose_what_it_must_have(desk: DeskCoordinator) -> None:
    activate(desk, camera())
    answer = put_camera(desk, camera() | READY | {"filing_no": None}, "*")
    assert [error["field"] for error in answer.json()["errors"]] == ["filing_no"]
    answer = put_site(desk, site(place_class=None), "*")
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:skynet:problem:state-conflict")


def test_nothing_leads_back_from_retired(desk: DeskCoordinator) -> None:
    activate(desk, camera())
    assert [move(desk, "gate-3", state).status_code for state in ("suspended", "active", "retired")] == [200] * 3
    assert move(desk, "gate-3", "active").status_code == 409
    assert put_camera(desk, camera(name="西门"), "*").status_code == 409
    assert assign(desk, "gate-3", "box-2").status_code == 409


def test_changes_need_the_version_that_was_seen(desk: DeskCoordinator) -> None:
    first = put_camera(desk, camera())
    assert (first.status_code, first.headers["ETag"]) == (201, '"1"')
    assert put_camera(desk, camera(name="西门")).status_code == 428
    second = put_camera(desk, camera(name="西门"), '"1"')
    assert (second.status_code, second.headers["ETag"]) == (200, '"2"')
    assert put_camera(desk, camera(name="南门"), '"1"').status_code == 412
    assert move(desk, "gate-3", "retired", '"1"').status_code == 412
    assert put_camera(desk, camera("gate-4"), '"1"').status_code == 404


def test_secrets_of_addresses_are_shown_to_nobody_who_reads(desk: DeskCoordinator) -> None:
    shown = put_camera(desk, camera())
    assert shown.json()["camera"]["source"] == "rtsp://192.0.2.10:554/stream1?***"
    pages = [
        desk.call("GET", path, scope).text
        for scope in ("console", "admin")
        for path in ("/api/v1/registry/cameras", "/api/v1/registry/cameras/gate-3")
    ]
    pages.append(desk.call("GET", "/api/v1/audit?limit=500", "admin").text)
    assert not [page for page in pages if "s3cret" in page]


def test_an_address_given_back_as_it_was_shown_stays(desk: DeskCoordinator) -> None:
    shown = put_camera(desk, camera()).json()["camera"]
    assert put_camera(desk, shown | {"name": "西门"}, '"1"').status_code == 200
    activate_again = put_camera(desk, shown | READY, '"2"')
    assert activate_again.status_code == 200
    assign(desk, "gate-3", "box-1")
    move(desk, "gate-3", "active")
    got = desk.call("GET", "/api/v1/boxes/box-1/cameras", "edge").json()["cameras"][0]
    assert got["source"] == camera()["source"]


def test_a_new_camera_with_a_hidden_address_is_refused(desk: DeskCoordinator) -> None:
    answer = put_camera(desk, camera(source="rtsp://192.0.2.10/1?***"))
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "source")


def test_a_camera_needs_its_site_and_an_address_without_credentials(desk: DeskCoordinator) -> None:
    assert "register it first" in put_camera(desk, camera(site="nowhere")).json()["detail"]
    answer = put_camera(desk, camera(source="rtsp://admin:pw@192.0.2.10/1"))
    assert answer.status_code == 422
    assert "pw" not in answer.json()["detail"]


def test_every_change_is_audited_with_who_and_why(desk: DeskCoordinator) -> None:
    activate(desk, camera())
    entries = [e for e in desk.audit() if e["subject"] in ("camera:gate-3", "site:school-3")]
    assert [e["action"] for e in entries] == [
        "site.registered",
        "camera.registered",
        "camera.assigned",
        "camera.active",
    ]
    assert all(e["actor"].startswith("admin:") for e in entries)


def test_only_admins_change_and_boxes_do_not_read_the_registry(desk: DeskCoordinator) -> None:
    path = "/api/v1/registry/cameras/gate-3"
    assert desk.call("PUT", path, "console", json=camera()).status_code == 403
    assert desk.call("GET", path, "edge").status_code == 403
    assert desk.call("GET", "/api/v1/boxes/box-1/cameras", "admin").status_code == 403


def test_cameras_come_filtered_and_in_pages(desk: DeskCoordinator) -> None:
    put_site(desk, sample.site("park-1", place_class="park"))
    for name, where in (("a", "school-3"), ("b", "park-1"), ("c", "school-3")):
        put_camera(desk, camera(name, site=where))
    assign(desk, "c", "box-9")

    def ids(query: str) -> list[str]:
        answer = desk.call("GET", f"/api/v1/registry/cameras?{query}", "console").json()
        return [item["id"] for item in answer["items"]]

    assert (ids("site=school-3"), ids("box_id=box-9"), ids("state=active")) == (["a", "c"], ["c"], [])
    first = desk.call("GET", "/api/v1/registry/cameras?limit=2", "console").json()
    assert (first["has_more"], ids(f"limit=2&cursor={first['next_cursor']}")) == (True, ["c"])
