"""Registered sites."""

from __future__ import annotations

from datetime import datetime

from fastapi import Request
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from skynet.coordinator import cursor as cursors
from skynet.coordinator.access.gate import Asker
from skynet.coordinator.access.scope import Access
from skynet.coordinator.precondition import tag_of
from skynet.coordinator.problem import ProblemError, ProblemType
from skynet.coordinator.registry.site_book import SiteBook
from skynet.coordinator.routes.etag import IfMatch, PathSlug, with_etag
from skynet.coordinator.routes.guarded_routes import GuardedRoutes, json_body
from skynet.coordinator.routes.list_page import list_page
from skynet.coordinator.routes.page_query import Page
from skynet.coordinator.routes.request_body import read_model
from skynet.coordinator.wire import WireResponse
from skynet.domain.site import Site

MAX_SITE_BYTES = 16 << 10


class SiteAnswer(Site):
    """A site with its version, which is its ETag."""

    version: int
    changed_at: datetime


class SitePageAnswer(BaseModel):
    items: list[SiteAnswer]
    next_cursor: str
    has_more: bool


class SiteRoutes:
    """`/api/v1/registry/sites…`"""

    def __init__(self, book: SiteBook) -> None:
        self._book = book

    def add_to(self, routes: GuardedRoutes) -> None:
        routes.add(
            "GET",
            "/api/v1/registry/sites",
            self.list_sites,
            Access.FLEET,
            answers=SitePageAnswer,
            problems=(ProblemType.BAD_CURSOR, ProblemType.INVALID),
        )
        routes.add(
            "GET",
            "/api/v1/registry/sites/{site_id}",
            self.get_site,
            Access.FLEET,
            answers=SiteAnswer,
            problems=(ProblemType.NOT_FOUND, ProblemType.INVALID),
            responses=with_etag(SiteAnswer, 200),
        )
        routes.add(
            "PUT",
            "/api/v1/registry/sites/{site_id}",
            self.put_site,
            Access.PLANNING,
            answers=SiteAnswer,
            problems=(
                ProblemType.NOT_FOUND,
                ProblemType.STATE_CONFLICT,
                ProblemType.STALE_VERSION,
                ProblemType.TOO_LARGE,
                ProblemType.UNSUPPORTED_MEDIA_TYPE,
                ProblemType.INVALID,
                ProblemType.PRECONDITION_REQUIRED,
            ),
            responses=with_etag(SiteAnswer, 200, 201),
            body=json_body(Site),
        )

    async def list_sites(self, query: Page, asker: Asker) -> WireResponse:
        """Sites by id."""
        after = cursors.read_id("sites", query.cursor)
        found = await run_in_threadpool(self._book.page, after, query.limit + 1, asker)
        return list_page("sites", found, query.limit, after)

    async def get_site(self, site_id: PathSlug, asker: Asker) -> WireResponse:
        """One site."""
        return _answer(await run_in_threadpool(self._book.get, site_id, asker))

    async def put_site(
        self, request: Request, site_id: PathSlug, asker: Asker, if_match: IfMatch = None
    ) -> WireResponse:
        """Register a site (without If-Match) or replace it (with). Forbidden places are refused. Audited."""
        site = await read_model(request, Site, MAX_SITE_BYTES)
        require_same_id(site.id, site_id)
        shown, is_new = await run_in_threadpool(self._book.put, site, if_match, asker)
        return _answer(shown, 201 if is_new else 200)


def require_same_id(written: str, addressed: str) -> None:
    """Raises ProblemError: invalid when the body is of another thing than the address."""
    if written != addressed:
        raise ProblemError(ProblemType.INVALID, f"id: the body says '{written}' and the address '{addressed}'")


def _answer(shown: dict[str, object], status: int = 200) -> WireResponse:
    version = shown["version"]
    return WireResponse(shown, status_code=status, headers={"ETag": tag_of(int(str(version)))})
