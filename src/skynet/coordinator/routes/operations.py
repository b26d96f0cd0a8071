"""For those who run the coordinator: liveness, metrics and the OpenAPI document."""

from __future__ import annotations

from fastapi import FastAPI, Request
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from skynet.coordinator.access.auditor import Auditor
from skynet.coordinator.access.scope import Access
from skynet.coordinator.metrics import Metrics
from skynet.coordinator.problem import ProblemError, ProblemType
from skynet.coordinator.pulse import Pulse
from skynet.coordinator.routes.guarded_routes import GuardedRoutes, problem_responses
from skynet.coordinator.wire import WireResponse


class HealthAnswer(BaseModel):
    status: str


class OperationRoutes:
    """`/healthz` is the one route of the API that is open to everybody; it tells nothing but that."""

    def __init__(self, pulse: Pulse, metrics: Metrics, auditor: Auditor) -> None:
        self._pulse = pulse
        self._metrics = metrics
        self._auditor = auditor

    def add_to(self, routes: GuardedRoutes, app: FastAPI) -> None:
        app.add_api_route(
            "/healthz",
            self.get_health,
            methods=["GET"],
            response_model=HealthAnswer,
            responses=problem_responses((ProblemType.UNWELL, ProblemType.INTERNAL)),
            operation_id="get_health",
        )
        routes.add(
            "GET",
            "/metrics",
            self.get_metrics,
            Access.METRICS,
            responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "Metrics"}},
        )
        routes.add("GET", "/api/v1/openapi.json", self.get_openapi, Access.ANY, answers=dict[str, object])

    async def get_health(self) -> WireResponse:
        """Whether the coordinator is alive and can write to its database. Open."""
        if not await run_in_threadpool(self._pulse.well):
            raise ProblemError(
                ProblemType.UNWELL, "look at the coordinator's log and at the free space of its data directory"
            )
        return WireResponse({"status": "ok"})

    async def get_metrics(self) -> Response:
        """Metrics in the Prometheus text format."""
        self._metrics.audit_entries.set(await run_in_threadpool(self._auditor.count))
        return Response(self._metrics.text(), media_type=CONTENT_TYPE_LATEST)

    async def get_openapi(self, request: Request) -> WireResponse:
        """This API as an OpenAPI 3.1 document."""
        return WireResponse(request.app.openapi())
