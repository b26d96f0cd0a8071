"""The uplink against a coordinator that has bad days."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from skynet.domain import Severity, SystemClock
from skynet.edge import uplink as uplink_module
from skynet.edge.coordinator_client import CoordinatorClient
from skynet.edge.issues import Issues
from skynet.edge.outbox import Outbox
from skynet.edge.token import TokenError
from skynet.edge.uplink import Uplink
from tests.edge.alerts import alert, picture, sha256
from tests.edge.desk_coordinator import DeskCoordinator

PLENTY = 1 << 40


class Shortest(random.Random):
    """Jitter that never waits."""

    def uniform(self, a: float, b: float) -> float:
        return 0.001


class Street:
    """A box with an outbox and an uplink, and the coordinator at the other end."""

    def __init__(self, tmp_path: Path) -> None:
        self.coordinator = DeskCoordinator()
        self.token = "good"
        self.issues = Issues()
        self.outbox = Outbox(tmp_path / "outbox.sqlite3", max_bytes=PLENTY, min_free_bytes=0, free_bytes=lambda: PLENTY)
        client = CoordinatorClient("http://desk", lambda: self.token, SystemClock(), self.coordinator)
        self.uplink = Uplink(self.outbox, client, self.issues, SystemClock(), Shortest())
        self.outbox.on_put(self.uplink.wake)

    def trouble(self, answer: Callable[[httpx.Request], httpx.Response | None], times: int) -> None:
        """Answer that way `times` times, then as usual."""
        left = [times]

        def once(request: httpx.Request) -> httpx.Response | None:
            if left[0] and (given := answer(request)):
                left[0] -= 1
                return given
            return None

        self.coordinator.trouble = once

    def delivered(self, count: int) -> None:
        self.coordinator.wait(lambda: len(self.coordinator.alerts) >= count)
        assert self.uplink.stop(5.0), "the outbox is not empty"


@pytest.fixture
def street(tmp_path: Path) -> Iterator[Street]:
    street = Street(tmp_path)
    yield street
    street.uplink.stop(0.0)
    street.outbox.close()


def on(path: str, answer: httpx.Response) -> Callable[[httpx.Request], httpx.Response | None]:
    return lambda request: answer if path in request.url.path else None


def test_a_picture_goes_first_then_its_alert_and_then_both_leave_the_outbox(street: Street) -> None:
    raised = alert(picture())
    street.uplink.start()
    street.outbox.put(raised, picture())
    street.delivered(1)
    assert street.coordinator.alerts == {raised.id: raised}
    assert [path.rpartition("/")[2] for _, path in street.coordinator.requests] == [sha256(picture()), "alerts"]
    assert street.outbox.figures().bytes == 0
    assert street.issues.lines() == []


def test_what_waited_is_delivered_in_batches_the_severe_first(street: Street) -> None:
    raised = [alert(severity=Severity.LOW) for _ in range(150)] + [alert(severity=Severity.CRITICAL)]
    for one in raised:
        street.outbox.put(one, None)
    street.uplink.start()
    street.delivered(151)
    assert street.coordinator.batches == [100, 51]
    assert street.coordinator.order[0] == raised[-1].id


def test_a_picture_that_two_alerts_share_is_sent_once(street: Street) -> None:
    for _ in range(2):
        street.outbox.put(alert(picture()), picture())
    street.uplink.start()
    street.delivered(2)
    assert [method for method, _ in street.coordinator.requests] == ["PUT", "POST"]


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 507, 404, 400, 301])
def test_every_failure_is_tried_again_until_it_works(street: Street, status: int) -> None:
    street.trouble(lambda request: httpx.Response(status, json={"detail": "bad day"}), 4)
    street.uplink.start()
    street.outbox.put(alert(picture()), picture())
    street.delivered(1)
    assert street.uplink.figures.failures == 4
    assert street.coordinator.pictures, "the picture was not given up for it"
    assert street.issues.lines() == [], "the issue was closed"


def test_a_dead_line_is_said_and_tried_again(street: Street) -> None:
    def cut(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("[Errno 111] Connection refused", request=request)

    street.coordinator.trouble = cut
    street.uplink.start()
    street.outbox.put(alert(), None)
    street.coordinator.wait(lambda: len(street.coordinator.requests) > 3)
    assert street.issues.lines() == ["uplink: http://desk cannot be reached ([Errno 111] Connection refused)"]
    street.coordinator.trouble = lambda request: None
    street.delivered(1)


def test_an_answer_that_was_lost_doubles_nothing(street: Street) -> None:
    def lost_answer(request: httpx.Request) -> httpx.Response | None:
        if request.url.path.endswith("/alerts"):
            street.coordinator._take(request)
            return httpx.Response(504)
        return None

    street.trouble(lost_answer, 1)
    street.uplink.start()
    street.outbox.put(alert(picture()), picture())
    street.delivered(1)
    assert len(street.coordinator.order) == 1
    assert street.uplink.figures.known == 1


def test_a_picture_that_the_coordinator_lost_is_sent_again(street: Street) -> None:
    def loses(request: httpx.Request) -> httpx.Response | None:
        if request.url.path.endswith("/alerts"):
            street.coordinator.pictures.clear()
            street.coordinator.trouble = lambda request: None
        return None

    street.coordinator.trouble = loses
    street.uplink.start()
    street.outbox.put(alert(picture()), picture())
    street.delivered(1)
    assert [method for method, _ in street.coordinator.requests] == ["PUT", "POST", "PUT", "POST"]


def test_alerts_refused_for_good_are_set_apart_and_the_others_go_on(street: Street) -> None:
    bad, good = alert(), alert()
    street.coordinator.refusals[bad.id] = "malformed"
    street.outbox.put(bad, None)
    street.outbox.put(good, None)
    street.uplink.start()
    street.delivered(1)
    assert list(street.coordinator.alerts) == [good.id]
    figures = street.outbox.figures()
    assert (figures.pending, figures.refused, street.uplink.figures.refused) == (0, 1, 1)


def test_an_alert_that_lost_its_picture_after_it_had_arrived_is_done(street: Street) -> None:
    raised = alert(picture())
    street.coordinator.alerts[raised.id] = raised
    street.outbox.put(raised, picture())
    street.outbox.give_up_snapshot(sha256(picture()))
    street.uplink.start()
    street.delivered(1)
    assert street.outbox.figures().refused == 0


def test_a_picture_that_is_never_taken_does_not_hold_up_its_alert(street: Street) -> None:
    street.trouble(on("/snapshots/", httpx.Response(422, json={"detail": "no picture"})), 1)
    street.uplink.start()
    street.outbox.put(alert(picture()), picture())
    street.delivered(1)
    assert next(iter(street.coordinator.alerts.values())).snapshot is None
    assert street.outbox.figures().snapshots_given_up == 1


def test_too_much_at_once_is_sent_in_smaller_batches(street: Street) -> None:
    def narrow(request: httpx.Request) -> httpx.Response | None:
        return httpx.Response(413) if len(request.content) > 3000 else None

    street.coordinator.trouble = narrow
    for _ in range(30):
        street.outbox.put(alert(), None)
    street.uplink.start()
    street.delivered(30)
    assert max(street.coordinator.batches) < 30


def test_an_alert_at_which_the_coordinator_fails_holds_up_no_other(street: Street) -> None:
    raised = [alert() for _ in range(5)]
    poison = str(raised[2].id).encode()
    street.coordinator.trouble = lambda request: httpx.Response(500) if poison in request.content else None
    for one in raised:
        street.outbox.put(one, None)
    street.uplink.start()
    street.coordinator.wait(lambda: len(street.coordinator.alerts) == 4)
    street.coordinator.trouble = lambda request: None
    street.delivered(5)


def test_a_wrong_token_is_said_and_a_new_one_works_without_a_restart(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uplink_module, "UNAUTHORISED_RETRY_S", 0.01)
    street.token = "revoked"
    street.uplink.start()
    street.outbox.put(alert(), None)
    street.coordinator.wait(lambda: len(street.coordinator.requests) > 1)
    (line,) = street.issues.lines()
    assert "answered 401: the token is not known; give this box a token" in line
    assert "revoked" not in line
    street.token = "good"
    street.delivered(1)


def test_a_token_that_cannot_be_read_is_said(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreadable() -> str:
        raise TokenError("the token file x is empty")

    client = CoordinatorClient("http://desk", unreadable, SystemClock(), street.coordinator)
    uplink = Uplink(street.outbox, client, street.issues, SystemClock(), Shortest())
    street.outbox.put(alert(), None)
    assert uplink._deliver() is not None
    assert street.issues.lines() == ["uplink: the token file x is empty"]
    assert street.coordinator.requests == []


@pytest.mark.parametrize("body", [b"<html>welcome</html>", b"{}", b'{"stored":[],"known":[],"refused":[]}'])
def test_something_that_is_no_coordinator_confirms_nothing(street: Street, body: bytes) -> None:
    street.trouble(on("/alerts", httpx.Response(200, content=body)), 3)
    street.uplink.start()
    street.outbox.put(alert(), None)
    street.delivered(1)
    assert street.uplink.figures.failures == 3


@pytest.mark.parametrize(
    ("value", "least", "most"),
    [("7", 7, 7), ("9999999", 600, 600), ("Fri, 01 Jan 2100 00:00:00 GMT", 600, 600), ("soon", 0, 1), ("-5", 0, 1)],
)
def test_retry_after_is_honoured(street: Street, value: str, least: float, most: float) -> None:
    street.trouble(lambda request: httpx.Response(503, headers={"Retry-After": value}), 1)
    street.outbox.put(alert(), None)
    wait_s = street.uplink._deliver()
    assert wait_s is not None
    assert least <= wait_s <= most


def test_a_stop_in_the_middle_of_a_backoff_tries_once_more_and_ends(street: Street) -> None:
    street.trouble(lambda request: httpx.Response(503, headers={"Retry-After": "600"}), 1)
    street.uplink.start()
    street.outbox.put(alert(), None)
    street.coordinator.wait(lambda: len(street.coordinator.requests) == 1)
    assert street.uplink.stop(5.0)
    assert len(street.coordinator.alerts) == 1


def test_a_stop_while_the_line_is_dead_ends_and_keeps_the_alert(street: Street) -> None:
    street.coordinator.trouble = lambda request: httpx.Response(503, headers={"Retry-After": "600"})
    street.uplink.start()
    street.outbox.put(alert(), None)
    street.coordinator.wait(lambda: len(street.coordinator.requests) == 1)
    assert not street.uplink.stop(5.0)
    assert not street.uplink._thread.is_alive()
    assert street.outbox.count() == 1
