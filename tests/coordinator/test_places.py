from __future__ import annotations

from typing import Any

import pytest

from tests.coordinator.desk_coordinator import DeskCoordinator
from tests.coordinator.test_units import narrow


def place(place_id: str = "post-3", **changes: Any) -> dict[str, Any]:
    return {
        "id": place_id,
        "kind": "post",
        "name": "三孝口警务站",
        "area": "合肥/庐阳区",
        "position": {"latitude": 31.86, "longitude": 117.27},
        "office_phone": "0551-110",
        "opening_hours": {"windows": [{"from": "08:00", "to": "20:00"}]},
    } | changes


def put(coordinator: DeskCoordinator, value: dict[str, Any], etag: str | None = None) -> Any:
    headers = {} if etag is None else {"If-Match": etag}
    return coordinator.call("PUT", f"/api/v1/places/{value['id']}", "admin", json=value, headers=headers)


def test_a_place_is_kept_changed_and_removed(coordinator: DeskCoordinator) -> None:
    assert (put(coordinator, place()).status_code, put(coordinator, place()).status_code) == (201, 428)
    assert put(coordinator, place(name="新站"), '"1"').headers["etag"] == '"2"'
    shown = coordinator.call("GET", "/api/v1/places/post-3", "console").json()
    assert (shown["name"], shown["opening_hours"]["windows"][0]["from"]) == ("新站", "08:00:00")
    assert coordinator.call("DELETE", "/api/v1/places/post-3", "admin", headers={"If-Match": '"1"'}).status_code == 412
    assert coordinator.call("DELETE", "/api/v1/places/post-3", "admin", headers={"If-Match": '"2"'}).status_code == 204
    assert coordinator.call("GET", "/api/v1/places/post-3", "console").status_code == 404
    actions = [e["action"] for e in coordinator.audit() if e["subject"] == "place:post-3"]
    assert actions == ["place.registered", "place.changed", "place.removed"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "castle"}, "kind"),
        ({"office_phone": "<script>"}, "office_phone"),
        ({"position": {"latitude": 117.27, "longitude": 31.86}}, "position.latitude"),
        ({"owner": "x"}, "owner"),
    ],
)
def test_what_is_no_place_is_refused_with_its_field(
    coordinator: DeskCoordinator, changes: dict[str, Any], field: str
) -> None:
    answer = put(coordinator, place(**changes))
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


def test_places_on_the_map_keep_to_box_kind_and_area(coordinator: DeskCoordinator) -> None:
    put(coordinator, place())
    put(coordinator, place("gate", kind="checkpoint", area="合肥/蜀山区"))
    put(coordinator, place("far", position={"latitude": 40.0, "longitude": 100.0}))
    box = "/api/v1/map/places?west=117&south=31&east=118&north=32"

    def ids(path: str) -> list[str]:
        return [f["id"] for f in coordinator.call("GET", path, "console").json()["features"]]

    assert ids(box) == ["gate", "post-3"]
    assert ids(box + "&kind=post") == ["post-3"]
    (feature,) = coordinator.call("GET", box + "&kind=post", "console").json()["features"]
    assert feature["geometry"]["coordinates"] == [117.27, 31.86]
    assert feature["properties"]["name"] == "三孝口警务站"
    narrow(coordinator, "合肥/蜀山区")
    assert ids("/api/v1/map/places") == ["gate"]
    assert coordinator.call("GET", "/api/v1/places/post-3", "console").status_code == 404
    assert [p["id"] for p in coordinator.call("GET", "/api/v1/places", "console").json()["items"]] == ["gate"]
    assert put(coordinator, place(), '"1"').json()["errors"][0]["field"] == "area"
