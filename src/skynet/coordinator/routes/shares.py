"""Social units' leave to use their cameras."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Annotated

from fastapi import Path, Request
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from skynet.coordinator import cursor as cursors
from skynet.coordinator.access.gate import Asker
from skynet.coordinator.access.scope import Access
from skynet.coordinator.problem import ProblemType
from skynet.coordinator.registry.share_desk import ShareDesk
from skynet.coordinator.routes.etag import PathSlug
from skynet.coordinator.routes.guarded_routes import GuardedRoutes, json_body
from skynet.coordinator.routes.list_page import list_page
from skynet.coordinator.routes.page_query import Page
from skynet.coordinator.routes.request_body import read_model
from skynet.coordinator.timestamp import from_ms
from skynet.coordinator.wire import WireResponse
from skynet.domain.camera_share import CameraShare

MAX_SHARE_BYTES = 16 << 10
ShareId = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$")]


class ShareAnswer(BaseModel):
    id: str
    camera_id: str
    share: CameraShare
    granted_at: datetime
    revoked_at: datetime | None


class SharePageAnswer(BaseModel):
    items: list[ShareAnswer]
    next_cursor: str
    has_more: bool


class LeaveAnswer(BaseModel):
    """Whether a camera may be used now. `may_change_at`: when the hours or the end of a share may change that."""

    may_use: bool
    reason: str
    may_change_at: datetime | None


class ShareRoutes:
    """`/api/v1/registry/cameras/{camera_id}/shares…`, `/api/v1/registry/shares/…`"""

    def __init__(self, desk: ShareDesk) -> None:
        self._desk = desk

    def add_to(self, routes: GuardedRoutes) -> None:
        routes.add(
            "GET",
            "/api/v1/registry/cameras/{camera_id}/shares",
            self.list_shares,
            Access.FLEET,
            answers=SharePageAnswer,
            problems=(ProblemType.NOT_FOUND, ProblemType.BAD_CURSOR, ProblemType.INVALID),
        )
        routes.add(
            "POST",
            "/api/v1/registry/cameras/{camera_id}/shares",
            self.grant_share,
            Access.PLANNING,
            answers=ShareAnswer,
            status=201,
            problems=(
                ProblemType.NOT_FOUND,
                ProblemType.STATE_CONFLICT,
                ProblemType.TOO_LARGE,
                ProblemType.UNSUPPORTED_MEDIA_TYPE,
                ProblemType.INVALID,
            ),
            body=json_body(CameraShare),
        )
        routes.add(
            "DELETE",
            "/api/v1/registry/shares/{share_id}",
            self.revoke_share,
            Access.PLANNING,
            status=204,
            problems=(ProblemType.NOT_FOUND, ProblemType.INVALID),
        )
        routes.add(
            "GET",
            "/api/v1/registry/cameras/{camera_id}/leave",
            self.get_leave,
            Access.FLEET,
            answers=LeaveAnswer,
            problems=(ProblemType.NOT_FOUND, ProblemType.INVALID),
        )

    async def list_shares(self, camera_id: PathSlug, query: Page, asker: Asker) -> WireResponse:
        """Shares of a camera in the order in which they were granted, the revoked ones too."""
        after = cursors.read_id("shares", query.cursor)
        found = await run_in_threadpool(self._desk.page, camera_id, after, query.limit + 1, asker)
        return list_page("shares", found, query.limit, after)

    async def grant_share(self, request: Request, camera_id: PathSlug, asker: Asker) -> WireResponse:
        """Write down that a social unit shares its camera: from when to when, at what hours, for what. Audited."""
        share = await read_model(request, CameraShare, MAX_SHARE_BYTES)
        return WireResponse(await run_in_threadpool(self._desk.grant, camera_id, share, asker), status_code=201)

    async def revoke_share(self, share_id: ShareId, asker: Asker) -> Response:
        """End a share at once: the camera is taken from its box unless another share holds. Audited."""
        await run_in_threadpool(self._desk.revoke, share_id, asker)
        return Response(status_code=204)

    async def get_leave(self, camera_id: PathSlug, asker: Asker) -> WireResponse:
        """Whether the camera may be used now, and why."""
        leave = await run_in_threadpool(self._desk.leave, camera_id, asker)
        until = None if math.isinf(leave.next_look) else from_ms(int(leave.next_look * 1000))
        return WireResponse({"may_use": leave.granted, "reason": leave.reason, "may_change_at": until})
