"""Knows who asks: the holder of a token or a person with a session. What every gate shares."""

from __future__ import annotations

import hmac
from urllib.parse import urlsplit

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from skynet.coordinator.access.principal import Principal
from skynet.coordinator.access.rate_limit import RateLimit
from skynet.coordinator.access.role import opened
from skynet.coordinator.access.scope import Access
from skynet.coordinator.access.session_desk import SessionDesk, Visitor, csrf_token
from skynet.coordinator.access.token_office import TokenOffice
from skynet.coordinator.metrics import Metrics
from skynet.coordinator.problem import ProblemError, ProblemType

COOKIE = "skynet_session"
SAFE_METHODS = ("GET", "HEAD")


class Doorkeeper:
    """Every refusal is counted by its reason."""

    def __init__(self, office: TokenOffice, desk: SessionDesk, limit: RateLimit, metrics: Metrics) -> None:
        self._office = office
        self._desk = desk
        self._limit = limit
        self._metrics = metrics

    async def admit(self, request: Request, access: Access) -> Principal:
        """Who asks, the purpose left open; a token counts before a cookie.

        Raises ProblemError: unauthorised, forbidden, too-many-requests.
        """
        header, secret = request.headers.get("authorization"), request.cookies.get(COOKIE)
        if header is None and secret is not None:
            principal = await self._person(request, secret, access)
        else:
            principal = await self._holder(header or "", access)
        if access.everywhere and not principal.everywhere:
            raise self._forbid("area", "this is of the whole coordinator; only who may see everywhere may")
        try:
            self._limit.take(principal.user_id or principal.token_id)
        except ProblemError:
            self._metrics.refusals.labels("rate").inc()
            raise
        return principal

    async def _holder(self, header: str, access: Access) -> Principal:
        scheme, _, secret = header.partition(" ")
        if scheme.lower() != "bearer" or not secret.strip():
            raise self._refuse("send 'Authorization: Bearer TOKEN' with a token of this coordinator, or sign in")
        holder = await run_in_threadpool(self._office.holder, secret.strip())
        if holder is None:
            raise self._refuse(
                "the token is unknown or has been revoked, or its time is over; ask an admin for a new one"
            )
        if not access.admits(holder.scope):
            needed = f"a token with scope {access}" if access.scopes else "a session of a person"
            raise self._forbid("forbidden", f"this needs {needed}, the token sent has scope {holder.scope}")
        return Principal(holder.token_id, holder.name, holder.scope, None, holder.areas, holder.bound_to)

    async def _person(self, request: Request, secret: str, access: Access) -> Principal:
        visitor = await run_in_threadpool(self._desk.visitor, secret)
        if visitor is None:
            raise self._refuse("the session has ended; sign in again")
        if request.method not in SAFE_METHODS:
            self._require_own_page(request, secret)
        if visitor.needs is not None and access not in (Access.SESSION, Access.SELF):
            raise self._forbid("unfinished", _UNFINISHED[visitor.needs])
        if not opened(visitor.roles, access):
            have = ", ".join(sorted(visitor.roles)) or "none"
            raise self._forbid("forbidden", f"none of your roles opens this (yours: {have}); ask an admin")
        request.state.visitor = visitor
        return Principal(visitor.session_id, visitor.login, None, None, visitor.areas, user_id=visitor.user_id)

    def _require_own_page(self, request: Request, secret: str) -> None:
        """A cookie is sent with what other pages ask for, too; a change must come from our own."""
        require_same_origin(request)
        sent = request.headers.get("x-csrf-token", "")
        if not hmac.compare_digest(sent.encode(), csrf_token(secret).encode()):
            raise self._forbid("csrf", "send the csrf_token of GET /api/v1/session as X-CSRF-Token with a change")

    def _refuse(self, detail: str) -> ProblemError:
        self._metrics.refusals.labels("unauthorised").inc()
        return ProblemError(ProblemType.UNAUTHORISED, detail, headers={"WWW-Authenticate": 'Bearer realm="skynet"'})

    def _forbid(self, reason: str, detail: str) -> ProblemError:
        self._metrics.refusals.labels(reason).inc()
        return ProblemError(ProblemType.FORBIDDEN, detail)


def require_same_origin(request: Request) -> None:
    """Raises ProblemError: forbidden for what a browser sends on behalf of another site's page."""
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site", "same-origin")
    foreign = origin is not None and urlsplit(origin).netloc != request.headers.get("host")
    if foreign or site not in ("same-origin", "none"):
        raise ProblemError(ProblemType.FORBIDDEN, "this comes from a page of another site; use the coordinator's own")


def visitor_of(request: Request) -> Visitor | None:
    """The person behind the request, None for the holder of a token."""
    found = getattr(request.state, "visitor", None)
    return found if isinstance(found, Visitor) else None


_UNFINISHED = {
    "password": "set a password of your own first: PUT /api/v1/session/password",
    "second_factor": "enrol a second factor first: POST /api/v1/session/totp, then PUT it with a code",
}
