"""Posts, police rooms, checkpoints and other places."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request
from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from skynet.coordinator import cursor as cursors
from skynet.coordinator.access.gate import Asker
from skynet.coordinator.access.scope import Access
from skynet.coordinator.dispatch.place_book import PlaceBook
from skynet.coordinator.precondition import tag_of
from skynet.coordinator.problem import ProblemType
from skynet.coordinator.routes.etag import IfMatch, PathSlug, with_etag
from skynet.coordinator.routes.guarded_routes import GuardedRoutes, json_body
from skynet.coordinator.routes.list_page import list_page
from skynet.coordinator.routes.page_query import PageQuery
from skynet.coordinator.routes.request_body import read_model
from skynet.coordinator.routes.sites import require_same_id
from skynet.coordinator.routes.unit_answers import PlaceAnswer, PlacePageAnswer
from skynet.coordinator.wire import WireResponse
from skynet.domain.place import Place, PlaceKind

MAX_PLACE_BYTES = 16 << 10
VERSIONED = (ProblemType.PRECONDITION_REQUIRED, ProblemType.STALE_VERSION)


class PlaceQuery(PageQuery):
    """Kinds given several times let any of them through."""

    kind: Annotated[list[PlaceKind], Field(default_factory=list, max_length=16)]


class PlaceRoutes:
    """`/api/v1/places…`"""

    def __init__(self, book: PlaceBook) -> None:
        self._book = book

    def add_to(self, routes: GuardedRoutes) -> None:
        one = "/api/v1/places/{place_id}"
        found = (ProblemType.NOT_FOUND, ProblemType.INVALID)
        paged = (ProblemType.BAD_CURSOR, ProblemType.INVALID)
        routes.add("GET", "/api/v1/places", self.list_places, Access.CONSOLE, answers=PlacePageAnswer, problems=paged)
        routes.add(
            "GET",
            one,
            self.get_place,
            Access.CONSOLE,
            answers=PlaceAnswer,
            problems=found,
            responses=with_etag(PlaceAnswer, 200),
        )
        routes.add(
            "PUT",
            one,
            self.put_place,
            Access.ADMIN,
            answers=PlaceAnswer,
            problems=(
                *found,
                ProblemType.STATE_CONFLICT,
                ProblemType.TOO_LARGE,
                ProblemType.UNSUPPORTED_MEDIA_TYPE,
                *VERSIONED,
            ),
            responses=with_etag(PlaceAnswer, 200, 201),
            body=json_body(Place),
        )
        routes.add("DELETE", one, self.remove_place, Access.ADMIN, status=204, problems=(*found, *VERSIONED))

    async def list_places(self, query: Annotated[PlaceQuery, Query()], asker: Asker) -> WireResponse:
        """Places by id."""
        after = cursors.read_id("places", query.cursor)
        found = await run_in_threadpool(self._book.page, after, query.limit + 1, query.kind, asker)
        return list_page("places", found, query.limit, after)

    async def get_place(self, place_id: PathSlug, asker: Asker) -> WireResponse:
        """One place."""
        return _answer(await run_in_threadpool(self._book.get, place_id, asker))

    async def put_place(
        self, request: Request, place_id: PathSlug, asker: Asker, if_match: IfMatch = None
    ) -> WireResponse:
        """Keep a new place (without If-Match) or replace it (with). Audited."""
        place = await read_model(request, Place, MAX_PLACE_BYTES)
        require_same_id(place.id, place_id)
        shown, is_new = await run_in_threadpool(self._book.put, place, if_match, asker)
        return _answer(shown, 201 if is_new else 200)

    async def remove_place(self, place_id: PathSlug, asker: Asker, if_match: IfMatch = None) -> Response:
        """Remove a place. Audited."""
        await run_in_threadpool(self._book.remove, place_id, if_match, asker)
        return Response(status_code=204)


def _answer(shown: dict[str, object], status: int = 200) -> WireResponse:
    return WireResponse(shown, status_code=status, headers={"ETag": tag_of(int(str(shown["version"])))})
