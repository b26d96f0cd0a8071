"""Sites and cameras as an admin would register them."""

from __future__ import annotations

from typing import Any

from tests.coordinator.desk_coordinator import DeskCoordinator

READY = {
    "sign": {"by": "李警官", "at": "2026-01-05T09:00:00+08:00"},
    "filing_no": "皖备2026-0017",
    "privacy_masks": [[[0, 0], [0.2, 0], [0.2, 0.3]]],
}
"""What activation demands of a camera."""


def site(site_id: str = "school-3", **changes: Any) -> dict[str, Any]:
    return {
        "id": site_id,
        "name": "第三小学",
        "owner": {"kind": "police", "name": "庐阳分局"},
        "region": {"city": "合肥", "county": "庐阳区"},
        "place_class": "school",
        "position": {"latitude": 31.87, "longitude": 117.28},
    } | changes


def social_site(site_id: str = "pawn-1", **changes: Any) -> dict[str, Any]:
    owner = {"kind": "social", "name": "恒通典当"}
    return site(site_id, name="恒通典当行", owner=owner, place_class="pawnshop") | changes


def camera(camera_id: str = "gate-3", **changes: Any) -> dict[str, Any]:
    return {
        "id": camera_id,
        "name": "东门",
        "site": "school-3",
        "source": "rtsp://192.0.2.10:554/stream1?token=s3cret",
        "sub_source": "rtsp://192.0.2.10:554/stream2",
        "login": "school",
        "declared": {"width": 1920, "height": 1080, "fps": 25},
    } | changes


def put_site(desk: DeskCoordinator, value: dict[str, Any], etag: str | None = None) -> Any:
    headers = {} if etag is None else {"If-Match": etag}
    return desk.call("PUT", f"/api/v1/registry/sites/{value['id']}", "admin", json=value, headers=headers)


def put_camera(desk: DeskCoordinator, value: dict[str, Any], etag: str | None = None) -> Any:
    headers = {} if etag is None else {"If-Match": etag}
    return desk.call("PUT", f"/api/v1/registry/cameras/{value['id']}", "admin", json=value, headers=headers)


def move(desk: DeskCoordinator, camera_id: str, state: str, etag: str = "*") -> Any:
    path = f"/api/v1/registry/cameras/{camera_id}/state"
    return desk.call("POST", path, "admin", json={"state": state}, headers={"If-Match": etag})


def assign(desk: DeskCoordinator, camera_id: str, box_id: str | None, etag: str = "*") -> Any:
    path = f"/api/v1/registry/cameras/{camera_id}/box"
    return desk.call("PUT", path, "admin", json={"box_id": box_id}, headers={"If-Match": etag})


def activate(desk: DeskCoordinator, value: dict[str, Any], box_id: str | None = "box-1") -> None:
    """Register a camera, give it to a box and activate it; all of it must be taken."""
    answers = [put_camera(desk, value | READY), assign(desk, value["id"], box_id), move(desk, value["id"], "active")]
    assert [answer.status_code for answer in answers] == [201, 200, 200], [answer.text for answer in answers]
