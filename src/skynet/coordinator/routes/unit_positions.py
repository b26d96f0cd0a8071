"""Positions, from units themselves and from gateways."""

from __future__ import annotations

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from skynet.coordinator.access.gate import Asker
from skynet.coordinator.access.scope import Access
from skynet.coordinator.dispatch.position_desk import PositionDesk
from skynet.coordinator.problem import ProblemError, ProblemType
from skynet.coordinator.routes.etag import PathSlug
from skynet.coordinator.routes.guarded_routes import GuardedRoutes, json_body
from skynet.coordinator.routes.request_body import read_model
from skynet.coordinator.wire import WireResponse
from skynet.domain.unit_position import GatewayBatch, PositionBatch, PositionBatchResult

MAX_BATCH_BYTES = 256 << 10
BODY = (ProblemType.TOO_LARGE, ProblemType.UNSUPPORTED_MEDIA_TYPE, ProblemType.INVALID)


class UnitPositionRoutes:
    """`/api/v1/units/{unit_id}/positions` and `/api/v1/positions`"""

    def __init__(self, desk: PositionDesk) -> None:
        self._desk = desk

    def add_to(self, routes: GuardedRoutes) -> None:
        routes.add(
            "POST",
            "/api/v1/units/{unit_id}/positions",
            self.post_unit_positions,
            Access.UNIT,
            answers=PositionBatchResult,
            problems=(ProblemType.NOT_FOUND, ProblemType.STATE_CONFLICT, ProblemType.STALE_VERSION, *BODY),
            body=json_body(PositionBatch),
        )
        routes.add(
            "POST",
            "/api/v1/positions",
            self.post_positions,
            Access.UNIT,
            answers=PositionBatchResult,
            problems=(ProblemType.STALE_VERSION, *BODY),
            body=json_body(GatewayBatch),
        )

    async def post_unit_positions(self, request: Request, unit_id: PathSlug, asker: Asker) -> WireResponse:
        """Positions of one unit, by its own token, in any order; one that is sent twice is stored once."""
        batch = await read_model(request, PositionBatch, MAX_BATCH_BYTES)
        return WireResponse(await run_in_threadpool(self._desk.take_own, unit_id, batch.positions, asker))

    async def post_positions(self, request: Request, asker: Asker) -> WireResponse:
        """Positions of many units, by a gateway: a token of scope unit that is bound to no unit."""
        if asker.bound_to is not None:
            raise ProblemError(
                ProblemType.FORBIDDEN,
                f"this token speaks for '{asker.bound_to}' only; post to /api/v1/units/{asker.bound_to}/positions",
            )
        batch = await read_model(request, GatewayBatch, MAX_BATCH_BYTES)
        return WireResponse(await run_in_threadpool(self._desk.take_many, batch.positions, asker))
