"""A real coordinator process: its ending, its sudden death, and a console's loop against it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.coordinator.coordinator_process import CoordinatorProcess
from tests.coordinator.sample_alert import alert

EXAMPLE = Path(__file__).parents[2] / "examples" / "poll_alerts.py"


def all_ids(process: CoordinatorProcess) -> list[str]:
    ids: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        answer = httpx.get(
            f"{process.url}/api/v1/alerts", params={"limit": 500} | cursor, headers=process.headers("console")
        )
        page = answer.raise_for_status().json()
        ids += [item["alert"]["id"] for item in page["items"]]
        cursor = {"cursor": page["next_cursor"]}
        if not page["has_more"]:
            return ids


def send(process: CoordinatorProcess, *alerts: dict[str, Any]) -> dict[str, Any]:
    body = {"box_id": "box-1", "alerts": list(alerts)}
    answer = process.client.post(
        f"{process.url}/api/v1/edge/alerts", json=body, headers=process.headers("edge"), timeout=20
    )
    result: dict[str, Any] = answer.raise_for_status().json()
    return result


def audit_verify(process: CoordinatorProcess) -> subprocess.CompletedProcess[str]:
    start = "from skynet.cli.audit import app; app()"
    command = [sys.executable, "-c", start, "verify", "--data-dir", str(process.site / "data")]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_a_stop_answers_the_long_polls_and_ends_well(process: CoordinatorProcess) -> None:
    url = process.start()
    with ThreadPoolExecutor(8) as pool:
        polls = [
            pool.submit(httpx.get, f"{url}/api/v1/alerts?wait=25", headers=process.headers("console"), timeout=40)
            for _ in range(8)
        ]
        waiting = ""
        while "polls_open 8.0" not in waiting:
            waiting = process.client.get(f"{url}/metrics", headers=process.headers("console")).text
        assert process.stop() == 0
        assert [poll.result().json()["items"] for poll in polls] == [[]] * 8
    # Long polls went home by themselves: nothing had to be cut after the grace time.
    assert not [line for line in process.log if "Cancel" in line or "Traceback" in line]


def test_what_was_answered_as_stored_survives_kill_9(process: CoordinatorProcess) -> None:
    process.start()
    promised: list[str] = []
    sent: list[dict[str, Any]] = []
    for round_number in range(2):
        killed = threading.Event()

        def keep_sending(killed: threading.Event = killed) -> None:
            while not killed.is_set():
                batch = [alert() for _ in range(20)]
                sent.extend(batch)
                try:
                    promised.extend(send(process, *batch)["stored"])
                except httpx.TransportError:
                    return

        before = len(promised)
        writers = [threading.Thread(target=keep_sending) for _ in range(3)]
        for writer in writers:
            writer.start()
        while len(promised) < before + 100 * (round_number + 1):
            time.sleep(0.005)
        process.kill()
        killed.set()
        for writer in writers:
            writer.join()
        process.start()
        there = all_ids(process)
        assert set(promised) <= set(there)
        assert len(there) == len(set(there))
    for start in range(0, len(sent), 100):  # what a box does after an outage: everything again
        answer = send(process, *sent[start : start + 100])
        assert answer["refused"] == []
    assert sorted(all_ids(process)) == sorted(a["id"] for a in sent)
    assert process.stop() == 0
    assert audit_verify(process).stdout.startswith("OK:")


@pytest.mark.parametrize("length", [True, False])
def test_a_client_gets_to_read_the_413(process: CoordinatorProcess, length: bool) -> None:
    url = process.start()
    content: Any = bytes(3 << 20) if length else (bytes(1 << 16) for _ in range(48))
    headers = process.headers("edge") | {"Content-Type": "application/json"}
    assert httpx.post(f"{url}/api/v1/edge/alerts", content=content, headers=headers, timeout=20).status_code == 413


def poller(process: CoordinatorProcess, *options: str) -> subprocess.Popen[str]:
    command = [
        sys.executable,
        str(EXAMPLE),
        "--url",
        process.url,
        "--cursor-file",
        str(process.site / "cursor"),
        *options,
    ]
    environment = os.environ | {"SKYNET_TOKEN": process.token("console")}
    return subprocess.Popen(
        [*command, *options], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    )


def read_until(example: subprocess.Popen[str], count: int) -> list[str]:
    """The ids in the first `count` alert lines."""
    assert example.stdout is not None
    found: list[str] = []
    while len(found) < count:
        line = example.stdout.readline()
        assert line, "the example ended early"
        if line.rstrip().endswith("]"):
            found.append(line.rstrip()[-37:-1])
    return found


def settle(process: CoordinatorProcess) -> None:
    """Wait until the example has dealt with all there is: a crash before would rightly show a page again."""
    answer = process.client.get(f"{process.url}/api/v1/alerts?limit=500", headers=process.headers("console"))
    cursor = process.site / "cursor"
    while not cursor.exists() or cursor.read_text() != answer.json()["next_cursor"]:
        time.sleep(0.02)


def interrupt(example: subprocess.Popen[str]) -> int:
    """Press Ctrl-C, and again where the first one fell into a destructor, in which Python drops it."""
    for _ in range(3):
        example.send_signal(signal.SIGINT)
        try:
            return example.wait(10)
        except subprocess.TimeoutExpired:
            continue
    raise AssertionError("the example does not end")


def test_the_example_misses_nothing_over_its_own_and_the_servers_restart(process: CoordinatorProcess) -> None:
    url = process.start()
    port = httpx.URL(url).port
    assert port is not None
    batches = [[alert(), alert()] for _ in range(3)]
    example = poller(process, "--acknowledge", "desk 3")
    seen: list[str] = []
    try:
        send(process, *batches[0])
        seen += read_until(example, 2)
        settle(process)
        process.kill()
        process.start(port)
        send(process, *batches[1])
        seen += read_until(example, 2)
        settle(process)
    finally:
        assert interrupt(example) == 0
        assert example.stdout is not None
        example.stdout.close()
    send(process, *batches[2])
    with poller(process) as example:
        try:
            seen += read_until(example, 2)
        finally:
            example.send_signal(signal.SIGINT)
    assert seen == [a["id"] for batch in batches for a in batch]
    answer = process.client.get(
        f"{process.url}/api/v1/alerts?state=acknowledged", headers=process.headers("console")
    ).json()
    assert [i["alert"]["id"] for i in answer["items"]] == [a["id"] for batch in batches[:2] for a in batch]
    assert {i["acknowledged_by"] for i in answer["items"]} == {"desk 3"}


def test_the_example_says_why_it_was_refused(process: CoordinatorProcess) -> None:
    process.start()
    (process.site / "wrong").write_text("sky_console_wrong")
    example = poller(process, "--token-file", str(process.site / "wrong"))
    output, _ = example.communicate(timeout=30)
    assert (example.returncode, output.count("\n")) == (1, 1)
    assert "unknown or has been revoked" in output
