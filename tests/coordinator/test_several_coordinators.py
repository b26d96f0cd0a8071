"""Several coordinator processes on one PostgreSQL database and one folder."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from skynet.coordinator.access.audit_chain import verify
from skynet.coordinator.data_dir import DataDir
from skynet.coordinator.storage.audit_rows import AuditRows
from skynet.coordinator.storage.database import Database
from tests.coordinator.coordinator_process import CoordinatorProcess
from tests.coordinator.postgresql_server import PostgresqlServer
from tests.coordinator.sample_alert import alert

pytestmark = [pytest.mark.postgresql_only, pytest.mark.e2e]


@pytest.fixture
def pair(site: Path) -> Iterator[list[CoordinatorProcess]]:
    with ExitStack() as stack:
        pair = [stack.enter_context(CoordinatorProcess(site)) for _ in range(2)]
        for process in pair:
            process.start()
        yield pair


def send(process: CoordinatorProcess, *alerts: dict[str, Any]) -> None:
    body = {"box_id": "box-1", "alerts": list(alerts)}
    answer = process.client.post(f"{process.url}/api/v1/edge/alerts", json=body, headers=process.headers("edge"))
    assert answer.raise_for_status().json()["stored"] == [item["id"] for item in alerts]


class Poller:
    """One console that never asks the same coordinator twice in a row."""

    def __init__(self, pair: list[CoordinatorProcess]) -> None:
        self._pair = pair
        self._turn = 0
        self._cursor: dict[str, str] = {}
        self.seen: list[str] = []

    def poll(self) -> int:
        process = self._pair[self._turn % 2]
        self._turn += 1
        answer = process.client.get(
            f"{process.url}/api/v1/alerts", params={"limit": 7} | self._cursor, headers=process.headers("console")
        )
        page = answer.raise_for_status().json()
        self._cursor = {"cursor": page["next_cursor"]}
        self.seen += [item["alert"]["id"] for item in page["items"]]
        return len(page["items"])


def test_alerts_pushed_through_both_are_seen_once_in_one_order_over_a_rolling_restart(
    pair: list[CoordinatorProcess], site: Path
) -> None:
    poller, other = Poller(pair), Poller(pair[::-1])
    sent: list[str] = []

    def push(number: int) -> None:
        batch = [alert() for _ in range(5)]
        send(pair[number % 2], *batch)
        sent.extend(item["id"] for item in batch)

    for number in range(6):
        push(number)
        poller.poll()
    for process in pair:
        port = httpx.URL(process.url).port
        assert port is not None
        assert process.stop() == 0
        process.start(port)
        for number in range(4):
            push(number)
            poller.poll()
    with ThreadPoolExecutor(4) as pool:  # all at once, through both
        list(pool.map(push, range(8)))
    while poller.poll():
        pass
    while other.poll():
        pass
    assert sorted(poller.seen) == sorted(sent)
    assert other.seen == poller.seen
    database = Database(DataDir(site / "data").where)
    with database.reading() as connection:
        rows = AuditRows(connection)
        assert verify(rows.chain(), rows.head()).broken is None
    database.close()


def long_poll(process: CoordinatorProcess, pool: ThreadPoolExecutor, cursor: str) -> Any:
    """A long poll, once it waits."""
    found = pool.submit(
        httpx.get,
        f"{process.url}/api/v1/alerts",
        params={"wait": 25, "cursor": cursor},
        headers=process.headers("console"),
        timeout=40,
    )
    while "polls_open 1.0" not in process.client.get(f"{process.url}/metrics", headers=process.headers("admin")).text:
        assert not found.done()
    return found


def head_of(process: CoordinatorProcess) -> str:
    answer = process.client.get(f"{process.url}/api/v1/alerts?limit=500", headers=process.headers("console"))
    return str(answer.json()["next_cursor"])


def test_a_commit_through_one_wakes_who_waits_at_the_other(pair: list[CoordinatorProcess]) -> None:
    one, two = pair
    with ThreadPoolExecutor(1) as pool:
        waiting = long_poll(one, pool, head_of(one))
        new = alert()
        send(two, new)
        answer = waiting.result()
    assert [item["alert"]["id"] for item in answer.json()["items"]] == [new["id"]]
    assert answer.elapsed.total_seconds() < 20  # woken, not over


def test_the_server_may_go_and_come_back(site: Path, postgresql: PostgresqlServer) -> None:
    new = alert()
    with CoordinatorProcess(site) as process, ThreadPoolExecutor(1) as pool:
        process.start()
        waiting = long_poll(process, pool, head_of(process))
        postgresql.stop("immediate")
        try:
            answer = process.client.get(f"{process.url}/api/v1/alerts", headers=process.headers("console"))
            health = process.client.get(f"{process.url}/healthz")
        finally:
            postgresql.start()
        assert (answer.status_code, answer.json()["type"]) == (503, "urn:skynet:problem:busy")
        assert health.status_code == 503
        send(process, new)
        assert [item["alert"]["id"] for item in waiting.result().json()["items"]] == [new["id"]]
        while (
            "listening 1.0" not in process.client.get(f"{process.url}/metrics", headers=process.headers("admin")).text
        ):
            pass
        assert process.stop() == 0
    assert not [line for line in process.log if "Traceback" in line]
