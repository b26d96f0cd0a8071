"""Reads request bodies under a limit, streamed ones too, before anything is made of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, from_json
from starlette.requests import Request

from skynet.coordinator.problem import ProblemError, ProblemType

Model = TypeVar("Model", bound=BaseModel)


async def parts_of(request: Request, limit: int) -> AsyncIterator[bytes]:
    """The body as it comes. Raises ProblemError: too-large, whatever Content-Length says or leaves out."""
    declared = request.headers.get("content-length", "0")
    size = int(declared) if declared.isdigit() else 0
    if size <= limit:
        size = 0
        async for part in request.stream():
            size += len(part)
            if size > limit:
                break
            yield part
    if size > limit:
        raise ProblemError(ProblemType.TOO_LARGE, f"the body is over the limit of {limit} bytes; send less at once")


async def read_bytes(request: Request, limit: int) -> bytes:
    """The whole body. Raises ProblemError: as `parts_of`."""
    return b"".join([part async for part in parts_of(request, limit)])


def require_type(request: Request, media_type: str) -> None:
    """Raises ProblemError: unsupported-media-type, also for a body that was compressed on the way."""
    sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if sent != media_type:
        raise ProblemError(
            ProblemType.UNSUPPORTED_MEDIA_TYPE,
            f"send 'Content-Type: {media_type}', not '{sent[:80]}'",
            headers={"Accept": media_type},
        )
    coding = request.headers.get("content-encoding", "identity").strip().lower()
    if coding != "identity":
        raise ProblemError(
            ProblemType.UNSUPPORTED_MEDIA_TYPE,
            f"send the body as it is, without 'Content-Encoding: {coding[:80]}'",
            headers={"Accept-Encoding": "identity"},
        )


async def read_json(request: Request, limit: int) -> object:
    """The body as a JSON value. Raises ProblemError: unsupported-media-type, too-large, malformed-request."""
    require_type(request, "application/json")
    content = await read_bytes(request, limit)
    try:
        value: object = from_json(content, allow_inf_nan=False)
    except ValueError as error:
        raise ProblemError(ProblemType.MALFORMED, f"the body is not JSON: {error}") from error
    return value


async def read_model(request: Request, model: type[Model], limit: int) -> Model:
    """The body as `model`. Raises ProblemError: as `read_json`, and invalid with the fields that are wrong."""
    value = await read_json(request, limit)
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise invalid(error.errors(include_url=False, include_context=False, include_input=False)) from error


def invalid(errors: list[ErrorDetails]) -> ProblemError:
    """The problem that names every wrong field and what is wrong with it."""
    named = [{"field": ".".join(str(part) for part in e["loc"]) or "body", "message": e["msg"]} for e in errors]
    first = named[0]
    return ProblemError(
        ProblemType.INVALID,
        f"{first['field']}: {first['message']}" + (f" (and {len(named) - 1} more)" if len(named) > 1 else ""),
        members={"errors": named},
    )
