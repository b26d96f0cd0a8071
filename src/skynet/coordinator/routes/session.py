"""One's own session: signing in and out, who I am, my password, my second factor."""

from __future__ import annotations

from typing import Annotated

from fastapi import FastAPI, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from skynet.coordinator.access.doorkeeper import COOKIE, require_same_origin, visitor_of
from skynet.coordinator.access.gate import Asker
from skynet.coordinator.access.own_login import OwnLogin
from skynet.coordinator.access.passwords import MAX_LENGTH
from skynet.coordinator.access.role import Role
from skynet.coordinator.access.scope import Access, Scope
from skynet.coordinator.access.session_desk import LONGEST_S, SessionDesk, csrf_token
from skynet.coordinator.problem import ProblemType
from skynet.coordinator.routes.guarded_routes import GuardedRoutes, json_body, problem_responses
from skynet.coordinator.routes.request_body import read_model
from skynet.coordinator.wire import WireResponse

MAX_BYTES = 4 << 10
BODY = (ProblemType.TOO_LARGE, ProblemType.UNSUPPORTED_MEDIA_TYPE, ProblemType.INVALID)
PATH = "/api/v1/session"
Secret = Annotated[str, Field(min_length=1, max_length=MAX_LENGTH)]
Code = Annotated[str, Field(min_length=6, max_length=32)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class SignIn(_Body):
    """`code`: of the authenticator, or a recovery code; only for who has enrolled one."""

    login: Annotated[str, Field(min_length=1, max_length=64)]
    password: Secret
    code: Code | None = None


class NewPassword(_Body):
    old: Secret
    new: Secret


class TotpCode(_Body):
    code: Code


class SessionAnswer(BaseModel):
    """Who asks. `needs` says what a person must do before anything else opens: `password` or `second_factor`."""

    login: str
    roles: list[Role]
    scope: Scope | None
    areas: list[str]
    needs: str | None
    csrf_token: str | None
    """To be sent as X-CSRF-Token with every change; None for holders of tokens, who need none."""


class TotpAnswer(BaseModel):
    secret: str
    address: str
    """otpauth:, for an authenticator application."""


class RecoveryAnswer(BaseModel):
    recovery_codes: list[str]
    """Each good once in place of a code; shown this once."""


class SessionRoutes:
    """`/api/v1/session…`"""

    def __init__(self, desk: SessionDesk, own: OwnLogin) -> None:
        self._desk = desk
        self._own = own

    def add_to(self, routes: GuardedRoutes, app: FastAPI) -> None:
        refusals = (*BODY, ProblemType.MALFORMED, ProblemType.UNAUTHORISED, ProblemType.FORBIDDEN, ProblemType.TOO_MANY)
        failures = (ProblemType.TIMEOUT, ProblemType.INTERNAL, ProblemType.BUSY, ProblemType.STORAGE_FULL)
        app.add_api_route(
            PATH,
            self.sign_in,
            methods=["POST"],
            response_model=SessionAnswer,
            responses=problem_responses((*refusals, *failures)),
            operation_id="sign_in",
            openapi_extra={"requestBody": json_body(SignIn)},
        )
        routes.add("GET", PATH, self.get_session, Access.SELF, answers=SessionAnswer)
        routes.add("DELETE", PATH, self.sign_out, Access.SESSION, status=204)
        routes.add(
            "PUT",
            f"{PATH}/password",
            self.set_password,
            Access.SESSION,
            status=204,
            problems=BODY,
            body=json_body(NewPassword),
        )
        conflict = (ProblemType.STATE_CONFLICT,)
        routes.add("POST", f"{PATH}/totp", self.begin_totp, Access.SESSION, answers=TotpAnswer, problems=conflict)
        routes.add(
            "PUT",
            f"{PATH}/totp",
            self.confirm_totp,
            Access.SESSION,
            answers=RecoveryAnswer,
            problems=(*BODY, *conflict),
            body=json_body(TotpCode),
        )

    async def sign_in(self, request: Request) -> Response:
        """Sign in with login and password, and a code where one is enrolled; the answer sets the session's cookie.
        Open. Audited."""
        require_same_origin(request)
        sent = await read_model(request, SignIn, MAX_BYTES)
        address = request.client.host if request.client is not None else "unknown"
        fresh = await run_in_threadpool(self._desk.begin, sent.login, sent.password, sent.code, address)
        visitor = fresh.visitor
        answer = SessionAnswer(
            login=visitor.login,
            roles=list(visitor.roles),
            scope=None,
            areas=list(visitor.areas),
            needs=visitor.needs,
            csrf_token=csrf_token(fresh.secret),
        )
        response = WireResponse(answer)
        secure = request.url.scheme == "https"
        response.set_cookie(
            COOKIE, fresh.secret, max_age=LONGEST_S, path="/", secure=secure, httponly=True, samesite="strict"
        )
        return response

    async def get_session(self, request: Request, asker: Asker) -> WireResponse:
        """Who asks, and what they may."""
        visitor = visitor_of(request)
        answer = SessionAnswer(
            login=asker.name,
            roles=[] if visitor is None else list(visitor.roles),
            scope=asker.scope,
            areas=list(asker.areas),
            needs=None if visitor is None else visitor.needs,
            csrf_token=None if visitor is None else csrf_token(request.cookies[COOKIE]),
        )
        return WireResponse(answer)

    async def sign_out(self, request: Request) -> Response:
        """End the session. Audited."""
        visitor = visitor_of(request)
        if visitor is not None:
            await run_in_threadpool(self._desk.end, visitor)
        response = Response(status_code=204)
        response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
        return response

    async def set_password(self, request: Request, asker: Asker) -> Response:
        """Change one's password; all one's other sessions end. Audited."""
        sent = await read_model(request, NewPassword, MAX_BYTES)
        await run_in_threadpool(self._own.set_password, sent.old, sent.new, asker)
        return Response(status_code=204)

    async def begin_totp(self, asker: Asker) -> WireResponse:
        """A secret for an authenticator; it counts once a code of it was sent. Audited."""
        secret, address = await run_in_threadpool(self._own.begin_second_factor, asker)
        return WireResponse(TotpAnswer(secret=secret, address=address))

    async def confirm_totp(self, request: Request, asker: Asker) -> WireResponse:
        """Enrol the authenticator with its first code; the answer holds the recovery codes. Audited."""
        sent = await read_model(request, TotpCode, MAX_BYTES)
        codes = await run_in_threadpool(self._own.confirm_second_factor, sent.code, asker)
        return WireResponse(RecoveryAnswer(recovery_codes=codes))
