"""Boxes and cameras for consoles."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from skynet.coordinator import cursor as cursors
from skynet.coordinator.access.gate import Asker
from skynet.coordinator.access.scope import Access
from skynet.coordinator.problem import ProblemType
from skynet.coordinator.registry.fleet import Fleet
from skynet.coordinator.routes.guarded_routes import GuardedRoutes
from skynet.coordinator.routes.list_page import list_page
from skynet.coordinator.routes.page_query import Page
from skynet.coordinator.wire import WireResponse
from skynet.domain.camera import CameraHealth


class CameraAnswer(BaseModel):
    """A camera as its box last reported it. `stale`: that was too long ago to be believed."""

    id: str
    name: str
    site: str
    box_id: str
    last_report_at: datetime
    stale: bool
    health: CameraHealth


class BoxAnswer(BaseModel):
    """A box as it last reported itself. `sent_at` is the box's own clock, `last_report_at` the coordinator's."""

    id: str
    version: str
    outbox_pending: int | None
    """None when the box also has cameras that the asker may not see."""
    sent_at: datetime
    last_report_at: datetime
    stale: bool


class CameraPageAnswer(BaseModel):
    items: list[CameraAnswer]
    next_cursor: str
    has_more: bool


class BoxPageAnswer(BaseModel):
    items: list[BoxAnswer]
    next_cursor: str
    has_more: bool


class FleetRoutes:
    """`/api/v1/cameras…` and `/api/v1/boxes`"""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet

    def add_to(self, routes: GuardedRoutes) -> None:
        paged = (ProblemType.BAD_CURSOR, ProblemType.INVALID)
        routes.add("GET", "/api/v1/cameras", self.list_cameras, Access.FLEET, answers=CameraPageAnswer, problems=paged)
        routes.add(
            "GET",
            "/api/v1/cameras/{camera_id}",
            self.get_camera,
            Access.FLEET,
            answers=CameraAnswer,
            problems=(ProblemType.NOT_FOUND, ProblemType.INVALID),
        )
        routes.add("GET", "/api/v1/boxes", self.list_boxes, Access.FLEET, answers=BoxPageAnswer, problems=paged)

    async def list_cameras(self, query: Page, asker: Asker) -> WireResponse:
        """Cameras by id, with their health."""
        after = cursors.read_id("cameras", query.cursor)
        return list_page(
            "cameras", await run_in_threadpool(self._fleet.cameras, after, query.limit + 1, asker), query.limit, after
        )

    async def get_camera(self, camera_id: str, asker: Asker) -> WireResponse:
        """One camera, with its health."""
        return WireResponse(await run_in_threadpool(self._fleet.camera, camera_id, asker))

    async def list_boxes(self, query: Page, asker: Asker) -> WireResponse:
        """Boxes by id."""
        after = cursors.read_id("boxes", query.cursor)
        return list_page(
            "boxes", await run_in_threadpool(self._fleet.boxes, after, query.limit + 1, asker), query.limit, after
        )
