"""Turns whatever a request can end in into problem details: nothing leaves as plain text or with internals."""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable
from typing import TypeVar

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Match

from skynet.coordinator.problem import ProblemError, ProblemType
from skynet.coordinator.routes.request_body import invalid
from skynet.coordinator.storage.database import WriteQueueError
from skynet.coordinator.storage.fault import Fault, fault_of

BY_STATUS = {404: ProblemType.NOT_FOUND, 405: ProblemType.METHOD_NOT_ALLOWED, 413: ProblemType.TOO_LARGE}

log = logging.getLogger(__name__)


E = TypeVar("E", bound=Exception)


def install(app: FastAPI) -> None:
    """Make every error of `app` a problem."""
    _answer(app, ProblemError, _problem)
    _answer(app, HTTPException, _http)
    _answer(app, RequestValidationError, _invalid)
    _answer(app, DBAPIError, _database)
    _answer(app, PoolTimeoutError, _queue)
    _answer(app, WriteQueueError, _queue)
    _answer(app, ClientDisconnect, _gone)
    _answer(app, Exception, _internal)


def _answer(app: FastAPI, kind: type[E], answer: Callable[[Request, E], Response]) -> None:
    async def handle(request: Request, error: Exception) -> Response:
        if not isinstance(error, kind):
            raise TypeError(f"{type(error).__name__} came to the handler of {kind.__name__}")
        return answer(request, error)

    app.add_exception_handler(kind, handle)


def _problem(_: Request, error: ProblemError) -> Response:
    return error.response()


def _http(request: Request, error: HTTPException) -> Response:
    kind = BY_STATUS.get(error.status_code, ProblemType.OTHER)
    headers = dict(error.headers or {})
    detail = str(error.detail)
    if kind is ProblemType.NOT_FOUND:
        detail = "nothing is at this address; see GET /api/v1/openapi.json for what there is"
    if kind is ProblemType.METHOD_NOT_ALLOWED:
        headers["Allow"] = _allowed(request)
        detail = f"{request.method} is not for this address; it takes {headers['Allow']}"
    return ProblemError(kind, detail, headers=headers).response(error.status_code)


def _invalid(_: Request, error: RequestValidationError) -> Response:
    return invalid(list(error.errors())).response()


def _database(_: Request, error: DBAPIError) -> Response:
    fault = fault_of(error)
    log.error("the database refused: %s", error.orig)
    if fault is Fault.FULL:
        return ProblemError(
            ProblemType.STORAGE_FULL, "no room in the database; nothing was kept, send it again later"
        ).response()
    if fault is Fault.BUSY:
        return _busy("the database is held by others; try again")
    if fault is Fault.AWAY:
        return _busy("the database cannot be reached at the moment; try again")
    return _failed()


def _queue(_: Request, error: WriteQueueError | PoolTimeoutError) -> Response:
    log.error("the database is too slow: %s", error)
    return _busy("too many writes are waiting for the disk; try again")


def _busy(detail: str) -> Response:
    return ProblemError(ProblemType.BUSY, detail, headers={"Retry-After": "2"}).response()


def _gone(_: Request, error: Exception) -> Response:
    # The client hung up while sending: nobody reads this, and it is not the coordinator's failure.
    return ProblemError(ProblemType.MALFORMED, "the body ended early").response()


def _internal(request: Request, error: Exception) -> Response:
    # Starlette hands the exception on to the server afterwards, which logs it with its traceback.
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return ProblemError(ProblemType.STORAGE_FULL, "no room on the disk; send it again later").response()
    return _failed()


def _failed() -> Response:
    return ProblemError(
        ProblemType.INTERNAL, "the coordinator's log says why; what was not answered as stored may not be stored"
    ).response()


def _allowed(request: Request) -> str:
    """All methods of the address: Starlette knows only those of the first route that bears it."""
    methods: set[str] = set()
    for route in request.app.router.routes:
        match, _ = route.matches(request.scope)
        if match is not Match.NONE:
            methods |= getattr(route, "methods", None) or set()
    return ", ".join(sorted(methods))
