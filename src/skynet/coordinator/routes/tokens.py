"""Tokens for admins."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Path, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from skynet.coordinator import cursor as cursors
from skynet.coordinator.access.gate import Asker
from skynet.coordinator.access.scope import Access, Scope
from skynet.coordinator.access.token_office import TokenOffice
from skynet.coordinator.problem import ProblemType
from skynet.coordinator.routes.guarded_routes import GuardedRoutes, json_body
from skynet.coordinator.routes.page_query import Page
from skynet.coordinator.routes.request_body import read_model
from skynet.coordinator.timestamp import from_ms
from skynet.coordinator.wire import WireResponse
from skynet.domain.ids import Slug

FEED = "tokens"
MAX_REQUEST_BYTES = 4 << 10
TokenId = Annotated[str, Path(max_length=36)]


class TokenRequest(BaseModel):
    """`name` says who or what will hold the token, e.g. `dispatch-desk-3`; the audit ledger shows it."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$")]
    scope: Scope
    bound_to: Annotated[Slug | None, Field(description="The one box or unit that its holder speaks for")] = None


class TokenAnswer(BaseModel):
    id: str
    name: str
    scope: Scope
    created_at: datetime
    revoked_at: datetime | None
    bound_to: str | None


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
            Access.ADMIN,
            answers=TokenPageAnswer,
            problems=(ProblemType.BAD_CURSOR, ProblemType.INVALID),
        )
        routes.add(
            "POST",
            "/api/v1/tokens",
            self.create_token,
            Access.ADMIN,
            answers=FreshTokenAnswer,
            status=201,
            problems=(ProblemType.TOO_LARGE, ProblemType.UNSUPPORTED_MEDIA_TYPE, ProblemType.INVALID),
            body=json_body(TokenRequest),
        )
        routes.add(
            "DELETE",
            "/api/v1/tokens/{token_id}",
            self.revoke_token,
            Access.ADMIN,
            status=204,
            problems=(ProblemType.NOT_FOUND, ProblemType.LAST_ADMIN, ProblemType.INVALID),
        )

    async def list_tokens(self, query: Page) -> WireResponse:
        """Tokens in the order in which they were made, the revoked ones too; never the secrets."""
        after = cursors.read_id(FEED, query.cursor)
        found = await run_in_threadpool(self._office.page, after, query.limit + 1)
        items = [
            {
                "id": row["id"],
                "name": row["name"],
                "scope": row["scope"],
                "created_at": from_ms(row["created_ms"]),
                "revoked_at": None if row["revoked_ms"] is None else from_ms(row["revoked_ms"]),
                "bound_to": row["bound_to"],
            }
            for row in found[: query.limit]
        ]
        position = str(items[-1]["id"]) if items else after
        return WireResponse(
            {"items": items, "next_cursor": cursors.write(FEED, position), "has_more": len(found) > query.limit}
        )

    async def create_token(self, request: Request, asker: Asker) -> WireResponse:
        """Make a token. The answer is the only time that it is shown. Audited."""
        wanted = await read_model(request, TokenRequest, MAX_REQUEST_BYTES)
        token = await run_in_threadpool(self._office.create, wanted.name, wanted.scope, asker, wanted.bound_to)
        answer = FreshTokenAnswer(
            id=token.id,
            name=token.name,
            scope=token.scope,
            created_at=from_ms(token.created_ms),
            revoked_at=None,
            bound_to=token.bound_to,
            token=token.secret,
        )
        return WireResponse(answer, status_code=201)

    async def revoke_token(self, token_id: TokenId, asker: Asker) -> Response:
        """Revoke a token, from its next request on. Audited."""
        await run_in_threadpool(self._office.revoke, token_id, asker)
        return Response(status_code=204)
