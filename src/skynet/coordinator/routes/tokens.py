"""Tokens for admins."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Path, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from sqlalchemy import RowMapping
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from skynet.coordinator import cursor as cursors
from skynet.coordinator.access.gate import Asker
from skynet.coordinator.access.scope import Access, Scope
from skynet.coordinator.access.token_office import TokenOffice, areas_of
from skynet.coordinator.problem import ProblemError, ProblemType
from skynet.coordinator.routes.guarded_routes import GuardedRoutes, json_body
from skynet.coordinator.routes.list_page import list_page
from skynet.coordinator.routes.page_query import Page
from skynet.coordinator.routes.request_body import read_model
from skynet.coordinator.timestamp import from_ms, to_ms
from skynet.coordinator.wire import WireResponse
from skynet.domain.area import Area
from skynet.domain.ids import Slug

FEED = "tokens"
MAX_REQUEST_BYTES = 64 << 10
MAX_AREAS = 50
UNBOUND = "speaks for any box; make one with bound_to for each box, then revoke this one"
TokenId = Annotated[str, Path(max_length=36)]


class TokenRequest(BaseModel):
    """`name` says who or what will hold the token, e.g. `dispatch-desk-3`; the audit ledger shows it."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$")]
    scope: Scope
    bound_to: Annotated[Slug | None, Field(description="The one box or unit that its holder speaks for")] = None
    areas: Annotated[
        list[Area] | None,
        Field(min_length=1, max_length=MAX_AREAS, description="Left out: those of who makes it; '' is everywhere"),
    ] = None
    expires_at: AwareDatetime | None = None


class TokenAnswer(BaseModel):
    id: str
    name: str
    scope: Scope
    created_at: datetime
    revoked_at: datetime | None
    bound_to: str | None
    areas: list[str]
    expires_at: datetime | None
    warning: str | None
    """What makes the token more powerful than it should be, None when nothing does."""


class FreshTokenAnswer(TokenAnswer):
    token: str
    """The token itself, shown this once."""


class TokenPageAnswer(BaseModel):
    items: list[TokenAnswer]
    next_cursor: str
    has_more: bool


class TokenRoutes:
    """`/api/v1/tokens…`"""

    def __init__(self, office: TokenOffice) -> None:
        self._office = office

    def add_to(self, routes: GuardedRoutes) -> None:
        routes.add(
            "GET",
            "/api/v1/tokens",
            self.list_tokens,
            Access.TOKENS,
            answers=TokenPageAnswer,
            problems=(ProblemType.BAD_CURSOR, ProblemType.INVALID),
        )
        routes.add(
            "POST",
            "/api/v1/tokens",
            self.create_token,
            Access.TOKENS,
            answers=FreshTokenAnswer,
            status=201,
            problems=(ProblemType.TOO_LARGE, ProblemType.UNSUPPORTED_MEDIA_TYPE, ProblemType.INVALID),
            body=json_body(TokenRequest),
        )
        routes.add(
            "DELETE",
            "/api/v1/tokens/{token_id}",
            self.revoke_token,
            Access.TOKENS,
            status=204,
            problems=(ProblemType.NOT_FOUND, ProblemType.LAST_ADMIN, ProblemType.INVALID),
        )

    async def list_tokens(self, query: Page, asker: Asker) -> WireResponse:
        """Tokens in the order in which they were made, the revoked ones too; never the secrets."""
        after = cursors.read_id(FEED, query.cursor)
        found = await run_in_threadpool(self._office.page, after, query.limit + 1, asker)
        return list_page(FEED, [_shown(row) for row in found], query.limit, after)

    async def create_token(self, request: Request, asker: Asker) -> WireResponse:
        """Make a token. The answer is the only time that it is shown. Audited."""
        wanted = await read_model(request, TokenRequest, MAX_REQUEST_BYTES)
        areas = None if wanted.areas is None else tuple(dict.fromkeys(wanted.areas))
        try:
            expires_ms = None if wanted.expires_at is None else to_ms(wanted.expires_at)
            expires_at = None if expires_ms is None else from_ms(expires_ms)
        except OverflowError:
            raise ProblemError(ProblemType.INVALID, "expires_at: lies outside the years 1 to 9999 in UTC") from None
        token = await run_in_threadpool(
            self._office.create, wanted.name, wanted.scope, asker, wanted.bound_to, areas, expires_ms
        )
        answer = FreshTokenAnswer(
            id=token.id,
            name=token.name,
            scope=token.scope,
            created_at=from_ms(token.created_ms),
            revoked_at=None,
            bound_to=token.bound_to,
            areas=list(token.areas),
            expires_at=expires_at,
            warning=_warning(token.scope, token.bound_to),
            token=token.secret,
        )
        return WireResponse(answer, status_code=201)

    async def revoke_token(self, token_id: TokenId, asker: Asker) -> Response:
        """Revoke a token, from its next request on. Audited."""
        await run_in_threadpool(self._office.revoke, token_id, asker)
        return Response(status_code=204)


def _shown(row: RowMapping) -> dict[str, object]:
    return {
        "id": row["id"],
        "name": row["name"],
        "scope": row["scope"],
        "created_at": from_ms(row["created_ms"]),
        "revoked_at": None if row["revoked_ms"] is None else from_ms(row["revoked_ms"]),
        "bound_to": row["bound_to"],
        "areas": list(areas_of(row)),
        "expires_at": None if row["expires_ms"] is None else from_ms(row["expires_ms"]),
        "warning": _warning(row["scope"], row["bound_to"]),
    }


def _warning(scope: str, bound_to: str | None) -> str | None:
    return UNBOUND if scope == Scope.EDGE and bound_to is None else None
