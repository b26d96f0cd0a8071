from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from skynet.coordinator import cursor as cursors
from tests.coordinator.desk_coordinator import DeskCoordinator
from tests.coordinator.sample_alert import alert

URL = "/api/v1/alerts"


def page(coordinator: DeskCoordinator, **query: Any) -> dict[str, Any]:
    answer = coordinator.call("GET", URL, "console", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def ids(answer: dict[str, Any]) -> list[str]:
    return [item["alert"]["id"] for item in answer["items"]]


def test_pages_follow_each_other_without_gap_or_double(coordinator: DeskCoordinator) -> None:
    sent = [alert() for _ in range(7)]
    coordinator.send(*sent)
    seen: list[str] = []
    query: dict[str, Any] = {"limit": 3}
    more = []
    for _ in range(4):
        answer = page(coordinator, **query)
        seen += ids(answer)
        more.append(answer["has_more"])
        query["cursor"] = answer["next_cursor"]
    assert seen == [a["id"] for a in sent]
    assert more == [True, True, False, False]
    late = alert()
    coordinator.send(late)
    assert ids(page(coordinator, **query)) == [late["id"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"camera_id": "road-1"}, [1]),
        ({"camera_id": ["road-1", "gate-3"]}, [0, 1, 2]),
        ({"kind": "loitering"}, [2]),
        ({"severity": ["low", "critical"]}, [1]),
        ({"state": "acknowledged"}, []),
        ({"since": "2026-02-01T08:00:00.250Z"}, [0, 1, 2]),
        ({"since": "2026-02-01T16:00:00.251+08:00"}, [2]),
        ({"until": "2026-02-01T08:00:00.251Z"}, [0, 1]),
    ],
)
def test_filters(coordinator: DeskCoordinator, query: dict[str, Any], expected: list[int]) -> None:
    sent = [
        alert(),
        alert(camera_id="road-1", severity="low"),
        alert(kind="loitering", occurred_at="2026-02-01T09:00:00Z"),
    ]
    coordinator.send(*sent)
    assert ids(page(coordinator, **query)) == [sent[i]["id"] for i in expected]


def test_a_filtered_cursor_moves_past_what_the_filter_hides(coordinator: DeskCoordinator) -> None:
    coordinator.send(alert(), alert())
    first = page(coordinator, camera_id="road-1")
    assert first["items"] == []
    wanted = alert(camera_id="road-1")
    coordinator.send(alert(), wanted)
    assert ids(page(coordinator, camera_id="road-1", cursor=first["next_cursor"])) == [wanted["id"]]


@pytest.mark.parametrize(
    ("query", "status", "kind"),
    [
        ({"cursor": "zzz"}, 400, "bad-cursor"),
        ({"cursor": ""}, 400, "bad-cursor"),
        ({"cursor": cursors.write("audit", 0)}, 400, "bad-cursor"),
        ({"cursor": cursors.write("alerts", 99)}, 400, "bad-cursor"),
        ({"cursor": "é"}, 400, "bad-cursor"),
        ({"limit": 0}, 422, "invalid"),
        ({"limit": 501}, 422, "invalid"),
        ({"wait": 26}, 422, "invalid"),
        ({"wait": "nan"}, 422, "invalid"),
        ({"since": "2026-02-01"}, 422, "invalid"),
        ({"camera": "gate-3"}, 422, "invalid"),
        ({"kind": "crime"}, 422, "invalid"),
    ],
)
def test_a_bad_query_is_told(coordinator: DeskCoordinator, query: dict[str, Any], status: int, kind: str) -> None:
    answer = coordinator.call("GET", URL, "console", params=query)
    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:skynet:problem:{kind}")


def test_a_long_poll_is_woken_by_the_alert_that_its_filter_wants(coordinator: DeskCoordinator) -> None:
    hidden, wanted = alert(), alert(camera_id="road-1")

    async def scene() -> Any:
        poll = asyncio.create_task(coordinator.acall("GET", f"{URL}?wait=25&camera_id=road-1", "console"))
        for batch in (hidden, wanted):
            await asyncio.sleep(0.2)
            assert not poll.done()
            await coordinator.acall("POST", "/api/v1/edge/alerts", "edge", json={"box_id": "box-1", "alerts": [batch]})
        return await asyncio.wait_for(poll, 15)

    assert ids(asyncio.run(scene()).json()) == [wanted["id"]]


def test_many_waiting_polls_hold_neither_threads_nor_connections(coordinator: DeskCoordinator) -> None:
    """Twice as many polls wait as there are threads and pooled connections; others are still served meanwhile."""

    async def scene() -> tuple[list[Any], str]:
        polls = [asyncio.create_task(coordinator.acall("GET", f"{URL}?wait=25", "console")) for _ in range(100)]
        open_polls = ""
        while "polls_open 100.0" not in open_polls:
            open_polls = (await coordinator.acall("GET", "/metrics", "console")).text
        await coordinator.acall("POST", "/api/v1/edge/alerts", "edge", json={"box_id": "box-1", "alerts": [alert()]})
        return await asyncio.wait_for(asyncio.gather(*polls), 30), open_polls

    answers, _ = asyncio.run(scene())
    assert all(len(answer.json()["items"]) == 1 for answer in answers)


def test_an_empty_wait_ends_with_an_empty_page_and_no_audit_entry(coordinator: DeskCoordinator) -> None:
    before = len(coordinator.audit())
    assert page(coordinator, wait=0.05)["items"] == []
    assert [e["action"] for e in coordinator.audit()[before:]] == ["audit.read"]


def test_a_page_with_alerts_is_audited_with_its_purpose(coordinator: DeskCoordinator) -> None:
    coordinator.send(alert(), alert())
    coordinator.call("GET", URL, "console", headers={"X-Purpose": "%E5%AF%BB%E4%BA%BA case-7"})
    (entry,) = [e for e in coordinator.audit() if e["action"] == "alerts.listed"]
    assert entry["purpose"] == "寻人 case-7"
    assert entry["actor"].startswith("console:console:")
    assert entry["detail"] == {"count": 2, "first_seq": 1, "last_seq": 2}


def test_concurrent_writers_and_pollers_with_filters_miss_and_double_nothing(coordinator: DeskCoordinator) -> None:
    cameras = [f"cam-{i}" for i in range(4)]
    rounds, done = 12, threading.Event()

    def write(camera: str) -> list[str]:
        sent = []
        for size in range(1, rounds + 1):
            batch = [alert(camera_id=camera) for _ in range(size % 3 + 1)]
            sent += coordinator.send(*batch)["stored"]
        return sent

    def poll(wanted: list[str]) -> list[tuple[int, str]]:
        seen: list[tuple[int, str]] = []
        query: dict[str, Any] = {"limit": 5, "camera_id": wanted}
        while True:
            ending = done.is_set()
            answer = page(coordinator, **query)
            seen += [(item["seq"], item["alert"]["id"]) for item in answer["items"]]
            query["cursor"] = answer["next_cursor"]
            if ending and not answer["has_more"]:
                return seen
            time.sleep(0.001)

    wishes = [cameras, cameras[:1], cameras[1:3]]
    with ThreadPoolExecutor(8) as pool:
        pollers = [pool.submit(poll, wanted) for wanted in wishes]
        writers = {camera: pool.submit(write, camera) for camera in cameras}
        stored = {camera: writer.result() for camera, writer in writers.items()}
        done.set()
        for wanted, poller in zip(wishes, pollers, strict=True):
            seen = poller.result()
            assert [seq for seq, _ in seen] == sorted({seq for seq, _ in seen})
            assert sorted(i for _, i in seen) == sorted(i for camera in wanted for i in stored[camera])
