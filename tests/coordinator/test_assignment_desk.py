from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.coordinator.desk_coordinator import DeskCoordinator
from tests.coordinator.sample_registry import activate, assign, camera, move, put_camera, put_site, site, social_site


@pytest.fixture
def desk(coordinator: DeskCoordinator) -> DeskCoordinator:
    put_site(coordinator, site())
    put_site(coordinator, social_site())
    return coordinator


def cameras(desk: DeskCoordinator, known: int | None = None, box_id: str = "box-1") -> Any:
    query = "" if known is None else f"?known={known}"
    return desk.call("GET", f"/api/v1/boxes/{box_id}/cameras{query}", "edge")


def version(desk: DeskCoordinator, box_id: str = "box-1") -> int:
    return int(cameras(desk, box_id=box_id).json()["version"])


def waited(desk: DeskCoordinator, known: int, change: Coroutine[Any, Any, Any] | None = None, wait: float = 20) -> Any:
    """The answer to a box that waits while `change` happens."""

    async def both() -> Any:
        path = f"/api/v1/boxes/box-1/cameras?known={known}&wait={wait}"
        poll = asyncio.create_task(desk.acall("GET", path, "edge"))
        while desk.app.state.parts.metrics.long_polls._value.get() == 0:
            await asyncio.sleep(0.01)
        if change is not None:
            await change
        return await poll

    return asyncio.run(both())


def test_a_box_without_cameras_has_version_0_and_nothing(coordinator: DeskCoordinator) -> None:
    assert cameras(coordinator).json() == {"version": 0, "cameras": []}
    assert cameras(coordinator, known=0).status_code == 204


def test_a_box_is_told_its_active_cameras_whole(desk: DeskCoordinator) -> None:
    put_camera(desk, camera("draft-1"))
    assign(desk, "draft-1", "box-1")
    activate(desk, camera(rules={"zones": {"yard": [[0, 0], [1, 0], [1, 1]]}}))
    activate(desk, camera("other"), "box-2")
    answer = cameras(desk).json()
    assert (answer["version"], [c["id"] for c in answer["cameras"]]) == (1, ["gate-3"])
    told = answer["cameras"][0]
    assert (told["source"], told["login"]) == (camera()["source"], "school")
    assert told["declared"] == {"width": 1920, "height": 1080, "fps": 25.0}
    assert told["rules"]["zones"] == {"yard": [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]]}


def test_the_version_grows_with_what_the_box_would_see_and_nothing_else(desk: DeskCoordinator) -> None:
    activate(desk, camera())
    assert version(desk) == 1
    put_camera(desk, camera("elsewhere"))
    seen = desk.call("GET", "/api/v1/registry/cameras/gate-3", "console").json()["camera"]
    put_camera(desk, seen | {"filing_no": "皖备2026-0018"}, "*")
    assert cameras(desk, known=1).status_code == 204
    put_camera(desk, seen | {"analysis_fps": 8}, "*")
    assert (version(desk), version(desk)) == (2, 2)
    move(desk, "gate-3", "suspended")
    assert cameras(desk, known=2).json() == {"version": 3, "cameras": []}
    move(desk, "gate-3", "active")
    assert version(desk) == 4
    assign(desk, "gate-3", "box-2")
    assert (version(desk), version(desk, "box-2")) == (5, 1)


def test_the_version_outlives_the_process(desk: DeskCoordinator) -> None:
    activate(desk, camera())
    assert version(desk) == 1
    with DeskCoordinator(desk.site) as again:
        assert cameras(again, known=1).status_code == 204


def test_a_box_ahead_of_a_restored_coordinator_is_told_all_with_a_later_version(desk: DeskCoordinator) -> None:
    activate(desk, camera())
    answer = cameras(desk, known=41).json()
    assert (answer["version"], len(answer["cameras"])) == (42, 1)
    assert cameras(desk, known=42).status_code == 204


def test_a_waiting_box_hears_of_a_change_and_of_no_change(desk: DeskCoordinator) -> None:
    activate(desk, camera())
    body = {"json": {"state": "suspended"}, "headers": {"If-Match": "*"}}
    change = desk.acall("POST", "/api/v1/registry/cameras/gate-3/state", "admin", **body)
    assert waited(desk, version(desk), change).json() == {"version": 2, "cameras": []}
    assert waited(desk, 2, wait=0.2).status_code == 204


def test_the_end_of_the_process_sends_waiting_boxes_home(desk: DeskCoordinator) -> None:
    async def end() -> None:
        desk.app.state.parts.registry.close()

    assert waited(desk, 0, end()).status_code == 204


def at(hour: int, minute: int = 0, day: int = 2) -> float:
    """A time of February 2026 in China."""
    return datetime(2026, 2, day, hour, minute, tzinfo=UTC).timestamp() - 8 * 3600


def share(desk: DeskCoordinator, **changes: Any) -> Any:
    body = {
        "unit": "恒通典当",
        "granted_by": "王经理",
        "purpose": "夜间防盗",
        "starts_at": "2026-02-01T00:00:00+08:00",
        "ends_at": "2026-03-01T00:00:00+08:00",
        "schedule": {"windows": [{"from": "20:00", "to": "06:00"}]},
    }
    return desk.call("POST", "/api/v1/registry/cameras/till-1/shares", "admin", json=body | changes)


def test_a_social_units_camera_is_assigned_only_while_a_share_holds(desk: DeskCoordinator) -> None:
    activate(desk, camera("till-1", site="pawn-1"))
    desk.clock.posix_s = at(21)
    assert cameras(desk).json() == {"version": 0, "cameras": []}
    granted = share(desk)
    assert granted.status_code == 201
    assert granted.json()["share"]["schedule"]["windows"][0]["from"] == "20:00:00"
    told = []
    for now in (at(21), at(5, 59, 3), at(6, 0, 3), at(19, 59, 3), at(20, 0, 3), at(21, day=28), at(0, day=28) + 86400):
        desk.clock.posix_s = now
        answer = cameras(desk).json()
        told.append((answer["version"], len(answer["cameras"])))
    assert told == [(1, 1), (1, 1), (2, 0), (2, 0), (3, 1), (3, 1), (4, 0)]


def test_a_waiting_box_hears_when_the_hours_of_a_share_begin(desk: DeskCoordinator) -> None:
    activate(desk, camera("till-1", site="pawn-1"))
    desk.clock.posix_s = at(19, 59)
    share(desk)

    async def evening() -> None:
        desk.clock.posix_s = at(20)

    assert [c["id"] for c in waited(desk, version(desk), evening()).json()["cameras"]] == ["till-1"]


def test_a_revoked_share_ends_at_once(desk: DeskCoordinator) -> None:
    activate(desk, camera("till-1", site="pawn-1"))
    desk.clock.posix_s = at(21)
    share_id = share(desk).json()["id"]
    revocation = desk.acall("DELETE", f"/api/v1/registry/shares/{share_id}", "admin")
    assert waited(desk, version(desk), revocation).json()["cameras"] == []
    shares = desk.call("GET", "/api/v1/registry/cameras/till-1/shares", "console").json()["items"]
    assert shares[0]["revoked_at"] == "2026-02-02T13:00:00.000Z"
    assert [e["action"] for e in desk.audit() if e["action"].startswith("share.")] == ["share.granted", "share.revoked"]


def test_leave_says_whether_why_and_until_when(desk: DeskCoordinator) -> None:
    activate(desk, camera("till-1", site="pawn-1"))
    activate(desk, camera("gate-3"))

    def leave(camera_id: str) -> tuple[bool, str | None]:
        answer = desk.call("GET", f"/api/v1/registry/cameras/{camera_id}/leave", "console").json()
        return answer["may_use"], answer["may_change_at"]

    desk.clock.posix_s = at(12)
    assert (leave("gate-3"), leave("till-1")) == ((True, None), (False, None))
    share(desk)
    assert leave("till-1") == (False, "2026-02-02T12:00:00.000Z")
    desk.clock.posix_s = at(20)
    assert leave("till-1") == (True, "2026-02-02T22:00:00.000Z")
    move(desk, "till-1", "suspended")
    assert leave("till-1") == (False, None)


def test_a_share_is_the_owners_alone_and_ends_with_its_ownership(desk: DeskCoordinator) -> None:
    activate(desk, camera("till-1", site="pawn-1"))
    desk.clock.posix_s = at(21)
    assert share(desk, unit="别的单位").status_code == 409
    assert share(desk, ends_at="2026-02-01T00:00:00+08:00").status_code == 422
    share(desk)
    assert len(cameras(desk).json()["cameras"]) == 1
    put_site(desk, social_site(owner={"kind": "social", "name": "新东家"}), "*")
    assert cameras(desk).json()["cameras"] == []


def test_what_is_handed_out_is_audited(desk: DeskCoordinator) -> None:
    activate(desk, camera())
    cameras(desk)
    cameras(desk, known=1)
    found = [e["detail"] for e in desk.audit() if e["action"] == "assignment.delivered"]
    assert found == [{"version": 1, "cameras": ["gate-3"]}]
