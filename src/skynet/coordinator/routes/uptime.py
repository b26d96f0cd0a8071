"""How cameras have done, day by day."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from skynet.coordinator.access.gate import Asker
from skynet.coordinator.access.scope import Access
from skynet.coordinator.problem import ProblemType
from skynet.coordinator.registry.uptime import MAX_DAYS
from skynet.coordinator.registry.uptime_meter import UptimeMeter
from skynet.coordinator.routes.guarded_routes import GuardedRoutes
from skynet.coordinator.wire import WireResponse


class UptimeQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    days: Annotated[int, Field(ge=1, le=MAX_DAYS, description="So many days, of which today is the last")] = 30


UptimeOf = Annotated[UptimeQuery, Query()]


class UptimeAnswer(BaseModel):
    """Seconds live and with a good picture, live with faults, without pictures, and without a report. `uptime` is the
    healthy share of them all."""

    healthy_s: float
    faulty_s: float
    down_s: float
    unknown_s: float
    uptime: float


class DayAnswer(UptimeAnswer):
    day: str
    """YYYY-MM-DD in `timezone`."""


class CameraUptimeAnswer(BaseModel):
    """Days on which the camera was not yet known are left out."""

    camera_id: str
    timezone: str
    days: list[DayAnswer]
    total: UptimeAnswer


class WorstCamera(UptimeAnswer):
    camera_id: str


class FleetUptimeAnswer(BaseModel):
    """All cameras together; `worst` are those with the lowest uptime, at most 20."""

    cameras: int
    timezone: str
    days: list[DayAnswer]
    total: UptimeAnswer
    worst: list[WorstCamera]


class UptimeRoutes:
    """`/api/v1/uptime`, `/api/v1/cameras/{camera_id}/uptime`"""

    def __init__(self, meter: UptimeMeter) -> None:
        self._meter = meter

    def add_to(self, routes: GuardedRoutes) -> None:
        routes.add(
            "GET",
            "/api/v1/uptime",
            self.get_fleet_uptime,
            Access.FLEET,
            answers=FleetUptimeAnswer,
            problems=(ProblemType.INVALID,),
        )
        routes.add(
            "GET",
            "/api/v1/cameras/{camera_id}/uptime",
            self.get_camera_uptime,
            Access.FLEET,
            answers=CameraUptimeAnswer,
            problems=(ProblemType.NOT_FOUND, ProblemType.INVALID),
        )

    async def get_fleet_uptime(self, query: UptimeOf, asker: Asker) -> WireResponse:
        """Daily uptime of all cameras together, and the cameras that did worst."""
        return WireResponse(await run_in_threadpool(self._meter.fleet, query.days, asker))

    async def get_camera_uptime(self, camera_id: str, query: UptimeOf, asker: Asker) -> WireResponse:
        """Daily uptime of one camera."""
        return WireResponse(await run_in_threadpool(self._meter.camera, camera_id, query.days, asker))
