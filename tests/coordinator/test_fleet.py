from __future__ import annotations

from typing import Any

import pytest

from tests.coordinator.desk_coordinator import DeskCoordinator


def camera(camera_id: str, **changes: Any) -> dict[str, Any]:
    return {
        "camera": {"id": camera_id, "name": f"相机 {camera_id}", "site": "school"},
        "state": "live",
        "since": "2026-02-01T00:00:00Z",
        "decode_fps": 12.5,
    } | changes


def report(coordinator: DeskCoordinator, box_id: str, *cameras: dict[str, Any], **changes: Any) -> Any:
    body = {
        "box_id": box_id,
        "version": "0.1.0",
        "sent_at": "2026-02-02T02:39:59.9Z",
        "outbox_pending": 2,
        "cameras": list(cameras),
    }
    return coordinator.call("POST", "/api/v1/edge/health", "edge", json=body | changes)


def get(coordinator: DeskCoordinator, path: str) -> Any:
    return coordinator.call("GET", f"/api/v1/{path}", "console").json()


def test_consoles_see_what_boxes_report(coordinator: DeskCoordinator) -> None:
    assert report(coordinator, "box-1", camera("a")).json() == {"accepted": ["a"], "refused": []}
    seen = get(coordinator, "cameras/a")
    assert (seen["name"], seen["site"], seen["box_id"], seen["stale"]) == ("相机 a", "school", "box-1", False)
    assert seen["last_report_at"] == "2026-02-02T02:40:00.000Z"
    assert (seen["health"]["state"], seen["health"]["decode_fps"]) == ("live", 12.5)
    assert get(coordinator, "boxes")["items"] == [
        {
            "id": "box-1",
            "version": "0.1.0",
            "outbox_pending": 2,
            "sent_at": "2026-02-02T02:39:59.900Z",
            "last_report_at": "2026-02-02T02:40:00.000Z",
            "stale": False,
        }
    ]


def test_a_silent_box_makes_its_cameras_stale(coordinator: DeskCoordinator) -> None:
    report(coordinator, "box-1", camera("a"))
    coordinator.clock.posix_s += 30
    assert not get(coordinator, "cameras/a")["stale"]
    coordinator.clock.posix_s += 0.001
    assert get(coordinator, "cameras/a")["stale"]
    assert get(coordinator, "boxes")["items"][0]["stale"]
    report(coordinator, "box-1", camera("a"))
    assert not get(coordinator, "cameras/a")["stale"]


def test_a_camera_of_another_box_is_refused_alone_until_it_is_given_up(coordinator: DeskCoordinator) -> None:
    report(coordinator, "box-1", camera("a"))
    answer = report(coordinator, "box-2", camera("a", state="failed"), camera("b")).json()
    assert answer["accepted"] == ["b"]
    assert [r["camera_id"] for r in answer["refused"]] == ["a"]
    assert "box-1" in answer["refused"][0]["detail"]
    assert get(coordinator, "cameras/a")["health"]["state"] == "live"
    report(coordinator, "box-1")
    assert report(coordinator, "box-2", camera("a"), camera("b")).json()["accepted"] == ["a", "b"]
    assert get(coordinator, "cameras/a")["box_id"] == "box-2"
    assert "skynet_coordinator_cameras_refused_total 1.0" in coordinator.call("GET", "/metrics", "console").text


def test_a_camera_named_twice_counts_once(coordinator: DeskCoordinator) -> None:
    answer = report(coordinator, "box-1", camera("a"), camera("a", state="failed")).json()
    assert (answer["accepted"], len(answer["refused"])) == (["a"], 1)
    assert get(coordinator, "cameras/a")["health"]["state"] == "live"


@pytest.mark.parametrize(
    "changes",
    [
        {"outbox_pending": -1},
        {"outbox_pending": 2**64},
        {"sent_at": "0001-01-01T00:00:00+08:00"},
        {"cameras": [{"camera": {"id": "A"}}]},
        {"cameras": [camera("a", frames_decoded=-1)]},
        {"mood": "fine"},
    ],
)
def test_a_report_that_is_not_allowed_changes_nothing(coordinator: DeskCoordinator, changes: dict[str, Any]) -> None:
    assert report(coordinator, "box-1", **changes).status_code == 422
    assert get(coordinator, "boxes")["items"] == []


def test_registrations_are_audited_and_signs_of_life_are_not(coordinator: DeskCoordinator) -> None:
    report(coordinator, "box-1", camera("a"))
    report(coordinator, "box-1", camera("a", state="stalled"))
    report(coordinator, "box-1", camera("a"), camera("b"))
    entries = [(e["action"], e["detail"]["cameras"]) for e in coordinator.audit() if e["subject"] == "box:box-1"]
    assert entries == [("box.registered", ["a"]), ("box.cameras_added", ["b"])]


def test_cameras_come_in_pages(coordinator: DeskCoordinator) -> None:
    report(coordinator, "box-1", *(camera(name) for name in "dbaec"))
    seen, query = "", "limit=2"
    for _ in range(3):
        answer = get(coordinator, f"cameras?{query}")
        seen += "".join(item["id"] for item in answer["items"])
        query = f"limit=2&cursor={answer['next_cursor']}"
    assert (seen, answer["has_more"]) == ("abcde", False)


def test_an_unknown_camera_is_404(coordinator: DeskCoordinator) -> None:
    assert coordinator.call("GET", "/api/v1/cameras/none", "console").status_code == 404
