"""The audit ledger for admins."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from skynet.coordinator.access.auditor import Auditor
from skynet.coordinator.access.gate import Asker
from skynet.coordinator.access.scope import Access
from skynet.coordinator.problem import ProblemType
from skynet.coordinator.routes.guarded_routes import GuardedRoutes
from skynet.coordinator.routes.page_query import Page
from skynet.coordinator.timestamp import from_ms
from skynet.coordinator.wire import WireResponse


class AuditEntryAnswer(BaseModel):
    """An entry of the ledger: who did what to what, why and when, chained to the entry before it."""

    seq: int
    at: datetime
    actor: str
    action: str
    subject: str
    purpose: str | None
    detail: dict[str, Any]
    prev_hash: str
    hash: str


class AuditPageAnswer(BaseModel):
    items: list[AuditEntryAnswer]
    next_cursor: str
    has_more: bool


class AuditRoutes:
    """`/api/v1/audit`"""

    def __init__(self, auditor: Auditor) -> None:
        self._auditor = auditor

    def add_to(self, routes: GuardedRoutes) -> None:
        routes.add(
            "GET",
            "/api/v1/audit",
            self.list_audit,
            Access.AUDIT,
            answers=AuditPageAnswer,
            problems=(ProblemType.BAD_CURSOR, ProblemType.INVALID),
        )

    async def list_audit(self, query: Page, asker: Asker) -> WireResponse:
        """Read the audit ledger from its beginning or behind a cursor. Audited."""
        page = await run_in_threadpool(self._auditor.page, query.cursor, query.limit, asker)
        items = [
            {name: row[name] for name in ("seq", "actor", "action", "subject", "purpose", "prev_hash", "hash")}
            | {"at": from_ms(row["at_ms"]), "detail": json.loads(row["detail"])}
            for row in page.items
        ]
        return WireResponse({"items": items, "next_cursor": page.next_cursor, "has_more": page.has_more})
