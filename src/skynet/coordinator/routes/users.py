"""Users for admins."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated

from fastapi import Path, Request
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import RowMapping
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from skynet.coordinator import cursor as cursors
from skynet.coordinator.access.gate import Asker
from skynet.coordinator.access.role import Role
from skynet.coordinator.access.scope import Access
from skynet.coordinator.access.token_office import areas_of
from skynet.coordinator.access.user_book import FreshUser, UserBook
from skynet.coordinator.problem import ProblemType
from skynet.coordinator.routes.guarded_routes import GuardedRoutes, json_body
from skynet.coordinator.routes.list_page import list_page
from skynet.coordinator.routes.page_query import Page
from skynet.coordinator.routes.request_body import read_model
from skynet.coordinator.timestamp import from_ms
from skynet.coordinator.wire import WireResponse
from skynet.domain.area import Area
from skynet.domain.site import ShortText

FEED = "users"
PATH = "/api/v1/users"
MAX_BYTES = 64 << 10
MAX_AREAS = 50
BODY = (ProblemType.TOO_LARGE, ProblemType.UNSUPPORTED_MEDIA_TYPE, ProblemType.INVALID)
UserId = Annotated[str, Path(max_length=36)]
Areas = Annotated[list[Area], Field(min_length=1, max_length=MAX_AREAS)]
Roles = Annotated[list[Role], Field(min_length=1, max_length=len(Role))]


class UserRequest(BaseModel):
    """Without `areas` the user gets those of who makes it."""

    model_config = ConfigDict(extra="forbid")

    login: Annotated[str, Field(pattern=r"^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$")]
    name: ShortText
    roles: Roles
    areas: Areas | None = None


class UserReach(BaseModel):
    """What a user may, in place of what they could before."""

    model_config = ConfigDict(extra="forbid")

    roles: Roles
    areas: Areas


class PasswordReset(BaseModel):
    """`second_factor`: the authenticator is lost, forget it, too."""

    model_config = ConfigDict(extra="forbid")

    second_factor: bool = False


class UserAnswer(BaseModel):
    id: str
    login: str
    name: str
    roles: list[Role]
    areas: list[str]
    created_at: datetime
    disabled_at: datetime | None
    second_factor: bool


class FreshUserAnswer(UserAnswer):
    password: str
    """Good for setting another one; shown this once."""


class UserPageAnswer(BaseModel):
    items: list[UserAnswer]
    next_cursor: str
    has_more: bool


class UserRoutes:
    """`/api/v1/users…`"""

    def __init__(self, book: UserBook) -> None:
        self._book = book

    def add_to(self, routes: GuardedRoutes) -> None:
        one = f"{PATH}/{{user_id}}"
        missing = (ProblemType.NOT_FOUND,)
        routes.add(
            "GET",
            PATH,
            self.list_users,
            Access.USERS,
            answers=UserPageAnswer,
            problems=(ProblemType.BAD_CURSOR, ProblemType.INVALID),
        )
        routes.add(
            "POST",
            PATH,
            self.create_user,
            Access.USERS,
            answers=FreshUserAnswer,
            status=201,
            problems=(*BODY, ProblemType.STATE_CONFLICT),
            body=json_body(UserRequest),
        )
        routes.add(
            "PUT",
            f"{one}/reach",
            self.change_reach,
            Access.USERS,
            answers=UserAnswer,
            problems=(*BODY, *missing),
            body=json_body(UserReach),
        )
        routes.add(
            "POST",
            f"{one}/password",
            self.reset_password,
            Access.USERS,
            answers=FreshUserAnswer,
            problems=(*BODY, *missing),
            body=json_body(PasswordReset),
        )
        routes.add("DELETE", one, self.disable_user, Access.USERS, status=204, problems=(*missing, ProblemType.INVALID))

    async def list_users(self, query: Page, asker: Asker) -> WireResponse:
        """Users in the order in which they were made, the disabled ones too."""
        after = cursors.read_id(FEED, query.cursor)
        found = await run_in_threadpool(self._book.page, after, query.limit + 1, asker)
        return list_page(FEED, [_shown(row) for row in found], query.limit, after)

    async def create_user(self, request: Request, asker: Asker) -> WireResponse:
        """Make a user. The first password is shown this once and must be changed at the first sign-in. Audited."""
        sent = await read_model(request, UserRequest, MAX_BYTES)
        fresh = await run_in_threadpool(self._book.add, sent.login, sent.name, sent.roles, sent.areas, asker)
        return WireResponse(_fresh(fresh), status_code=201)

    async def change_reach(self, request: Request, user_id: UserId, asker: Asker) -> WireResponse:
        """Give a user other roles and areas, from the next request on. Audited."""
        sent = await read_model(request, UserReach, MAX_BYTES)
        return WireResponse(_shown(await run_in_threadpool(self._book.reach, user_id, sent.roles, sent.areas, asker)))

    async def reset_password(self, request: Request, user_id: UserId, asker: Asker) -> WireResponse:
        """Give a user a new first password, end the sessions, and let a disabled one in again. Audited."""
        sent = await read_model(request, PasswordReset, MAX_BYTES)
        factor = sent.second_factor
        return WireResponse(
            _fresh(await run_in_threadpool(lambda: self._book.reset(user_id, asker, second_factor=factor)))
        )

    async def disable_user(self, user_id: UserId, asker: Asker) -> Response:
        """Shut a user out, at once. What they did stays in the ledger. Audited."""
        await run_in_threadpool(self._book.disable, user_id, asker)
        return Response(status_code=204)


def _shown(row: RowMapping) -> dict[str, object]:
    return {
        "id": row["id"],
        "login": row["login"],
        "name": row["name"],
        "roles": json.loads(row["roles"]),
        "areas": list(areas_of(row)),
        "created_at": from_ms(row["created_ms"]),
        "disabled_at": None if row["disabled_ms"] is None else from_ms(row["disabled_ms"]),
        "second_factor": bool(row["totp_confirmed"]),
    }


def _fresh(fresh: FreshUser) -> dict[str, object]:
    return _shown(fresh.row) | {"password": fresh.password}
