"""The gate before every route: no token, no entry; the wrong scope, no entry."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import unquote_to_bytes

from fastapi import Depends, Request
from fastapi.openapi.models import HTTPBearer
from fastapi.security.base import SecurityBase
from starlette.concurrency import run_in_threadpool

from skynet.coordinator.access.principal import Principal
from skynet.coordinator.access.scope import Access
from skynet.coordinator.access.token_office import TokenOffice
from skynet.coordinator.metrics import Metrics
from skynet.coordinator.problem import ProblemError, ProblemType

MAX_PURPOSE = 200


class Gate(SecurityBase):
    """A FastAPI dependency that lets a request through or raises ProblemError: unauthorised, forbidden, malformed."""

    def __init__(self, office: TokenOffice, metrics: Metrics, access: Access) -> None:
        self.model = HTTPBearer(description="A token made by `skynet coordinator init` or POST /api/v1/tokens.")
        self.scheme_name = "bearer"
        self.access = access
        self._office = office
        self._metrics = metrics

    async def __call__(self, request: Request) -> None:
        """Put the principal into the request's state, where `Asker` finds it."""
        scheme, _, secret = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not secret.strip():
            raise self._refuse("send 'Authorization: Bearer TOKEN' with a token of this coordinator")
        holder = await run_in_threadpool(self._office.holder, secret.strip())
        if holder is None:
            raise self._refuse("the token is unknown or has been revoked; ask an admin for a new one")
        if not self.access.admits(holder.scope):
            self._metrics.refusals.labels("forbidden").inc()
            raise ProblemError(
                ProblemType.FORBIDDEN,
                f"this needs a token with scope {self.access}, the one sent has scope {holder.scope}",
            )
        principal = Principal(
            holder.token_id, holder.name, holder.scope, _purpose(request), holder.areas, holder.bound_to
        )
        if self.access.everywhere and not principal.everywhere:
            self._metrics.refusals.labels("area").inc()
            raise ProblemError(
                ProblemType.FORBIDDEN, "this is of the whole coordinator; only who may see everywhere may"
            )
        request.state.principal = principal

    def _refuse(self, detail: str) -> ProblemError:
        self._metrics.refusals.labels("unauthorised").inc()
        return ProblemError(ProblemType.UNAUTHORISED, detail, headers={"WWW-Authenticate": 'Bearer realm="skynet"'})


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
