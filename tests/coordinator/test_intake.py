from __future__ import annotations

import gzip
from typing import Any
from uuid import UUID

import pytest

from skynet.domain.alert import AlertRecord
from skynet.domain.contract import MAX_ALERTS_PER_BATCH, MAX_BATCH_BYTES
from tests.coordinator.desk_coordinator import DeskCoordinator
from tests.coordinator.sample_alert import alert, png, snapshot_ref
from tests.domain.sample_hit import PLATE, hit

URL = "/api/v1/edge/alerts"


def feed(coordinator: DeskCoordinator) -> list[dict[str, Any]]:
    return coordinator.call("GET", "/api/v1/alerts", "console").json()["items"]


def test_what_is_sent_twice_is_stored_once(coordinator: DeskCoordinator) -> None:
    one, two = alert(), alert()
    assert coordinator.send(one, two) == {"stored": [one["id"], two["id"]], "known": [], "refused": []}
    assert coordinator.send(two, one) == {"stored": [], "known": [two["id"], one["id"]], "refused": []}
    assert [item["alert"]["id"] for item in feed(coordinator)] == [one["id"], two["id"]]


def test_the_record_is_what_the_domain_says(coordinator: DeskCoordinator) -> None:
    sent = alert(dwell_s=3.5, plate={"text": "皖A12345", "kind": "blue", "confidence": 0.9})
    coordinator.send(sent)
    (item,) = feed(coordinator)
    record = AlertRecord.model_validate(item)
    assert (record.seq, record.version, record.state) == (1, 1, "new")
    assert record.alert.id == UUID(sent["id"])
    assert record.alert.plate is not None
    assert record.alert.plate.text == "皖A12345"
    assert item["received_at"] == "2026-02-02T02:40:00.000Z"
    assert item["alert"]["occurred_at"] == "2026-02-01T08:00:00.250Z"


def test_a_possible_hit_is_taken_only_as_one_that_must_be_confirmed(coordinator: DeskCoordinator) -> None:
    possible = alert(kind="plate_hit", rule_id="hot-list", plate=PLATE, hit=hit())
    sly = alert(kind="plate_hit", rule_id="hot-list", plate=PLATE, hit=hit(confirmation_required=False))
    answer = coordinator.send(possible, sly)
    assert answer["stored"] == [possible["id"]]
    (refused,) = answer["refused"]
    assert (refused["id"], refused["type"]) == (sly["id"], "malformed")
    assert "a possible hit requires confirmation" in refused["detail"]
    (item,) = feed(coordinator)
    assert item["alert"]["hit"]["confirmation_required"] is True
    assert AlertRecord.model_validate(item).alert.hit is not None


def test_a_camera_s_fault_is_an_alert_without_an_object(coordinator: DeskCoordinator) -> None:
    fault = {"kind": "covered", "since": "2026-02-01T08:00:00.250Z", "detail": "60% of the scene's structure is gone"}
    sent = alert(kind="camera_fault", rule_id="camera-health", place="school", fault=fault, track=None)
    answer = coordinator.send(sent, alert(kind="camera_fault", fault=fault), alert(track=None))
    assert answer["stored"] == [sent["id"]]
    assert [refused["type"] for refused in answer["refused"]] == ["malformed", "malformed"]
    (item,) = coordinator.call("GET", "/api/v1/alerts?kind=camera_fault", "console").json()["items"]
    assert (item["alert"]["track"], item["alert"]["fault"]) == (None, fault)
    assert coordinator.send(sent)["known"] == [sent["id"]]


def test_the_same_content_written_otherwise_is_known(coordinator: DeskCoordinator) -> None:
    sent = alert()
    coordinator.send(sent)
    other_words = sent | {"occurred_at": "2026-02-01T16:00:00.25+08:00", "plate": None, "id": sent["id"].upper()}
    assert coordinator.send(other_words)["known"] == [sent["id"]]


def test_one_id_with_two_contents_is_a_conflict_and_the_first_stays(coordinator: DeskCoordinator) -> None:
    sent = alert()
    coordinator.send(sent)
    (refused,) = coordinator.send(sent | {"severity": "low"})["refused"]
    assert (refused["type"], refused["id"], refused["index"]) == ("conflict", sent["id"], 0)
    assert feed(coordinator)[0]["alert"]["severity"] == "high"


def test_doubles_inside_one_batch(coordinator: DeskCoordinator) -> None:
    sent = alert()
    answer = coordinator.send(sent, sent, sent | {"place": "roof"})
    assert answer["stored"] == answer["known"] == [sent["id"]]
    assert [(r["index"], r["type"]) for r in answer["refused"]] == [(2, "conflict")]


@pytest.mark.parametrize(
    ("spoiled", "where"),
    [
        ({"severity": "dreadful"}, "severity"),
        ({"occurred_at": "yesterday"}, "occurred_at"),
        ({"occurred_at": "2026-02-01T08:00:00"}, "occurred_at"),
        ({"raised_at": "0001-01-01T00:00:00+08:00"}, "a time"),
        ({"surprise": 1}, "surprise"),
        ({"box_id": "box-2"}, "box_id"),
        ({"track": {"track_id": -1}}, "track.track_id"),
        ({"plate": {"text": "HELLO", "kind": "blue", "confidence": 1}}, "plate.text"),
        ({"id": 7}, "id"),
    ],
)
def test_a_malformed_alert_is_refused_alone(coordinator: DeskCoordinator, spoiled: dict[str, Any], where: str) -> None:
    good = alert()
    answer = coordinator.send(alert() | spoiled, good)
    assert answer["stored"] == [good["id"]]
    (refused,) = answer["refused"]
    assert (refused["index"], refused["type"]) == (0, "malformed")
    assert refused["detail"].startswith(where)


@pytest.mark.parametrize("item", [None, 3, "alert", [], [[]], {"id": "no-uuid"}])
def test_what_is_no_alert_at_all_is_refused(coordinator: DeskCoordinator, item: Any) -> None:
    (refused,) = coordinator.send(item)["refused"]
    assert (refused["id"], refused["type"]) == (None, "malformed")


def test_an_alert_waits_for_its_picture(coordinator: DeskCoordinator) -> None:
    sha256, content = png()
    sent = alert(snapshot=snapshot_ref(sha256, len(content)))
    (refused,) = coordinator.send(sent)["refused"]
    assert (refused["type"], refused["id"]) == ("snapshot_missing", sent["id"])
    assert sha256 in refused["detail"]
    assert coordinator.call("PUT", f"/api/v1/edge/snapshots/{sha256}", "edge", content=content).status_code == 201
    assert coordinator.send(sent)["stored"] == [sent["id"]]


def test_a_batch_over_a_limit_is_refused_whole(coordinator: DeskCoordinator) -> None:
    many = [alert() for _ in range(MAX_ALERTS_PER_BATCH + 1)]
    answer = coordinator.call("POST", URL, "edge", json={"box_id": "box-1", "alerts": many})
    assert (answer.status_code, answer.json()["type"]) == (413, "urn:skynet:problem:too-large")
    assert feed(coordinator) == []
    assert len(coordinator.send(*many[:-1])["stored"]) == MAX_ALERTS_PER_BATCH


@pytest.mark.parametrize("declared", [True, False])
def test_an_oversize_body_is_refused_with_and_without_a_length(coordinator: DeskCoordinator, declared: bool) -> None:
    async def stream() -> Any:
        for _ in range(MAX_BATCH_BYTES // 65536 + 1):
            yield b" " * 65536

    content = b" " * (MAX_BATCH_BYTES + 1) if declared else stream()
    headers = {"Content-Type": "application/json"}
    answer = coordinator.call("POST", URL, "edge", content=content, headers=headers)
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b'{"box_id":"box-1","alerts":[NaN]}', 400),
        (b"[" * 100_000, 400),
        (b"\xff\xfe", 400),
        (b"[]", 422),
        (b'{"alerts":[]}', 422),
        (b'{"box_id":"Box 1","alerts":[]}', 422),
        (b'{"box_id":"box-1","alerts":{}}', 422),
        (b'{"box_id":"box-1","alerts":[],"more":1}', 422),
    ],
)
def test_a_batch_that_cannot_be_read(coordinator: DeskCoordinator, body: bytes, status: int) -> None:
    answer = coordinator.call("POST", URL, "edge", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert bool(answer.json().get("errors")) == (status == 422)


def test_a_batch_must_say_that_it_is_json(coordinator: DeskCoordinator) -> None:
    assert coordinator.call("POST", URL, "edge", content=b"{}").status_code == 415


def test_a_compressed_batch_is_told_to_come_as_it_is(coordinator: DeskCoordinator) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    answer = coordinator.call("POST", URL, "edge", content=gzip.compress(b"{}"), headers=headers)
    assert (answer.status_code, answer.headers["accept-encoding"]) == (415, "identity")
    assert "without 'Content-Encoding: gzip'" in answer.json()["detail"]


def test_each_stored_batch_is_one_audit_entry(coordinator: DeskCoordinator) -> None:
    before = len(coordinator.audit())
    sent = [alert(), alert()]
    coordinator.send(*sent)
    coordinator.send(*sent)
    new = [e for e in coordinator.audit()[before:] if e["action"] != "audit.read"]
    assert [(e["action"], e["subject"], e["detail"]["ids"]) for e in new] == [
        ("alerts.stored", "box:box-1", [a["id"] for a in sent])
    ]


def test_outcomes_are_counted(coordinator: DeskCoordinator) -> None:
    sent = alert()
    coordinator.send(sent)
    coordinator.send(sent, 3)
    text = coordinator.call("GET", "/metrics", "console").text
    for outcome in ("stored", "known", "refused"):
        assert f'skynet_coordinator_alerts_total{{outcome="{outcome}"}} 1.0' in text
