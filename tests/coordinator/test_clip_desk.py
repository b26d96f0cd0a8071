from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from skynet.coordinator.clips import clip_desk
from skynet.coordinator.routes import file_stretch
from tests.coordinator.desk_coordinator import DeskCoordinator
from tests.coordinator.sample_alert import alert
from tests.coordinator.sample_clip import clip

CLIP = clip()
SIZE = len(CLIP.content)
ETAG = f'"{CLIP.sha256}"'


@pytest.fixture
def url(coordinator: DeskCoordinator) -> str:
    """The address of a clip that is there."""
    sent = alert()
    coordinator.send(sent)
    address = f"/api/v1/edge/alerts/{sent['id']}/clip"
    headers = {"Content-Type": "video/mp4"}
    request = {"params": CLIP.query(), "content": CLIP.content, "headers": headers}
    assert coordinator.call("PUT", address, "edge", **request).status_code == 201
    return f"/api/v1/alerts/{sent['id']}/clip"


def get(coordinator: DeskCoordinator, url: str, method: str = "GET", scope: str = "console", **headers: str) -> Any:
    return coordinator.call(method, url, scope, headers={k.replace("_", "-"): v for k, v in headers.items()})


def views(coordinator: DeskCoordinator) -> list[str]:
    return [entry["actor"].split(":")[0] for entry in coordinator.audit() if entry["action"] == "clip.viewed"]


def test_a_clip_is_seen_as_it_was_sent(coordinator: DeskCoordinator, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_stretch, "PIECE_BYTES", 100)
    answer = get(coordinator, url)
    assert (answer.status_code, answer.content) == (200, CLIP.content)
    told = {name: answer.headers[name] for name in ("content-type", "content-length", "accept-ranges", "etag")}
    assert told == {
        "content-type": "video/mp4",
        "content-length": str(SIZE),
        "accept-ranges": "bytes",
        "etag": ETAG,
    }
    assert answer.headers["cache-control"] == "private, no-cache"


@pytest.mark.parametrize(("asked", "first", "last"), [("0-", 0, SIZE - 1), ("9-99", 9, 99), ("-5", SIZE - 5, SIZE - 1)])
def test_a_range_is_given(coordinator: DeskCoordinator, url: str, asked: str, first: int, last: int) -> None:
    answer = get(coordinator, url, Range=f"bytes={asked}")
    assert (answer.status_code, answer.content) == (206, CLIP.content[first : last + 1])
    assert answer.headers["content-range"] == f"bytes {first}-{last}/{SIZE}"


def test_a_range_behind_the_end_is_416(coordinator: DeskCoordinator, url: str) -> None:
    answer = get(coordinator, url, Range=f"bytes={SIZE}-")
    assert (answer.status_code, answer.json()["type"]) == (416, "urn:skynet:problem:range-not-satisfiable")
    assert answer.headers["content-range"] == f"bytes */{SIZE}"
    assert views(coordinator) == []


@pytest.mark.parametrize(("if_range", "status"), [(ETAG, 206), ('"other"', 200), (f"W/{ETAG}", 200)])
def test_a_range_of_another_version_is_the_whole(
    coordinator: DeskCoordinator, url: str, if_range: str, status: int
) -> None:
    assert get(coordinator, url, Range="bytes=1-2", If_Range=if_range).status_code == status


def test_what_the_client_has_is_not_sent_again_but_audited(coordinator: DeskCoordinator, url: str) -> None:
    answer = get(coordinator, url, If_None_Match=ETAG)
    assert (answer.status_code, answer.content) == (304, b"")
    assert views(coordinator) == ["console"]


def test_head_tells_the_size_and_is_no_view(coordinator: DeskCoordinator, url: str) -> None:
    answer = get(coordinator, url, "HEAD")
    assert (answer.status_code, answer.content) == (200, b"")
    assert (answer.headers["content-length"], answer.headers["etag"]) == (str(SIZE), ETAG)
    assert get(coordinator, url, "HEAD", If_None_Match=ETAG).status_code == 304
    assert views(coordinator) == []


def test_a_playback_is_audited_once(coordinator: DeskCoordinator, url: str) -> None:
    for asked in ("bytes=0-99", "bytes=100-", "bytes=50-60"):
        get(coordinator, url, Range=asked)
    assert views(coordinator) == ["console"]
    get(coordinator, url)
    assert views(coordinator) == ["console"] * 2


def test_nobody_looks_unseen_by_leaving_the_first_byte_out(
    coordinator: DeskCoordinator, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for scope in ("console", "admin", "console", "admin"):
        get(coordinator, url, scope=scope, Range="bytes=1-")
    assert views(coordinator) == ["console", "admin"]
    monkeypatch.setattr(clip_desk, "MAX_PLAYBACKS", 0)
    get(coordinator, url, scope="admin", Range="bytes=0-")
    get(coordinator, url, scope="console", Range="bytes=1-")
    assert views(coordinator) == ["console", "admin", "admin", "console"]


def test_without_a_clip_there_is_none(coordinator: DeskCoordinator) -> None:
    sent = alert()
    coordinator.send(sent)
    for alert_id in (sent["id"], uuid4()):
        assert get(coordinator, f"/api/v1/alerts/{alert_id}/clip").status_code == 404
        assert get(coordinator, f"/api/v1/alerts/{alert_id}/clip", "HEAD").status_code == 404


def test_a_file_that_is_not_whole_is_gone(coordinator: DeskCoordinator, url: str) -> None:
    path = coordinator.site / "data" / "clips" / CLIP.sha256[:2] / CLIP.sha256
    path.write_bytes(CLIP.content[:-1])
    assert get(coordinator, url).status_code == 410
    path.unlink()
    assert get(coordinator, url).json()["type"] == "urn:skynet:problem:gone"
    assert views(coordinator) == []


def test_boxes_do_not_watch(coordinator: DeskCoordinator, url: str) -> None:
    assert get(coordinator, url, scope="edge").status_code == 403
