"""How long each kind of data is kept, and what a case holds back.

Defaults: recordings 30 days and then gone (State Council Regulation 799, in force 2025-04-01), alerts as the network
logs that they are (at least six months, Cybersecurity Law art. 23). Reads that hit nothing are never stored, so no span
is theirs. The audit ledger is not in the plan: it holds the proof of every deletion, and nothing deletes it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from skynet.domain.errors import BadInputError
from skynet.domain.hot_list import Reference
from skynet.domain.ids import Slug

MAX_HELD = 1000


class DataKind(StrEnum):
    SNAPSHOTS = "snapshots"
    CLIPS = "clips"
    ALERTS = "alerts"
    EVENTS = "events"


Days = Annotated[int, Field(ge=1, le=3650)]


class RetentionPlan(BaseModel):
    """Days after which the coordinator deletes, counted from when it took the data in, by its own clock."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    snapshots: Days = 30
    clips: Days = 30
    alerts: Days = 180
    events: Days = 30

    @model_validator(mode="after")
    def _pictures_have_their_alert(self) -> Self:
        if self.alerts < max(self.snapshots, self.clips):
            raise ValueError("alerts: must be kept at least as long as snapshots and clips, which belong to them")
        return self

    def days(self, kind: DataKind) -> int:
        return int(getattr(self, kind))

    @classmethod
    def parse(cls, text: str) -> RetentionPlan:
        """A plan from `snapshots=30,alerts=365`; what is not named keeps its default. Raises BadInputError."""
        given: dict[str, str] = {}
        for part in filter(None, (piece.strip() for piece in text.split(","))):
            kind, _, days = part.partition("=")
            if kind in given:
                raise BadInputError(f"--retention: '{kind}' stands there twice")
            given[kind] = days
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(str(part) for part in first["loc"])
            message = f"{where}: {first['msg']}" if where else first["msg"]
            known = ", ".join(DataKind)
            raise BadInputError(f"--retention {text}: {message}; write KIND=DAYS,… of {known}") from None


class HeldSpan(BaseModel):
    """What a camera raised from `since` up to, and not at, `until`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    camera_id: Slug
    since: AwareDatetime
    until: AwareDatetime

    @model_validator(mode="after")
    def _spans_time(self) -> Self:
        if self.until <= self.since:
            raise ValueError("until is not after since")
        return self


class LegalHold(BaseModel):
    """A case that keeps alerts, with their snapshots and clips, from being deleted until it lets go of them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    case_number: Reference
    authority: Reference
    """The reference of the document that orders it."""
    alert_ids: Annotated[tuple[UUID, ...], Field(max_length=MAX_HELD)] = ()
    spans: Annotated[tuple[HeldSpan, ...], Field(max_length=MAX_HELD)] = ()

    @model_validator(mode="after")
    def _holds_something(self) -> Self:
        if not self.alert_ids and not self.spans:
            raise ValueError("a hold names alert_ids, spans of cameras, or both")
        return self
