"""What a unit is told to do: its own feed.

An answer holds the unit's open assignment and whatever changed since the version that the asker knows, ended ones too;
its version is the number of the unit's last change. A waiting device holds no thread and no database connection.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from skynet.coordinator.access.principal import Principal
from skynet.coordinator.dispatch.unit_book import find_unit
from skynet.coordinator.feeds.commit_signal import CommitSignal
from skynet.coordinator.metrics import Metrics
from skynet.coordinator.storage.alert_rows import AlertRows
from skynet.coordinator.storage.audit_rows import AuditRows
from skynet.coordinator.storage.database import Database
from skynet.coordinator.storage.unit_assignment_rows import UnitAssignment, UnitAssignmentRows
from skynet.coordinator.timestamp import from_ms, now_ms
from skynet.domain.alert import Alert
from skynet.domain.clock import Clock

LOOK_S = 1.0
"""How often a waiting poll looks whether its client has hung up."""


@dataclass(frozen=True, slots=True)
class UnitFeedPage:
    version: int
    items: list[dict[str, object]]


class UnitFeed:
    """`wait` is for coroutines."""

    def __init__(self, database: Database, clock: Clock, signal: CommitSignal, metrics: Metrics) -> None:
        self._database = database
        self._clock = clock
        self._signal = signal
        self._metrics = metrics

    async def wait(
        self,
        unit_id: str,
        known: int | None,
        wait_s: float,
        principal: Principal,
        gone: Callable[[], Awaitable[bool]],
    ) -> UnitFeedPage | None:
        """The feed as soon as its version is not `known`; None when it still is after `wait_s`. What is handed out is
        recorded. `gone` says whether the client has hung up. Raises ProblemError: not-found."""
        deadline = self._clock.monotonic() + wait_s
        with self._metrics.long_polls.track_inprogress():
            while True:
                generation = self._signal.generation
                found = await run_in_threadpool(self._look, unit_id, known, principal)
                if found is not None or not await self._news(generation, deadline, gone):
                    return found

    async def _news(self, generation: int, deadline: float, gone: Callable[[], Awaitable[bool]]) -> bool:
        while not self._signal.closed:
            left = deadline - self._clock.monotonic()
            if left <= 0 or await gone():
                return False
            if await self._signal.wait_beyond(generation, min(left, LOOK_S)):
                return not await gone()
        return False

    def _look(self, unit_id: str, known: int | None, principal: Principal) -> UnitFeedPage | None:
        with self._database.reading() as connection:
            find_unit(connection, unit_id, principal)
            if UnitAssignmentRows(connection).head_of(unit_id) == known:
                return None
        with self._database.writing() as connection:
            rows = UnitAssignmentRows(connection)
            version = rows.head_of(unit_id)
            # A version above our own is of another database, or from before a restore: everything is told again.
            after = known if known is not None and known <= version else None
            items = [shown_assignment(a, _about(connection, a)) for a in rows.feed(unit_id, after)]
            if items:
                alerts = [item["alert_id"] for item in items]
                note = principal.note("assignments.delivered", f"unit:{unit_id}", version=version, alerts=alerts)
                AuditRows(connection).append(note, now_ms(self._clock))
        return UnitFeedPage(version, items)


def shown_assignment(assignment: UnitAssignment, about: dict[str, Any] | None = None) -> dict[str, object]:
    """An assignment as answers show it; `about` is what its unit needs to know of the alert."""
    return {
        "id": assignment.id,
        "unit_id": assignment.unit_id,
        "alert_id": assignment.alert_id,
        "state": assignment.state,
        "version": assignment.version,
        "target": assignment.target,
        "assigned_at": from_ms(assignment.assigned_ms),
        "changed_at": from_ms(assignment.changed_ms),
        "note": assignment.note,
        "alert": about,
    }


def _about(connection: Connection, assignment: UnitAssignment) -> dict[str, Any] | None:
    """Of the alert what its unit needs while it is sent there, nothing once that has ended."""
    row = AlertRows(connection).get(UUID(assignment.alert_id)) if assignment.state.is_open else None
    if row is None:
        return None
    alert = Alert.model_validate_json(row["body"])
    return {
        "kind": alert.kind,
        "severity": alert.severity,
        "occurred_at": alert.occurred_at,
        "camera_id": alert.camera_id,
        "plate": alert.plate,
        "snapshot_sha256": row["snapshot_sha256"],
    }
