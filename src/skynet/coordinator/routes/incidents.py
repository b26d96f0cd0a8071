"""Incidents: alerts that tell of the same thing."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from skynet.coordinator import cursor as cursors
from skynet.coordinator.access.gate import Asker
from skynet.coordinator.access.scope import Access
from skynet.coordinator.alerts.incident_desk import IncidentDesk
from skynet.coordinator.problem import ProblemType
from skynet.coordinator.routes.guarded_routes import GuardedRoutes, json_body
from skynet.coordinator.routes.list_page import list_page
from skynet.coordinator.routes.page_query import Page
from skynet.coordinator.routes.request_body import read_model
from skynet.coordinator.wire import WireResponse
from skynet.domain.alert import AlertRecord
from skynet.domain.alert_cycle import AlertState

FEED = "incidents"
MAX_MERGED = 100
MAX_MERGE_BYTES = 16 << 10


class IncidentAnswer(BaseModel):
    """`states` are those that its alerts are in. Alerts outside the reader's areas are left out."""

    id: UUID
    opened_at: datetime
    alert_ids: list[UUID]
    states: list[AlertState]


class OpenIncidentAnswer(IncidentAnswer):
    alerts: list[AlertRecord]


class IncidentPageAnswer(BaseModel):
    items: list[IncidentAnswer]
    next_cursor: str
    has_more: bool


class MergeRequest(BaseModel):
    """Alerts that tell of the same thing; the incidents that they are in become one."""

    model_config = ConfigDict(extra="forbid")

    alert_ids: Annotated[list[UUID], Field(min_length=2, max_length=MAX_MERGED)]


class IncidentRoutes:
    """`/api/v1/incidents…`"""

    def __init__(self, desk: IncidentDesk) -> None:
        self._desk = desk

    def add_to(self, routes: GuardedRoutes) -> None:
        routes.add(
            "GET",
            "/api/v1/incidents",
            self.list_incidents,
            Access.CONSOLE,
            answers=IncidentPageAnswer,
            problems=(ProblemType.BAD_CURSOR, ProblemType.INVALID),
        )
        routes.add(
            "POST",
            "/api/v1/incidents",
            self.merge_alerts,
            Access.CONSOLE,
            answers=IncidentAnswer,
            problems=(
                ProblemType.NOT_FOUND,
                ProblemType.TOO_LARGE,
                ProblemType.UNSUPPORTED_MEDIA_TYPE,
                ProblemType.INVALID,
            ),
            body=json_body(MergeRequest),
        )
        routes.add(
            "GET",
            "/api/v1/incidents/{incident_id}",
            self.get_incident,
            Access.CONSOLE,
            answers=OpenIncidentAnswer,
            problems=(ProblemType.NOT_FOUND, ProblemType.INVALID),
        )
        routes.add(
            "DELETE",
            "/api/v1/incidents/{incident_id}/alerts/{alert_id}",
            self.split_incident,
            Access.CONSOLE,
            status=204,
            problems=(ProblemType.NOT_FOUND, ProblemType.STATE_CONFLICT, ProblemType.INVALID),
        )

    async def list_incidents(self, query: Page, asker: Asker) -> WireResponse:
        """Incidents in the order in which they were opened."""
        after = cursors.read_id(FEED, query.cursor)
        found = await run_in_threadpool(self._desk.page, after, query.limit + 1, asker)
        return list_page(FEED, found, query.limit, after)

    async def merge_alerts(self, request: Request, asker: Asker) -> WireResponse:
        """Put alerts into one incident. Audited."""
        wanted = await read_model(request, MergeRequest, MAX_MERGE_BYTES)
        return WireResponse(await run_in_threadpool(self._desk.merge, wanted.alert_ids, asker))

    async def get_incident(self, incident_id: UUID, asker: Asker) -> WireResponse:
        """An incident with its alerts. Audited."""
        return WireResponse(await run_in_threadpool(self._desk.open, incident_id, asker))

    async def split_incident(self, incident_id: UUID, alert_id: UUID, asker: Asker) -> Response:
        """Take an alert out of an incident. Audited."""
        await run_in_threadpool(self._desk.split, incident_id, alert_id, asker)
        return Response(status_code=204)
