"""The control channel: what a box asks for, and waits on."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from skynet.coordinator.access.gate import Asker
from skynet.coordinator.access.scope import Access
from skynet.coordinator.problem import ProblemType
from skynet.coordinator.registry.assignment_desk import AssignmentDesk
from skynet.coordinator.routes.etag import PathSlug
from skynet.coordinator.routes.guarded_routes import GuardedRoutes
from skynet.coordinator.wire import WireResponse
from skynet.domain.camera_assignment import AssignedCameras

MAX_WAIT_S = 25.0


class AssignmentQuery(BaseModel):
    """`known` is the version that the box has; without it the answer comes at once."""

    model_config = ConfigDict(extra="forbid")

    known: Annotated[int, Field(ge=0, le=2**53 - 1)] | None = None
    wait: Annotated[float, Field(ge=0, le=MAX_WAIT_S, description="Seconds to wait for another version")] = 0


class AssignmentRoutes:
    """`/api/v1/boxes/{box_id}/cameras`"""

    def __init__(self, desk: AssignmentDesk) -> None:
        self._desk = desk

    def add_to(self, routes: GuardedRoutes) -> None:
        routes.add(
            "GET",
            "/api/v1/boxes/{box_id}/cameras",
            self.get_assigned_cameras,
            Access.EDGE,
            answers=AssignedCameras,
            problems=(ProblemType.INVALID,),
            responses={204: {"description": "The box's cameras are still those of the version that it knows"}},
        )

    async def get_assigned_cameras(
        self, request: Request, box_id: PathSlug, query: Annotated[AssignmentQuery, Query()], asker: Asker
    ) -> Response:
        """All cameras of a box, as soon as their version is not the one that the box knows. Audited."""
        found = await self._desk.wait(box_id, query.known, query.wait, asker, request.is_disconnected)
        return Response(status_code=204) if found is None else WireResponse(found)
