"""Registered cameras: what is declared of them, their state, their box."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from skynet.coordinator import cursor as cursors
from skynet.coordinator.access.gate import Asker
from skynet.coordinator.access.scope import Access
from skynet.coordinator.precondition import tag_of
from skynet.coordinator.problem import ProblemType
from skynet.coordinator.registry.camera_book import CameraBook
from skynet.coordinator.routes.etag import IfMatch, PathSlug, with_etag
from skynet.coordinator.routes.guarded_routes import GuardedRoutes, json_body
from skynet.coordinator.routes.list_page import list_page
from skynet.coordinator.routes.page_query import PageQuery
from skynet.coordinator.routes.request_body import read_model
from skynet.coordinator.routes.sites import require_same_id
from skynet.coordinator.storage.position_rows import LastPosition
from skynet.coordinator.storage.registered_camera_rows import CameraFilter, Registration
from skynet.coordinator.timestamp import from_ms
from skynet.coordinator.wire import WireResponse
from skynet.domain.geo_position import GeoPosition
from skynet.domain.ids import Slug
from skynet.domain.registered_camera import RegisteredCamera, RegistryState
from skynet.domain.site import ShortText

MAX_CAMERA_BYTES = 256 << 10
FEED = "registered-cameras"
CHANGES = (
    ProblemType.NOT_FOUND,
    ProblemType.ACTIVATION_REFUSED,
    ProblemType.STATE_CONFLICT,
    ProblemType.STALE_VERSION,
    ProblemType.TOO_LARGE,
    ProblemType.UNSUPPORTED_MEDIA_TYPE,
    ProblemType.INVALID,
    ProblemType.PRECONDITION_REQUIRED,
)


class RegisteredCameraQuery(PageQuery):
    """Filters; each lets every value through when it is left out."""

    site: Slug | None = None
    state: RegistryState | None = None
    box_id: Slug | None = None


class LastPositionAnswer(BaseModel):
    """Where a camera that moves was when it last said so, and when that was by the coordinator's clock."""

    position: GeoPosition
    at: datetime


class RegistrationAnswer(BaseModel):
    """A registered camera. `camera` shows addresses without the values of their query: `?***` stands for them."""

    id: str
    state: RegistryState
    version: int
    box_id: str | None
    changed_at: datetime
    last_position: LastPositionAnswer | None
    camera: RegisteredCamera


class RegistrationPageAnswer(BaseModel):
    items: list[RegistrationAnswer]
    next_cursor: str
    has_more: bool


class StateChange(BaseModel):
    """The state that a camera is to have, and why."""

    model_config = ConfigDict(extra="forbid")

    state: RegistryState
    reason: ShortText | None = None


class BoxChoice(BaseModel):
    """The box that is to have the camera; null takes it from its box."""

    model_config = ConfigDict(extra="forbid")

    box_id: Annotated[Slug | None, Field()]


class RegisteredCameraRoutes:
    """`/api/v1/registry/cameras…`"""

    def __init__(self, book: CameraBook) -> None:
        self._book = book

    def add_to(self, routes: GuardedRoutes) -> None:
        routes.add(
            "GET",
            "/api/v1/registry/cameras",
            self.list_registered_cameras,
            Access.FLEET,
            answers=RegistrationPageAnswer,
            problems=(ProblemType.BAD_CURSOR, ProblemType.INVALID),
        )
        routes.add(
            "GET",
            "/api/v1/registry/cameras/{camera_id}",
            self.get_registered_camera,
            Access.FLEET,
            answers=RegistrationAnswer,
            problems=(ProblemType.NOT_FOUND, ProblemType.INVALID),
            responses=with_etag(RegistrationAnswer, 200),
        )
        for method, path, endpoint, body, statuses in (
            ("PUT", "", self.put_registered_camera, RegisteredCamera, (200, 201)),
            ("POST", "/state", self.change_state, StateChange, (200,)),
            ("PUT", "/box", self.choose_box, BoxChoice, (200,)),
        ):
            routes.add(
                method,
                f"/api/v1/registry/cameras/{{camera_id}}{path}",
                endpoint,
                Access.PLANNING,
                answers=RegistrationAnswer,
                problems=CHANGES,
                responses=with_etag(RegistrationAnswer, *statuses),
                body=json_body(body),
            )

    async def list_registered_cameras(
        self, query: Annotated[RegisteredCameraQuery, Query()], asker: Asker
    ) -> WireResponse:
        """Registered cameras by id."""
        after = cursors.read_id(FEED, query.cursor)
        wanted = CameraFilter(query.site, query.state, query.box_id)
        found, positions = await run_in_threadpool(self._book.page, after, query.limit + 1, wanted, asker)
        shown = [_shown(item, positions.get(item.camera.id)) for item in found]
        return list_page(FEED, shown, query.limit, after)

    async def get_registered_camera(self, camera_id: PathSlug, asker: Asker) -> WireResponse:
        """One registered camera."""
        return _answer(*await run_in_threadpool(self._book.get, camera_id, asker))

    async def put_registered_camera(
        self, request: Request, camera_id: PathSlug, asker: Asker, if_match: IfMatch = None
    ) -> WireResponse:
        """Register a camera as a draft (without If-Match) or replace its declaration (with). An address that is given
        back as it was shown stays as it is stored. Audited."""
        camera = await read_model(request, RegisteredCamera, MAX_CAMERA_BYTES)
        require_same_id(camera.id, camera_id)
        registration, is_new = await run_in_threadpool(self._book.put, camera, if_match, asker)
        return await self._changed(registration, 201 if is_new else 200)

    async def change_state(
        self, request: Request, camera_id: PathSlug, asker: Asker, if_match: IfMatch = None
    ) -> WireResponse:
        """Activate, suspend or retire a camera. Activation is refused with everything that is missing. Audited."""
        wanted = await read_model(request, StateChange, MAX_CAMERA_BYTES)
        return await self._changed(
            await run_in_threadpool(self._book.move, camera_id, wanted.state, wanted.reason, if_match, asker)
        )

    async def choose_box(
        self, request: Request, camera_id: PathSlug, asker: Asker, if_match: IfMatch = None
    ) -> WireResponse:
        """Assign a camera to a box, or take it from its box. The box is told while the camera is active. Audited."""
        wanted = await read_model(request, BoxChoice, MAX_CAMERA_BYTES)
        return await self._changed(
            await run_in_threadpool(self._book.assign, camera_id, wanted.box_id, if_match, asker)
        )

    async def _changed(self, registration: Registration, status: int = 200) -> WireResponse:
        positions = await run_in_threadpool(self._book.position, registration.camera.id)
        return _answer(registration, positions, status)


def _answer(registration: Registration, position: LastPosition | None, status: int = 200) -> WireResponse:
    headers = {"ETag": tag_of(registration.version)}
    return WireResponse(_shown(registration, position), status_code=status, headers=headers)


def _shown(registration: Registration, last: LastPosition | None) -> dict[str, object]:
    return {
        "id": registration.camera.id,
        "state": registration.state,
        "version": registration.version,
        "box_id": registration.box_id,
        "changed_at": from_ms(registration.changed_ms),
        "last_position": None if last is None else {"position": last.position, "at": from_ms(last.at_ms)},
        "camera": registration.camera.redacted(),
    }
