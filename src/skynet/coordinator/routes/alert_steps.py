"""The life cycle of alerts: steps, notes, history, and the hand-over between shifts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import Header, Query, Request
from pydantic import BaseModel, ConfigDict, Field, model_validator
from starlette.concurrency import run_in_threadpool

from skynet.coordinator import cursor as cursors
from skynet.coordinator.access.gate import Asker
from skynet.coordinator.access.scope import Access
from skynet.coordinator.alerts.alert_cycle import AlertCycle, Said
from skynet.coordinator.alerts.handover import MAX_HANDED_OVER, Handover
from skynet.coordinator.problem import ProblemType
from skynet.coordinator.routes.alerts import ETAG, Line, Text
from skynet.coordinator.routes.guarded_routes import GuardedRoutes, json_body
from skynet.coordinator.routes.operator import operator_of
from skynet.coordinator.routes.page_query import PageQuery
from skynet.coordinator.routes.request_body import read_model
from skynet.coordinator.wire import WireResponse
from skynet.domain.alert import AlertRecord
from skynet.domain.alert_cycle import AlertState, AlertStep, Disposition, RejectReason

FEED = "history"
MAX_STEP_BYTES = 16 << 10
MAX_HANDOVER_BYTES = 64 << 10
NO_NUMBER = 2**31 - 1
BODY = (ProblemType.TOO_LARGE, ProblemType.UNSUPPORTED_MEDIA_TYPE, ProblemType.INVALID)
Note = Annotated[str, Field(min_length=1, max_length=2000, pattern=r"^[^\x00]*$")]


class AlertStepRequest(BaseModel):
    """A step of an alert: `reject` says why, `close` how it ended, `reopen` in a note what has changed."""

    model_config = ConfigDict(extra="forbid")

    step: AlertStep
    operator: Line | None = None
    reason: RejectReason | None = None
    disposition: Disposition | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _says_what_the_step_needs(self) -> Self:
        if (self.step is AlertStep.REJECT) != (self.reason is not None):
            raise ValueError("reason belongs to reject, which needs one")
        if (self.step is AlertStep.CLOSE) != (self.disposition is not None):
            raise ValueError("disposition belongs to close, which needs one")
        if self.step is AlertStep.REOPEN and not self.note:
            raise ValueError("reopen needs a note that says why")
        return self

    def said(self, operator: str) -> Said:
        return Said(self.step, operator, self.reason or self.disposition, self.note)


class NoteRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    operator: Line | None = None
    note: Note


class NoteAnswer(BaseModel):
    number: int
    at: datetime
    operator: str
    note: str


class HistoryItem(BaseModel):
    """What was done, by whom and when. `step` is a step of AlertStepRequest, or `note`, `units` (a unit came farther),
    `escalated`, `handed_over`; `state` the alert's state after it."""

    number: int
    at: datetime
    step: str
    state: AlertState
    operator: str | None
    reason: str | None
    note: str | None


class HistoryPageAnswer(BaseModel):
    items: list[HistoryItem]
    next_cursor: str
    has_more: bool


class HandoverRequest(BaseModel):
    """All that `giver` has in hand goes to `taker`, or only `alert_ids`."""

    model_config = ConfigDict(extra="forbid")

    giver: Line
    taker: Line
    alert_ids: Annotated[list[UUID], Field(min_length=1, max_length=MAX_HANDED_OVER)] | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _goes_to_another(self) -> Self:
        if self.giver == self.taker:
            raise ValueError("giver and taker are the same")
        return self


class HandoverAnswer(BaseModel):
    """Those that were given. With `has_more` the giver has others left: ask again."""

    alert_ids: list[UUID]
    has_more: bool


class AlertStepRoutes:
    """`/api/v1/alerts/{alert_id}/steps`, `…/notes`, `…/history`, `/api/v1/handovers`"""

    def __init__(self, cycle: AlertCycle, handover: Handover) -> None:
        self._cycle = cycle
        self._handover = handover

    def add_to(self, routes: GuardedRoutes) -> None:
        with_etag: dict[int | str, dict[str, Any]] = {200: {"model": AlertRecord, "headers": ETAG}}
        routes.add(
            "POST",
            "/api/v1/alerts/{alert_id}/steps",
            self.take_alert_step,
            Access.CONSOLE,
            answers=AlertRecord,
            problems=(
                ProblemType.NOT_FOUND,
                ProblemType.ALREADY_ACKNOWLEDGED,
                ProblemType.STATE_CONFLICT,
                ProblemType.STALE_VERSION,
                ProblemType.PRECONDITION_REQUIRED,
                *BODY,
            ),
            responses=with_etag,
            body=json_body(AlertStepRequest),
        )
        routes.add(
            "POST",
            "/api/v1/alerts/{alert_id}/notes",
            self.note_alert,
            Access.CONSOLE,
            answers=NoteAnswer,
            status=201,
            problems=(ProblemType.NOT_FOUND, *BODY),
            body=json_body(NoteRequest),
        )
        routes.add(
            "GET",
            "/api/v1/alerts/{alert_id}/history",
            self.list_alert_history,
            Access.CONSOLE,
            answers=HistoryPageAnswer,
            problems=(ProblemType.NOT_FOUND, ProblemType.BAD_CURSOR, ProblemType.INVALID),
        )
        routes.add(
            "POST",
            "/api/v1/handovers",
            self.hand_over,
            Access.CONSOLE,
            answers=HandoverAnswer,
            problems=(ProblemType.NOT_FOUND, ProblemType.STATE_CONFLICT, *BODY),
            body=json_body(HandoverRequest),
        )

    async def take_alert_step(
        self,
        request: Request,
        alert_id: UUID,
        asker: Asker,
        if_match: Annotated[str | None, Header(description="ETag of the alert as it was read")] = None,
    ) -> WireResponse:
        """Take an alert, and the others of its incident, a step on. Audited."""
        wanted = await read_model(request, AlertStepRequest, MAX_STEP_BYTES)
        said = wanted.said(operator_of(asker, wanted.operator))
        record = await run_in_threadpool(self._cycle.take, alert_id, said, if_match, asker)
        return WireResponse(record.wire(), headers={"ETag": record.etag})

    async def note_alert(self, request: Request, alert_id: UUID, asker: Asker) -> WireResponse:
        """Add a note to an alert's history. Audited."""
        wanted = await read_model(request, NoteRequest, MAX_STEP_BYTES)
        operator = operator_of(asker, wanted.operator)
        made = await run_in_threadpool(self._cycle.note, alert_id, operator, wanted.note, asker)
        return WireResponse(made, status_code=201)

    async def list_alert_history(
        self, alert_id: UUID, query: Annotated[PageQuery, Query()], asker: Asker
    ) -> WireResponse:
        """What was done to an alert, by whom and when. Audited."""
        after = cursors.read_seq(FEED, query.cursor, NO_NUMBER)
        found = await run_in_threadpool(self._cycle.history, alert_id, after, query.limit + 1, asker)
        items = found[: query.limit]
        position = items[-1]["number"] if items else after
        if not isinstance(position, int):
            raise TypeError("steps are numbered")
        page = {"items": items, "next_cursor": cursors.write(FEED, position), "has_more": len(found) > query.limit}
        return WireResponse(page)

    async def hand_over(self, request: Request, asker: Asker) -> WireResponse:
        """Give what one operator has in hand to another, at the change of shifts. Audited."""
        wanted = await read_model(request, HandoverRequest, MAX_HANDOVER_BYTES)
        given, has_more = await run_in_threadpool(
            self._handover.hand_over, wanted.giver, wanted.taker, wanted.alert_ids, wanted.note, asker
        )
        return WireResponse({"alert_ids": given, "has_more": has_more})
