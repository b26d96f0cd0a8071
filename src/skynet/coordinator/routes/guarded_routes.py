"""The one way to add a route: with the access that it demands. A route that names none cannot be added."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from fastapi import Depends, FastAPI

from skynet.coordinator.access.doorkeeper import Doorkeeper
from skynet.coordinator.access.gate import Gate
from skynet.coordinator.access.role import Role, opened
from skynet.coordinator.access.scope import Access
from skynet.coordinator.problem import MEDIA_TYPE, ProblemType

GUARDED = (
    ProblemType.MALFORMED,
    ProblemType.UNAUTHORISED,
    ProblemType.FORBIDDEN,
    ProblemType.TOO_MANY,
    ProblemType.INTERNAL,
    ProblemType.BUSY,
    ProblemType.STORAGE_FULL,
)
"""What any guarded route can answer. Malformed: a purpose that cannot be read. Full: a view that cannot be recorded
in the audit ledger is not given."""


class GuardedRoutes:
    """Adds guarded routes to `app`."""

    def __init__(self, app: FastAPI, doorkeeper: Doorkeeper) -> None:
        self._app = app
        self._doorkeeper = doorkeeper

    def add(
        self,
        method: str,
        path: str,
        endpoint: Callable[..., Any],
        access: Access,
        *,
        answers: object = None,
        status: int = 200,
        problems: Sequence[ProblemType] = (),
        responses: dict[int | str, dict[str, Any]] | None = None,
        body: dict[str, Any] | None = None,
    ) -> None:
        """`answers` is the model of a success in the OpenAPI document, `body` its requestBody object."""
        extra: dict[str, Any] = {
            "x-skynet-access": sorted(access.scopes),
            "x-skynet-roles": sorted(role for role in Role if opened([role], access)),
        }
        with_body: tuple[ProblemType, ...] = ()
        if body is not None:
            extra["requestBody"] = body
            with_body = (ProblemType.TIMEOUT,)
        self._app.add_api_route(
            path,
            endpoint,
            methods=[method],
            status_code=status,
            response_model=answers,
            responses=problem_responses((*GUARDED, *problems, *with_body)) | (responses or {}),
            dependencies=[Depends(Gate(self._doorkeeper, access))],
            operation_id=endpoint.__name__,
            openapi_extra=extra,
        )


def problem_responses(problems: Sequence[ProblemType]) -> dict[int | str, dict[str, Any]]:
    """OpenAPI responses for these problems, several of one status told together."""
    by_status: dict[int | str, dict[str, Any]] = {}
    for problem in problems:
        text = f"{problem.title} (`{problem.urn}`)"
        if problem.status in by_status:
            text = f"{by_status[problem.status]['description']}; {text}"
        by_status[problem.status] = {"description": text, "content": {MEDIA_TYPE: {"schema": _DETAILS}}}
    return by_status


def json_body(model: type) -> dict[str, Any]:
    """OpenAPI requestBody for a JSON body of `model`."""
    schema = {"$ref": f"#/components/schemas/{model.__name__}"}
    return {"required": True, "content": {"application/json": {"schema": schema}}}


_DETAILS = {"$ref": "#/components/schemas/ProblemDetails"}
