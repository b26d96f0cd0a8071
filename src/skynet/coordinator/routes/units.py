"""Patrol units: the register, and what a unit says of itself."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from skynet.coordinator import cursor as cursors
from skynet.coordinator.access.gate import Asker
from skynet.coordinator.access.scope import Access
from skynet.coordinator.dispatch.shift_desk import ShiftDesk, own_status
from skynet.coordinator.dispatch.unit_book import UnitBook
from skynet.coordinator.precondition import tag_of
from skynet.coordinator.problem import ProblemType
from skynet.coordinator.routes.etag import IfMatch, PathSlug, with_etag
from skynet.coordinator.routes.guarded_routes import GuardedRoutes, json_body
from skynet.coordinator.routes.list_page import list_page
from skynet.coordinator.routes.page_query import PageQuery
from skynet.coordinator.routes.request_body import read_model
from skynet.coordinator.routes.sites import require_same_id
from skynet.coordinator.routes.unit_answers import TrailAnswer, UnitAnswer, UnitPageAnswer, WholeUnitAnswer
from skynet.coordinator.storage.unit_rows import UnitFilter
from skynet.coordinator.timestamp import to_ms
from skynet.coordinator.wire import WireResponse
from skynet.domain.patrol_unit import PatrolKind, PatrolUnit, UnitStatus

MAX_UNIT_BYTES = 16 << 10
MAX_STATUS_BYTES = 1 << 10
BODY = (ProblemType.TOO_LARGE, ProblemType.UNSUPPORTED_MEDIA_TYPE, ProblemType.INVALID)
VERSIONED = (ProblemType.PRECONDITION_REQUIRED, ProblemType.STALE_VERSION)


class UnitQuery(PageQuery):
    """Filters of the list of units."""

    status: UnitStatus | None = None
    kind: PatrolKind | None = None
    retired: Annotated[bool, Field(description="With those out of service")] = False


class TrailQuery(BaseModel):
    """The newest `limit` positions since `since`."""

    model_config = ConfigDict(extra="forbid")

    since: AwareDatetime | None = None
    limit: Annotated[int, Field(ge=1, le=1000)] = 200


class StatusChange(BaseModel):
    """off_duty signs the unit off; any other signs it on, if it was off. The rest comes with an assignment."""

    model_config = ConfigDict(extra="forbid")

    status: UnitStatus


class UnitRoutes:
    """`/api/v1/units…`"""

    def __init__(self, book: UnitBook, shifts: ShiftDesk) -> None:
        self._book = book
        self._shifts = shifts

    def add_to(self, routes: GuardedRoutes) -> None:
        one, whole = "/api/v1/units/{unit_id}", with_etag(WholeUnitAnswer, 200)
        found = (ProblemType.NOT_FOUND, ProblemType.INVALID)
        paged = (ProblemType.BAD_CURSOR, ProblemType.INVALID)
        routes.add("GET", "/api/v1/units", self.list_units, Access.CONSOLE, answers=UnitPageAnswer, problems=paged)
        routes.add(
            "GET", one, self.get_unit, Access.CONSOLE_OR_UNIT, answers=WholeUnitAnswer, problems=found, responses=whole
        )
        routes.add(
            "PUT",
            one,
            self.put_unit,
            Access.ADMIN,
            answers=WholeUnitAnswer,
            problems=(ProblemType.NOT_FOUND, ProblemType.STATE_CONFLICT, *VERSIONED, *BODY),
            responses=with_etag(WholeUnitAnswer, 200, 201),
            body=json_body(PatrolUnit),
        )
        routes.add(
            "DELETE",
            one,
            self.retire_unit,
            Access.ADMIN,
            status=204,
            problems=(*found, ProblemType.STATE_CONFLICT, *VERSIONED),
        )
        routes.add(
            "PUT",
            f"{one}/status",
            self.set_unit_status,
            Access.CONSOLE_OR_UNIT,
            answers=UnitAnswer,
            problems=(ProblemType.NOT_FOUND, ProblemType.STATE_CONFLICT, ProblemType.STALE_VERSION, *BODY),
            responses=with_etag(UnitAnswer, 200),
            body=json_body(StatusChange),
        )
        routes.add("GET", f"{one}/trail", self.get_trail, Access.CONSOLE, answers=TrailAnswer, problems=found)

    async def list_units(self, query: Annotated[UnitQuery, Query()], asker: Asker) -> WireResponse:
        """Units by id, with where they are and without who is on them. Audited when it tells where anybody is."""
        after = cursors.read_id("units", query.cursor)
        wanted = UnitFilter(query.status, query.kind, query.retired)
        found = await run_in_threadpool(self._book.page, after, query.limit, wanted, asker)
        return list_page("units", found, query.limit, after)

    async def get_unit(self, unit_id: PathSlug, asker: Asker) -> WireResponse:
        """One unit with its members; a unit's own token reads its own. Audited."""
        return _answer(await run_in_threadpool(self._book.open, unit_id, asker))

    async def put_unit(
        self, request: Request, unit_id: PathSlug, asker: Asker, if_match: IfMatch = None
    ) -> WireResponse:
        """Register a unit (without If-Match) or change it (with). Audited."""
        unit = await read_model(request, PatrolUnit, MAX_UNIT_BYTES)
        require_same_id(unit.id, unit_id)
        shown, is_new = await run_in_threadpool(self._book.put, unit, if_match, asker)
        return _answer(shown, 201 if is_new else 200)

    async def retire_unit(self, unit_id: PathSlug, asker: Asker, if_match: IfMatch = None) -> Response:
        """Take a unit out of service for good; where it was is forgotten. Audited."""
        await run_in_threadpool(self._book.retire, unit_id, if_match, asker)
        return Response(status_code=204)

    async def set_unit_status(self, request: Request, unit_id: PathSlug, asker: Asker) -> WireResponse:
        """Sign on, sign off, free, busy, out of reach: by the unit itself, or by a dispatcher for one on the radio.
        Audited."""
        said = await read_model(request, StatusChange, MAX_STATUS_BYTES)
        shown = await run_in_threadpool(self._shifts.set_status, unit_id, own_status(said.status), asker)
        return _answer(shown)

    async def get_trail(self, unit_id: PathSlug, query: Annotated[TrailQuery, Query()], asker: Asker) -> WireResponse:
        """Where a unit was in the hours that positions are kept, oldest first. Audited."""
        since_ms = 0 if query.since is None else to_ms(query.since)
        items = await run_in_threadpool(self._book.trail, unit_id, since_ms, query.limit, asker)
        return WireResponse({"items": items})


def _answer(shown: dict[str, object], status: int = 200) -> WireResponse:
    return WireResponse(shown, status_code=status, headers={"ETag": tag_of(int(str(shown["version"])))})
