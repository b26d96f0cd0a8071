from __future__ import annotations

import errno
import os
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx
import pytest

from skynet.coordinator.routes import clips as clip_routes
from tests.coordinator.coordinator_process import CoordinatorProcess
from tests.coordinator.desk_coordinator import DeskCoordinator
from tests.coordinator.sample_alert import alert
from tests.coordinator.sample_clip import Clip, clip

CLIP, OTHER = clip(), clip(shade=40)
HEADERS = {"Content-Type": "video/mp4"}


def put(coordinator: DeskCoordinator, alert_id: str, sent: Clip = CLIP, content: Any = None, **query: Any) -> Any:
    return coordinator.call(
        "PUT",
        f"/api/v1/edge/alerts/{alert_id}/clip",
        "edge",
        params=sent.query(**query),
        content=sent.content if content is None else content,
        headers=HEADERS,
    )


def files(coordinator: DeskCoordinator) -> list[str]:
    return sorted(path.name for path in (coordinator.site / "data" / "clips").rglob("*") if path.is_file())


def metric(coordinator: DeskCoordinator, name: str, **labels: str) -> float | None:
    value: float | None = coordinator.app.state.parts.metrics.registry.get_sample_value(name, labels)
    return value


@pytest.fixture
def alert_id(coordinator: DeskCoordinator) -> str:
    span = {"starts_at": "2026-02-01T07:59:50.000Z", "ends_at": "2026-02-01T08:00:10.000Z"}
    sent = alert(clip=span, time_error_s=0.04)
    coordinator.send(sent)
    return str(sent["id"])


def test_a_clip_is_stored_once_and_stands_in_the_record(coordinator: DeskCoordinator, alert_id: str) -> None:
    before = coordinator.call("GET", f"/api/v1/alerts/{alert_id}", "console").json()
    assert before["clip"] is None
    assert [put(coordinator, alert_id).status_code for _ in range(3)] == [201, 200, 200]
    assert files(coordinator) == [CLIP.sha256]
    record = coordinator.call("GET", f"/api/v1/alerts/{alert_id}", "console").json()
    assert record["clip"] == CLIP.query() | {"bytes": len(CLIP.content)}
    assert record["alert"]["time_error_s"] == 0.04
    assert metric(coordinator, "skynet_coordinator_clips_total", outcome="stored") == 1
    assert metric(coordinator, "skynet_coordinator_clips_total", outcome="known") == 2
    assert metric(coordinator, "skynet_coordinator_clip_bytes_total") == len(CLIP.content)


def test_its_coming_changes_neither_the_version_nor_the_feed(coordinator: DeskCoordinator, alert_id: str) -> None:
    page = coordinator.call("GET", "/api/v1/alerts", "console").json()
    put(coordinator, alert_id)
    assert coordinator.call("GET", f"/api/v1/alerts/{alert_id}", "console").headers["etag"] == '"1"'
    behind = coordinator.call("GET", f"/api/v1/alerts?cursor={page['next_cursor']}", "console").json()
    assert (behind["items"], behind["next_cursor"]) == ([], page["next_cursor"])
    (item,) = coordinator.call("GET", "/api/v1/alerts", "console").json()["items"]
    assert (item["version"], item["clip"]["sha256"]) == (1, CLIP.sha256)


def test_storing_is_audited_once(coordinator: DeskCoordinator, alert_id: str) -> None:
    put(coordinator, alert_id)
    put(coordinator, alert_id)
    (entry,) = [e for e in coordinator.audit() if e["action"] == "clip.stored"]
    assert entry["subject"] == f"alert:{alert_id}"
    assert entry["detail"] == {"sha256": CLIP.sha256, "bytes": len(CLIP.content)}


def test_the_same_bytes_for_several_alerts_rest_once(coordinator: DeskCoordinator, alert_id: str) -> None:
    second = alert()
    coordinator.send(second)
    assert put(coordinator, alert_id).status_code == 201
    assert put(coordinator, second["id"], codec="hevc").status_code == 201
    assert files(coordinator) == [CLIP.sha256]
    record = coordinator.call("GET", f"/api/v1/alerts/{second['id']}", "console").json()
    assert (record["clip"]["sha256"], record["clip"]["codec"]) == (CLIP.sha256, "hevc")
    assert metric(coordinator, "skynet_coordinator_clip_bytes_total") == len(CLIP.content)


def test_of_many_at_once_one_is_stored_and_the_others_know(coordinator: DeskCoordinator, alert_id: str) -> None:
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: put(coordinator, alert_id).status_code, range(6)))
    assert sorted(answers) == [200] * 5 + [201]
    assert files(coordinator) == [CLIP.sha256]


def test_an_alert_keeps_its_first_clip(coordinator: DeskCoordinator, alert_id: str) -> None:
    put(coordinator, alert_id)
    answer = put(coordinator, alert_id, OTHER)
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:skynet:problem:clip-conflict")
    assert files(coordinator) == [CLIP.sha256]


def test_an_unknown_alert_takes_no_clip(coordinator: DeskCoordinator) -> None:
    answer = put(coordinator, str(uuid4()))
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:skynet:problem:not-found")
    assert put(coordinator, "7").status_code == 422
    assert files(coordinator) == []


@pytest.mark.parametrize(
    "query",
    [
        {"sha256": "0" * 63},
        {"sha256": CLIP.sha256.upper()},
        {"codec": "H.264"},
        {"width": 0},
        {"height": 1 << 20},
        {"starts_at": "2026-02-01T08:00:00"},
        {"ends_at": "2026-02-01T07:59:49.999Z"},
        {"starts_at": "0001-01-01T00:00:00+23:00"},
        {"colour": "red"},
    ],
)
def test_what_the_address_says_is_checked(coordinator: DeskCoordinator, alert_id: str, query: dict[str, Any]) -> None:
    answer = put(coordinator, alert_id, **query)
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:skynet:problem:invalid")
    assert files(coordinator) == []


def test_content_must_fit_its_hash(coordinator: DeskCoordinator, alert_id: str) -> None:
    answer = put(coordinator, alert_id, content=CLIP.content + b"\0")
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:skynet:problem:hash-mismatch")
    assert files(coordinator) == []


@pytest.mark.parametrize("content", [b"", b"<html></html>", CLIP.content[:40]])
def test_what_is_no_video_is_refused_whatever_it_is_called(
    coordinator: DeskCoordinator, alert_id: str, content: bytes
) -> None:
    answer = put(coordinator, alert_id, Clip(content, 64, 48))
    assert (answer.status_code, answer.json()["type"]) == (415, "urn:skynet:problem:unsupported-media-type")
    assert files(coordinator) == []


def test_another_media_type_is_refused(coordinator: DeskCoordinator, alert_id: str) -> None:
    url = f"/api/v1/edge/alerts/{alert_id}/clip"
    for headers in ({"Content-Type": "video/webm"}, HEADERS | {"Content-Encoding": "gzip"}, {}):
        answer = coordinator.call("PUT", url, "edge", params=CLIP.query(), content=CLIP.content, headers=headers)
        assert answer.status_code == 415


@pytest.mark.parametrize("streamed", [False, True])
def test_a_clip_over_the_limit_is_refused(
    coordinator: DeskCoordinator, alert_id: str, monkeypatch: pytest.MonkeyPatch, streamed: bool
) -> None:
    monkeypatch.setattr(clip_routes, "MAX_CLIP_BYTES", len(CLIP.content) - 1)

    async def pieces() -> Any:
        for at in range(0, len(CLIP.content), 100):
            yield CLIP.content[at : at + 100]

    answer = put(coordinator, alert_id, content=pieces() if streamed else None)
    assert (answer.status_code, answer.json()["type"]) == (413, "urn:skynet:problem:too-large")
    assert files(coordinator) == []


def test_a_full_disk_is_told_and_leaves_nothing_behind(
    coordinator: DeskCoordinator, alert_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        answer = put(coordinator, alert_id)
        assert (answer.status_code, answer.json()["type"]) == (507, "urn:skynet:problem:storage-full")
        assert files(coordinator) == []
    assert coordinator.call("GET", f"/api/v1/alerts/{alert_id}/clip", "console").status_code == 404
    assert put(coordinator, alert_id).status_code == 201


def test_a_lost_file_comes_back_when_the_clip_is_sent_again(coordinator: DeskCoordinator, alert_id: str) -> None:
    put(coordinator, alert_id)
    (coordinator.site / "data" / "clips" / CLIP.sha256[:2] / CLIP.sha256).unlink()
    assert coordinator.call("GET", f"/api/v1/alerts/{alert_id}/clip", "console").status_code == 410
    assert put(coordinator, alert_id).status_code == 200
    assert coordinator.call("GET", f"/api/v1/alerts/{alert_id}/clip", "console").content == CLIP.content


def begin_upload(process: CoordinatorProcess, alert_id: str) -> socket.socket:
    """A request that has sent half of its clip."""
    url = httpx.URL(f"{process.url}/api/v1/edge/alerts/{alert_id}/clip", params=CLIP.query())
    connection = socket.create_connection((url.host, url.port or 80), timeout=20)
    lines = [
        f"PUT {url.raw_path.decode()} HTTP/1.1",
        "Host: x",
        f"Authorization: Bearer {process.token('edge')}",
        "Content-Type: video/mp4",
        f"Content-Length: {len(CLIP.content)}",
    ]
    connection.sendall("\r\n".join([*lines, "", ""]).encode() + CLIP.content[:1000])
    return connection


def wait_for_files(process: CoordinatorProcess, count: int) -> None:
    deadline = time.monotonic() + 20
    while len(list((process.site / "data" / "clips").rglob("*.part"))) != count:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_an_interrupted_upload_leaves_nothing_behind(process: CoordinatorProcess) -> None:
    sent = alert()
    url = process.start()
    box = {"json": {"box_id": "box-1", "alerts": [sent]}, "headers": process.headers("edge")}
    process.client.post(f"{url}/api/v1/edge/alerts", **box).raise_for_status()
    with begin_upload(process, sent["id"]):
        wait_for_files(process, 1)
        # Others are served meanwhile, writers too: no transaction is open while bytes come.
        process.client.post(f"{url}/api/v1/edge/alerts", **box).raise_for_status()
    wait_for_files(process, 0)
    with begin_upload(process, sent["id"]):
        wait_for_files(process, 1)
        process.kill()
    wait_for_files(process, 1)
    process.start()
    wait_for_files(process, 0)
    answer = process.client.put(
        f"{process.url}/api/v1/edge/alerts/{sent['id']}/clip",
        params=CLIP.query(),
        content=CLIP.content,
        headers=process.headers("edge") | HEADERS,
    )
    assert answer.status_code == 201
    process.kill()
    process.start()
    seen = process.client.get(f"{process.url}/api/v1/alerts/{sent['id']}/clip", headers=process.headers("console"))
    assert seen.content == CLIP.content
