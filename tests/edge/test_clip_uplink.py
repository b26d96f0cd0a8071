"""Clips on their way to a coordinator that has bad days."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from skynet.domain import Severity
from skynet.edge import clip_uplink as clip_uplink_module
from skynet.edge.clip_store import ClipStore
from skynet.edge.clip_uplink import PATIENCE_S, ClipUplink
from skynet.edge.coordinator_client import CoordinatorClient
from skynet.edge.issues import Issues
from skynet.edge.outbox import Outbox
from tests.edge.alerts import alert
from tests.edge.clips import clip_ref, footage
from tests.edge.desk_coordinator import DeskCoordinator
from tests.media.clips import StillClock

PLENTY = 1 << 40


class Shortest(random.Random):
    """Jitter that never waits."""

    def uniform(self, a: float, b: float) -> float:
        return 0.001


class Street:
    """A box with clips to send, and the coordinator at the other end; driven step by step."""

    def __init__(self, tmp_path: Path) -> None:
        self.coordinator = DeskCoordinator()
        self.issues = Issues()
        self.clock = StillClock()
        limits = {"max_bytes": PLENTY, "min_free_bytes": 0}
        self.outbox = Outbox(tmp_path / "outbox.sqlite3", **limits, free_bytes=lambda: PLENTY)
        self.store = ClipStore(tmp_path / "clips", **limits, free_bytes=lambda: PLENTY)
        client = CoordinatorClient("http://desk", lambda: "good", self.clock, self.coordinator)
        self.uplink = ClipUplink(self.store, self.outbox, client, self.issues, self.clock, Shortest())
        self.store.on_put(self.uplink.wake)

    def stored(self, number: int, *, known: bool = True, severity: Severity = Severity.MEDIUM) -> object:
        raised = alert(severity=severity)
        if known:
            self.coordinator.alerts[raised.id] = raised
        self.store.put(clip_ref(footage(number)), footage(number), [raised], self.clock.wall() + number)
        return raised.id

    def answer(self, status: int) -> None:
        self.coordinator.trouble = lambda request: httpx.Response(status, json={"detail": "as the test wishes"})

    def mend(self) -> None:
        self.coordinator.trouble = lambda request: None
        self.clock.now += 4000


@pytest.fixture
def street(tmp_path: Path) -> Iterator[Street]:
    street = Street(tmp_path)
    yield street
    street.uplink.stop(2.0)
    street.outbox.close()


def test_clips_arrive_whole_the_most_severe_first_and_leave_the_store(street: Street) -> None:
    low, high = street.stored(1, severity=Severity.LOW), street.stored(2, severity=Severity.HIGH)
    assert street.uplink._deliver() == 0.0
    assert list(street.coordinator.clips) == [high]
    assert street.uplink._deliver() == 0.0
    content, about = street.coordinator.clips[low]  # type: ignore[index]  # an id
    assert content == footage(1)
    assert (about["codec"], about["width"], about["height"]) == ("h264", "1920", "1080")
    assert about["starts_at"] == about["ends_at"] == "2026-03-02T14:05:00.000Z"
    assert street.uplink._deliver() is None
    assert (street.uplink.figures.delivered, street.uplink.figures.bytes) == (2, 2000)
    assert street.store.figures().bytes == 0


def test_a_stored_clip_wakes_the_uplink(street: Street) -> None:
    street.uplink.start()
    alert_id = street.stored(1)
    street.coordinator.wait(lambda: alert_id in street.coordinator.clips)


def test_a_large_clip_goes_out_in_pieces(street: Street) -> None:
    raised, content = alert(), footage(7, 3_000_000)
    street.coordinator.alerts[raised.id] = raised
    street.store.put(clip_ref(content), content, [raised], 1.0)
    assert max(len(piece) for piece in street.store.chunks(clip_ref(content).sha256)) <= 1 << 18
    assert street.uplink._deliver() == 0.0
    assert street.coordinator.clips[raised.id][0] == content


def test_a_clip_waits_until_its_alert_has_left_the_outbox(street: Street) -> None:
    raised = alert()
    street.outbox.put(raised, None)
    street.store.put(clip_ref(footage(1)), footage(1), [raised], 1.0)
    assert street.uplink._deliver() == clip_uplink_module.LOOK_AGAIN_S
    assert street.coordinator.requests == []
    street.coordinator.alerts[raised.id] = raised
    street.outbox.confirm([raised.id])
    assert street.uplink._deliver() == 0.0
    assert raised.id in street.coordinator.clips


def test_the_clip_of_a_refused_alert_is_given_up(street: Street) -> None:
    raised = alert()
    street.outbox.put(raised, None)
    street.outbox.refuse(raised.id, "malformed")
    street.store.put(clip_ref(footage(1)), footage(1), [raised], 1.0)
    assert street.uplink._deliver() is None
    assert street.uplink.figures.given_up == {"alert_refused": 1}
    assert street.coordinator.requests == []


def test_an_alert_that_cannot_be_delivered_holds_up_no_other_clip(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clip_uplink_module, "MAKE_WAY_S", 0.01)
    street.outbox.put(alert(), None)
    alert_id = street.stored(1)
    assert street.uplink._deliver() == 0.0
    assert alert_id in street.coordinator.clips


@pytest.mark.parametrize("status", [408, 429, 502, 503, 507])
def test_a_coordinator_that_cannot_take_it_now_gets_it_later(street: Street, status: int) -> None:
    alert_id = street.stored(1)
    street.answer(status)
    wait_s = street.uplink._deliver()
    assert wait_s is not None
    assert 0 < wait_s < 1
    assert street.issues.lines()
    street.mend()
    assert street.uplink._deliver() == 0.0
    assert alert_id in street.coordinator.clips
    assert street.issues.lines() == []


def test_a_wrong_token_is_said_and_knocks_slowly(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    street.stored(1)
    street.coordinator.token = "another"
    assert street.uplink._deliver() == pytest.approx(clip_uplink_module.UNAUTHORISED_RETRY_S * 0.001)
    assert "give this box a token" in street.issues.lines()[0]
    assert street.store.figures().pending == 1


@pytest.mark.parametrize("status", [404, 500])
def test_a_clip_that_fails_holds_up_no_other_and_is_sent_again(street: Street, status: int) -> None:
    bad, good = street.stored(1, severity=Severity.HIGH), street.stored(2)
    street.coordinator.trouble = lambda request: httpx.Response(status) if str(bad) in str(request.url) else None
    assert street.uplink._deliver() == 0.0
    assert street.uplink._deliver() == 0.0
    assert list(street.coordinator.clips) == [good]
    street.mend()
    assert street.uplink._deliver() == 0.0
    assert bad in street.coordinator.clips
    assert street.uplink.figures.failures == 1


def test_an_alert_that_the_coordinator_lost_is_given_up_after_a_week(street: Street) -> None:
    street.stored(0, known=False)
    assert street.uplink._deliver() == 0.0
    assert street.store.figures().pending == 1
    street.clock.now += PATIENCE_S + 1
    assert street.uplink._deliver() == 0.0
    assert street.store.figures().pending == 0
    assert street.uplink.figures.given_up == {"alert_unknown": 1}


@pytest.mark.parametrize(
    ("status", "reason"), [(409, "conflict"), (413, "unacceptable"), (415, "unacceptable"), (422, "unacceptable")]
)
def test_what_is_never_taken_is_given_up_and_counted(street: Street, status: int, reason: str) -> None:
    street.stored(1)
    street.answer(status)
    assert street.uplink._deliver() == 0.0
    assert street.uplink.figures.given_up == {reason: 1}
    assert street.store.figures().pending == 0
    assert bool(street.issues.lines()) == (reason == "unacceptable")


def test_an_answer_that_was_lost_doubles_nothing(street: Street) -> None:
    alert_id = street.stored(1)

    def lost(request: httpx.Request) -> httpx.Response:
        street.coordinator._take(request)
        return httpx.Response(504)

    street.coordinator.trouble = lost
    street.uplink._deliver()
    street.mend()
    assert street.uplink._deliver() == 0.0
    assert list(street.coordinator.clips) == [alert_id]
    assert street.store.figures().pending == 0


def test_a_clip_that_vanished_is_forgotten(street: Street) -> None:
    street.stored(1)
    street.store.path(clip_ref(footage(1)).sha256).unlink()
    assert street.uplink._deliver() == 0.0
    assert street.store.figures().pending == 0
