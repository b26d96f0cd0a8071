from __future__ import annotations

from datetime import UTC, datetime

import httpx

from skynet.domain import SystemClock
from skynet.domain.contract import BoxReport
from skynet.edge.coordinator_client import CoordinatorClient
from skynet.edge.issues import Issues
from skynet.edge.outbox import OutboxError
from skynet.edge.reporter import Reporter
from tests.edge.desk_coordinator import DeskCoordinator


class Desk:
    def __init__(self, every_s: float = 0.005) -> None:
        self.coordinator = DeskCoordinator()
        self.pending = 0
        self.issues = Issues()
        client = CoordinatorClient("http://desk", lambda: "good", SystemClock(), self.coordinator)
        self.reporter = Reporter(self.report, client, self.issues, every_s)

    def report(self) -> BoxReport:
        if self.pending < 0:
            raise OutboxError("the disk is gone")
        return BoxReport(
            box_id="box-1",
            version="1",
            sent_at=datetime(2026, 3, 2, tzinfo=UTC),
            outbox_pending=self.pending,
            cameras=[],
        )


def test_reports_go_on_and_the_last_one_says_what_is_true_at_the_end() -> None:
    desk = Desk()
    desk.reporter.start()
    desk.coordinator.wait(lambda: len(desk.coordinator.reports) >= 3)
    desk.pending = 42
    desk.reporter.stop(5)
    assert desk.coordinator.reports[-1]["outbox_pending"] == 42


def test_a_stop_does_not_wait_for_the_next_turn() -> None:
    desk = Desk(every_s=3600)
    desk.reporter.start()
    desk.coordinator.wait(lambda: len(desk.coordinator.reports) == 1)
    desk.reporter.stop(5)
    assert len(desk.coordinator.reports) == 2


def test_failures_are_said_and_end_when_it_works_again() -> None:
    desk = Desk()
    desk.coordinator.trouble = lambda request: httpx.Response(503, json={"detail": "busy"})
    desk.reporter.start()
    desk.coordinator.wait(lambda: len(desk.coordinator.requests) > 2)
    assert desk.issues.lines() == ["report: http://desk answered 503: busy"]
    desk.coordinator.trouble = lambda request: None
    desk.pending = -1
    desk.coordinator.refused_cameras = [{"camera_id": "gate", "detail": "it belongs to box 'other'"}]
    count = desk.reporter.failures
    while desk.reporter.failures < count + 2:
        desk.reporter._stopped.wait(0.01)
    desk.pending = 0
    desk.coordinator.wait(lambda: len(desk.coordinator.reports) >= 2)
    desk.reporter.stop(5)
    assert desk.issues.lines() == ["report-refused: camera gate: it belongs to box 'other'"]
