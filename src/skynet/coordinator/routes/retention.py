"""How long data is kept, and what a case holds back."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Path, Request
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from skynet.coordinator.access.gate import Asker
from skynet.coordinator.access.scope import Access
from skynet.coordinator.cursor import read_id
from skynet.coordinator.problem import ProblemType
from skynet.coordinator.retention.hold_desk import HoldDesk
from skynet.coordinator.routes.guarded_routes import GuardedRoutes, json_body
from skynet.coordinator.routes.list_page import list_page
from skynet.coordinator.routes.page_query import Page
from skynet.coordinator.routes.request_body import read_model
from skynet.coordinator.wire import WireResponse
from skynet.domain.retention_plan import LegalHold, RetentionPlan

FEED = "legal-holds"
MAX_HOLD_BYTES = 256 << 10
HoldId = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$")]


class HoldAnswer(BaseModel):
    id: str
    hold: LegalHold
    placed_at: datetime
    released_at: datetime | None


class HoldPageAnswer(BaseModel):
    items: list[HoldAnswer]
    next_cursor: str
    has_more: bool


class RetentionRoutes:
    """`/api/v1/retention`, `/api/v1/legal-holds…`"""

    def __init__(self, plan: RetentionPlan, desk: HoldDesk) -> None:
        self._plan = plan
        self._desk = desk

    def add_to(self, routes: GuardedRoutes) -> None:
        routes.add("GET", "/api/v1/retention", self.get_retention, Access.CONSOLE, answers=RetentionPlan)
        routes.add(
            "GET",
            "/api/v1/legal-holds",
            self.list_legal_holds,
            Access.HOLDS,
            answers=HoldPageAnswer,
            problems=(ProblemType.BAD_CURSOR, ProblemType.INVALID),
        )
        routes.add(
            "POST",
            "/api/v1/legal-holds",
            self.place_legal_hold,
            Access.HOLDS,
            answers=HoldAnswer,
            status=201,
            problems=(ProblemType.TOO_LARGE, ProblemType.UNSUPPORTED_MEDIA_TYPE, ProblemType.INVALID),
            body=json_body(LegalHold),
        )
        routes.add(
            "POST",
            "/api/v1/legal-holds/{hold_id}/release",
            self.release_legal_hold,
            Access.HOLDS,
            answers=HoldAnswer,
            problems=(ProblemType.NOT_FOUND, ProblemType.INVALID),
        )

    async def get_retention(self) -> WireResponse:
        """Days for which each kind of data is kept before the coordinator deletes it."""
        return WireResponse(self._plan)

    async def list_legal_holds(self, query: Page) -> WireResponse:
        """Holds in the order in which they were placed, the released ones too."""
        after = read_id(FEED, query.cursor)
        found = await run_in_threadpool(self._desk.page, after, query.limit + 1)
        return list_page(FEED, found, query.limit, after)

    async def place_legal_hold(self, request: Request, asker: Asker) -> WireResponse:
        """Keep alerts of a case, with their pictures, from being deleted. Audited."""
        hold = await read_model(request, LegalHold, MAX_HOLD_BYTES)
        return WireResponse(await run_in_threadpool(self._desk.hold, hold, asker), status_code=201)

    async def release_legal_hold(self, hold_id: HoldId, asker: Asker) -> WireResponse:
        """Let go of what a case held: what is over its time is deleted soon. Audited."""
        return WireResponse(await run_in_threadpool(self._desk.release, hold_id, asker))
