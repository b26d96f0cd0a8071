"""The gate before every route: no token and no session, no entry; the wrong scope or role, no entry."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated
from urllib.parse import unquote_to_bytes

from fastapi import Depends, Request
from fastapi.openapi.models import HTTPBearer
from fastapi.security.base import SecurityBase

from skynet.coordinator.access.doorkeeper import Doorkeeper
from skynet.coordinator.access.principal import Principal
from skynet.coordinator.access.scope import Access
from skynet.coordinator.problem import ProblemError, ProblemType

MAX_PURPOSE = 200


class Gate(SecurityBase):
    """A FastAPI dependency that lets a request through or raises ProblemError: unauthorised, forbidden,
    too-many-requests, malformed."""

    def __init__(self, doorkeeper: Doorkeeper, access: Access) -> None:
        self.model = HTTPBearer(description="A token made by `skynet coordinator init` or POST /api/v1/tokens.")
        self.scheme_name = "bearer"
        self.access = access
        self._doorkeeper = doorkeeper

    async def __call__(self, request: Request) -> None:
        """Put the principal into the request's state, where `Asker` finds it."""
        principal = await self._doorkeeper.admit(request, self.access)
        request.state.principal = replace(principal, purpose=_purpose(request))


def _purpose(request: Request) -> str | None:
    """X-Purpose, percent-decoded UTF-8: a header carries ASCII only, and purposes are written in Chinese."""
    raw = request.headers.get("x-purpose")
    if raw is None:
        return None
    try:
        purpose = unquote_to_bytes(raw).decode().strip()
    except UnicodeDecodeError:
        purpose = ""
    if not purpose or len(purpose) > MAX_PURPOSE or not purpose.isprintable():
        raise ProblemError(
            ProblemType.MALFORMED,
            f"X-Purpose must be 1 to {MAX_PURPOSE} printable characters, written as percent-encoded UTF-8",
        )
    return purpose


def _asker(request: Request) -> Principal:
    principal = request.state.principal
    if not isinstance(principal, Principal):
        raise TypeError("the gate did not run before this route")
    return principal


Asker = Annotated[Principal, Depends(_asker)]
"""A route's parameter of this type is the principal that the gate let through."""
