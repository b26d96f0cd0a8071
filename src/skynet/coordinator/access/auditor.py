"""Reading the audit ledger, which is itself a view that the ledger records."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import RowMapping

from skynet.coordinator import cursor as cursors
from skynet.coordinator.access.principal import Principal
from skynet.coordinator.storage.audit_rows import AuditRows
from skynet.coordinator.storage.database import Database
from skynet.coordinator.timestamp import now_ms
from skynet.domain.clock import Clock

FEED = "audit"


@dataclass(frozen=True, slots=True)
class AuditPage:
    items: list[RowMapping]
    next_cursor: str
    has_more: bool


class Auditor:
    """Calls block on the database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def page(self, cursor: str | None, limit: int, principal: Principal) -> AuditPage:
        """The next entries behind `cursor`, the reading recorded behind them. Raises ProblemError: bad-cursor."""
        with self._database.writing() as connection:
            rows = AuditRows(connection)
            head, _ = rows.head()
            after = cursors.read_seq(FEED, cursor, head)
            found = list(rows.page(after, limit + 1))
            items = found[:limit]
            last = items[-1]["seq"] if items else after
            if items:
                note = principal.note("audit.read", "audit", first_seq=items[0]["seq"], last_seq=last)
                rows.append(note, now_ms(self._clock))
        return AuditPage(items, cursors.write(FEED, last), len(found) > limit)

    def count(self) -> int:
        with self._database.reading() as connection:
            return AuditRows(connection).head()[0]
