"""Sending units to alerts, their own feed, and their steps."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from skynet.coordinator.access.gate import Asker
from skynet.coordinator.access.scope import Access
from skynet.coordinator.dispatch.sending import Sending
from skynet.coordinator.dispatch.unit_feed import UnitFeed, shown_assignment
from skynet.coordinator.problem import ProblemType
from skynet.coordinator.routes.alerts import Text
from skynet.coordinator.routes.etag import IfMatch, PathSlug
from skynet.coordinator.routes.guarded_routes import GuardedRoutes, json_body
from skynet.coordinator.routes.request_body import read_model
from skynet.coordinator.routes.unit_answers import AssignmentAnswer, UnitFeedAnswer
from skynet.coordinator.wire import WireResponse
from skynet.domain.unit_assignment import UnitStep

MAX_WAIT_S = 25.0
MAX_BODY_BYTES = 16 << 10
BODY = (ProblemType.TOO_LARGE, ProblemType.UNSUPPORTED_MEDIA_TYPE, ProblemType.INVALID)


class UnitFeedQuery(BaseModel):
    """`known` is the version of an earlier answer; without it the answer comes at once."""

    model_config = ConfigDict(extra="forbid")

    known: Annotated[int, Field(ge=0, le=2**53 - 1)] | None = None
    wait: Annotated[float, Field(ge=0, le=MAX_WAIT_S, description="Seconds to wait for another version")] = 0


class SendRequest(BaseModel):
    """Which alert a unit is sent to, and what it is told with that."""

    model_config = ConfigDict(extra="forbid")

    alert_id: UUID
    note: Text | None = None


class StepRequest(BaseModel):
    """What a unit says of its assignment."""

    model_config = ConfigDict(extra="forbid")

    step: UnitStep
    note: Text | None = None


class UnitAssignmentRoutes:
    """`/api/v1/units/{unit_id}/assignments…`"""

    def __init__(self, sending: Sending, feed: UnitFeed) -> None:
        self._sending = sending
        self._feed = feed

    def add_to(self, routes: GuardedRoutes) -> None:
        all_of, one = "/api/v1/units/{unit_id}/assignments", "/api/v1/units/{unit_id}/assignments/{alert_id}"
        changes = (ProblemType.NOT_FOUND, ProblemType.STATE_CONFLICT, ProblemType.STALE_VERSION)
        routes.add(
            "GET",
            all_of,
            self.get_unit_assignments,
            Access.CONSOLE_OR_UNIT,
            answers=UnitFeedAnswer,
            problems=(ProblemType.NOT_FOUND, ProblemType.INVALID),
            responses={204: {"description": "Nothing has changed since the version that the asker knows"}},
        )
        routes.add(
            "POST",
            all_of,
            self.send_unit,
            Access.CONSOLE,
            answers=AssignmentAnswer,
            status=201,
            problems=(*changes, ProblemType.PRECONDITION_REQUIRED, *BODY),
            body=json_body(SendRequest),
        )
        routes.add(
            "DELETE",
            one,
            self.withdraw_unit,
            Access.CONSOLE,
            answers=AssignmentAnswer,
            problems=(*changes, ProblemType.INVALID),
        )
        routes.add(
            "POST",
            f"{one}/step",
            self.step_unit_assignment,
            Access.CONSOLE_OR_UNIT,
            answers=AssignmentAnswer,
            problems=(*changes, *BODY),
            body=json_body(StepRequest),
        )

    async def get_unit_assignments(
        self, request: Request, unit_id: PathSlug, query: Annotated[UnitFeedQuery, Query()], asker: Asker
    ) -> Response:
        """What a unit is sent to, and what has changed since `known`; with `wait`, at the first news. Audited."""
        page = await self._feed.wait(unit_id, query.known, query.wait, asker, request.is_disconnected)
        if page is None:
            return Response(status_code=204)
        return WireResponse({"version": page.version, "items": page.items})

    async def send_unit(
        self, request: Request, unit_id: PathSlug, asker: Asker, if_match: IfMatch = None
    ) -> WireResponse:
        """Send an available unit to an alert that somebody has in hand; If-Match is the unit's ETag. Audited."""
        said = await read_model(request, SendRequest, MAX_BODY_BYTES)
        sent = await run_in_threadpool(self._sending.send, unit_id, said.alert_id, said.note, if_match, asker)
        return WireResponse(shown_assignment(sent), status_code=201)

    async def withdraw_unit(self, unit_id: PathSlug, alert_id: UUID, asker: Asker) -> WireResponse:
        """Call a unit back. Audited."""
        return WireResponse(
            shown_assignment(await run_in_threadpool(self._sending.withdraw, unit_id, alert_id, None, asker))
        )

    async def step_unit_assignment(
        self, request: Request, unit_id: PathSlug, alert_id: UUID, asker: Asker
    ) -> WireResponse:
        """Accept, decline, en route, on scene, done: by the unit, or by a dispatcher for one on the radio. Audited."""
        said = await read_model(request, StepRequest, MAX_BODY_BYTES)
        moved = await run_in_threadpool(self._sending.step, unit_id, alert_id, said.step, said.note, asker)
        return WireResponse(shown_assignment(moved))
