"""Which units to send to an alert or a place."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from skynet.coordinator.access.gate import Asker
from skynet.coordinator.access.scope import Access
from skynet.coordinator.dispatch.suggestion import SuggestionDesk, Wanted
from skynet.coordinator.problem import ProblemType
from skynet.coordinator.routes.guarded_routes import GuardedRoutes
from skynet.coordinator.routes.unit_answers import SuggestionsAnswer
from skynet.coordinator.wire import WireResponse
from skynet.domain.patrol_unit import Capability, PatrolKind


class SuggestionQuery(BaseModel):
    """A unit must have every `capability` and be of any `kind` that is given."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=200)] = 10
    all: Annotated[bool, Field(description="Also those that are not suitable, and why")] = False
    capability: Annotated[list[Capability], Field(default_factory=list, max_length=16)]
    kind: Annotated[list[PatrolKind], Field(default_factory=list, max_length=16)]
    max_distance_m: Annotated[float, Field(gt=0, le=1_000_000, description="Along the great circle")] = 50_000

    def wanted(self) -> Wanted:
        return Wanted(self.limit, self.all, frozenset(self.capability), frozenset(self.kind), self.max_distance_m)


class PlaceSuggestionQuery(SuggestionQuery):
    """WGS-84 degrees."""

    lat: Annotated[float, Field(ge=-90, le=90)]
    lon: Annotated[float, Field(ge=-180, le=180)]


class UnitSuggestionRoutes:
    """`/api/v1/alerts/{alert_id}/units` and `/api/v1/suggestions/units`"""

    def __init__(self, desk: SuggestionDesk) -> None:
        self._desk = desk

    def add_to(self, routes: GuardedRoutes) -> None:
        routes.add(
            "GET",
            "/api/v1/alerts/{alert_id}/units",
            self.suggest_units_for_alert,
            Access.CONSOLE,
            answers=SuggestionsAnswer,
            problems=(ProblemType.NOT_FOUND, ProblemType.STATE_CONFLICT, ProblemType.INVALID),
        )
        routes.add(
            "GET",
            "/api/v1/suggestions/units",
            self.suggest_units_for_place,
            Access.CONSOLE,
            answers=SuggestionsAnswer,
            problems=(ProblemType.INVALID,),
        )

    async def suggest_units_for_alert(
        self, alert_id: UUID, query: Annotated[SuggestionQuery, Query()], asker: Asker
    ) -> WireResponse:
        """The units that are soonest at an alert. Audited."""
        return WireResponse(await run_in_threadpool(self._desk.for_alert, alert_id, query.wanted(), asker))

    async def suggest_units_for_place(
        self, query: Annotated[PlaceSuggestionQuery, Query()], asker: Asker
    ) -> WireResponse:
        """The units that are soonest at a place. Audited."""
        place = (query.lat, query.lon)
        return WireResponse(await run_in_threadpool(self._desk.near, place, query.wanted(), asker))
