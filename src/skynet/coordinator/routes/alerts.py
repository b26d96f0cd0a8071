"""Alerts for consoles: the feed, one alert, its acknowledgement."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Header, Query, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints
from starlette.concurrency import run_in_threadpool

from skynet.coordinator.access.gate import Asker
from skynet.coordinator.access.scope import Access
from skynet.coordinator.alerts.alert_cycle import AlertCycle, Said
from skynet.coordinator.alerts.desk import AlertDesk
from skynet.coordinator.alerts.feed import AlertFeed
from skynet.coordinator.problem import ProblemType
from skynet.coordinator.routes.guarded_routes import GuardedRoutes, json_body
from skynet.coordinator.routes.operator import operator_of
from skynet.coordinator.routes.page_query import PageQuery
from skynet.coordinator.routes.request_body import read_model
from skynet.coordinator.storage.alert_rows import AlertFilter
from skynet.coordinator.timestamp import to_ms
from skynet.coordinator.wire import WireResponse
from skynet.domain.alert import AlertKind, AlertRecord
from skynet.domain.alert_cycle import AlertState, AlertStep
from skynet.domain.ids import Slug
from skynet.domain.severity import Severity

MAX_ACKNOWLEDGEMENT_BYTES = 16 << 10
MAX_WAIT_S = 25.0
MAX_CHOICES = 100
ETAG = {"ETag": {"schema": {"type": "string"}, "description": "Version of the alert, for If-Match"}}


Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120, pattern=r"^[^\x00-\x1f]*$")
]
Text = Annotated[str, StringConstraints(max_length=2000, pattern=r"^[^\x00]*$")]


class AlertQuery(PageQuery):
    """Filters of the feed; a parameter given several times lets any of its values through."""

    camera_id: Annotated[list[Slug], Field(default_factory=list, max_length=MAX_CHOICES)]
    kind: Annotated[list[AlertKind], Field(default_factory=list, max_length=MAX_CHOICES)]
    severity: Annotated[list[Severity], Field(default_factory=list, max_length=MAX_CHOICES)]
    state: Annotated[list[AlertState], Field(default_factory=list, max_length=MAX_CHOICES)]
    operator: Annotated[list[Line], Field(default_factory=list, max_length=MAX_CHOICES, description="In whose hand")]
    overdue: Annotated[bool, Field(description="Only open alerts of which a deadline has passed")] = False
    since: Annotated[AwareDatetime | None, Field(description="Occurred at or after this")] = None
    until: Annotated[AwareDatetime | None, Field(description="Occurred before this")] = None
    wait: Annotated[
        float, Field(ge=0, le=MAX_WAIT_S, description="Seconds to hold back an empty answer until an alert arrives")
    ] = 0

    def filter(self) -> AlertFilter:
        return AlertFilter(
            camera_ids=tuple(self.camera_id),
            kinds=tuple(self.kind),
            severities=tuple(self.severity),
            states=tuple(self.state),
            since_ms=None if self.since is None else to_ms(self.since),
            until_ms=None if self.until is None else to_ms(self.until),
            operators=tuple(self.operator),
            overdue=self.overdue,
        )


class AlertPageAnswer(BaseModel):
    """A page of the feed. `next_cursor` is always there: keep it, and ask again with it."""

    items: list[AlertRecord]
    next_cursor: str
    has_more: bool


class Acknowledgement(BaseModel):
    """Who takes the alert in hand, and what they want remembered. `operator` is what the holder of a token says; a
    person who has signed in acts under their login."""

    model_config = ConfigDict(extra="forbid")

    operator: Line | None = None
    note: Text | None = None


class AlertRoutes:
    """`/api/v1/alerts…`"""

    def __init__(self, feed: AlertFeed, desk: AlertDesk, cycle: AlertCycle) -> None:
        self._feed = feed
        self._desk = desk
        self._cycle = cycle

    def add_to(self, routes: GuardedRoutes) -> None:
        with_etag: dict[int | str, dict[str, Any]] = {200: {"model": AlertRecord, "headers": ETAG}}
        routes.add(
            "GET",
            "/api/v1/alerts",
            self.list_alerts,
            Access.CONSOLE,
            answers=AlertPageAnswer,
            problems=(ProblemType.BAD_CURSOR, ProblemType.INVALID),
        )
        routes.add(
            "GET",
            "/api/v1/alerts/{alert_id}",
            self.get_alert,
            Access.CONSOLE,
            answers=AlertRecord,
            problems=(ProblemType.NOT_FOUND, ProblemType.INVALID),
            responses=with_etag,
        )
        routes.add(
            "POST",
            "/api/v1/alerts/{alert_id}/acknowledge",
            self.acknowledge_alert,
            Access.CONSOLE,
            answers=AlertRecord,
            problems=(
                ProblemType.NOT_FOUND,
                ProblemType.ALREADY_ACKNOWLEDGED,
                ProblemType.STATE_CONFLICT,
                ProblemType.STALE_VERSION,
                ProblemType.TOO_LARGE,
                ProblemType.UNSUPPORTED_MEDIA_TYPE,
                ProblemType.INVALID,
                ProblemType.PRECONDITION_REQUIRED,
            ),
            responses=with_etag,
            body=json_body(Acknowledgement),
        )

    async def list_alerts(self, request: Request, query: Annotated[AlertQuery, Query()], asker: Asker) -> WireResponse:
        """Read the feed of alerts behind a cursor; with `wait`, wait for news. A page with alerts is audited."""
        page = await self._feed.wait(
            query.cursor, query.filter(), query.limit, asker, query.wait, request.is_disconnected
        )
        items = [item.wire() for item in page.items]
        return WireResponse({"items": items, "next_cursor": page.next_cursor, "has_more": page.has_more})

    async def get_alert(self, alert_id: UUID, asker: Asker) -> WireResponse:
        """Open one alert. Audited."""
        found = await run_in_threadpool(self._desk.open, alert_id, asker)
        return WireResponse(found.wire(), headers={"ETag": found.etag})

    async def acknowledge_alert(
        self,
        request: Request,
        alert_id: UUID,
        asker: Asker,
        if_match: Annotated[str | None, Header(description="ETag of the alert as it was read")] = None,
    ) -> WireResponse:
        """Take an alert in hand. Audited."""
        said = await read_model(request, Acknowledgement, MAX_ACKNOWLEDGEMENT_BYTES)
        step = Said(AlertStep.ACKNOWLEDGE, operator_of(asker, said.operator), None, said.note)
        record = await run_in_threadpool(self._cycle.take, alert_id, step, if_match, asker)
        return WireResponse(record.wire(), headers={"ETag": record.etag})
