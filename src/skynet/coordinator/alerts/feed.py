"""The feed of alerts that pollers read: one order, no gaps, no doubles.

A page ends either at its last alert (there are more) or at the head of the sequence as it stood before the rows were
read, whatever the filter let through, so a cursor never passes an alert that was not yet visible. A filter on state
judges alerts as they are when their page is read: one that changes after a cursor has passed it is not shown again.

A long poll waits as a coroutine on the signal: it holds no thread and no database connection while it waits. The audit
ledger records a page before it leaves.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from sqlalchemy.exc import DBAPIError
from starlette.concurrency import run_in_threadpool

from skynet.coordinator import cursor as cursors
from skynet.coordinator.access.principal import Principal
from skynet.coordinator.alerts.stored_alert import StoredAlert
from skynet.coordinator.feeds.commit_signal import CommitSignal
from skynet.coordinator.metrics import Metrics
from skynet.coordinator.storage.alert_rows import FEED, AlertFilter, AlertRows
from skynet.coordinator.storage.audit_rows import AuditRows
from skynet.coordinator.storage.database import Database
from skynet.coordinator.storage.fault import Fault, fault_of
from skynet.coordinator.timestamp import now_ms
from skynet.domain.clock import Clock

DISCONNECT_CHECK_S = 1.0
"""How often a waiting poll looks whether its client has hung up, in which case nothing is read or recorded for it."""


@dataclass(frozen=True, slots=True)
class AlertPage:
    items: list[StoredAlert]
    next_cursor: str
    has_more: bool


class AlertFeed:
    """`page` blocks on the database; `wait` is for coroutines."""

    def __init__(self, database: Database, clock: Clock, signal: CommitSignal, metrics: Metrics) -> None:
        self._database = database
        self._clock = clock
        self._signal = signal
        self._metrics = metrics

    def page(self, cursor: str | None, wanted: AlertFilter, limit: int, principal: Principal) -> AlertPage:
        """The next page behind `cursor`. Raises ProblemError: bad-cursor."""
        wanted = replace(wanted, areas=principal.areas)
        with self._database.reading() as connection:
            rows = AlertRows(connection)
            head = rows.head()
            after = cursors.read_seq(FEED, cursor, head)
            found = [StoredAlert(row) for row in rows.page(after, head, wanted, limit + 1)]
        items, has_more = found[:limit], len(found) > limit
        if items:
            self._record(items, principal)
        return AlertPage(items, cursors.write(FEED, items[-1].seq if has_more else head), has_more)

    async def wait(
        self,
        cursor: str | None,
        wanted: AlertFilter,
        limit: int,
        principal: Principal,
        wait_s: float,
        gone: Callable[[], Awaitable[bool]],
    ) -> AlertPage:
        """Like `page`, but an empty page is held back for up to `wait_s` until something arrives.

        `gone` says whether the client has hung up. Raises ProblemError: bad-cursor.
        """
        deadline = self._clock.monotonic() + wait_s
        page: AlertPage | None = None
        with self._metrics.long_polls.track_inprogress():
            while True:
                generation = self._signal.generation
                try:
                    page = await run_in_threadpool(self.page, cursor, wanted, limit, principal)
                except DBAPIError as error:
                    # A server that restarts does not break the wait; one that was away from the start is told.
                    if page is None or fault_of(error) is not Fault.AWAY:
                        raise
                else:
                    cursor = page.next_cursor
                if page.items or not await self._news(generation, deadline, gone):
                    return page

    async def _news(self, generation: int, deadline: float, gone: Callable[[], Awaitable[bool]]) -> bool:
        while not self._signal.closed:
            left = deadline - self._clock.monotonic()
            if left <= 0 or await gone():
                return False
            if await self._signal.wait_beyond(generation, min(left, DISCONNECT_CHECK_S)):
                return not await gone()
        return False

    def _record(self, items: list[StoredAlert], principal: Principal) -> None:
        note = principal.note(
            "alerts.listed", "alerts", count=len(items), first_seq=items[0].seq, last_seq=items[-1].seq
        )
        with self._database.writing() as connection:
            AuditRows(connection).append(note, now_ms(self._clock))
