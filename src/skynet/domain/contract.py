"""The wire contract between a box and the coordinator: what both sides must agree on, and nothing more."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from skynet.domain.camera import CameraHealth
from skynet.domain.ids import Slug

MAX_ALERTS_PER_BATCH = 100
MAX_BATCH_BYTES = 1 << 20
MAX_SNAPSHOT_BYTES = 4 << 20
MAX_CLIP_BYTES = 64 << 20


class RefusalType(StrEnum):
    """Why one alert of a batch was not stored, and so what the box must do about it."""

    MALFORMED = "malformed"
    """Never sent again: it would be refused again."""
    SNAPSHOT_MISSING = "snapshot_missing"
    """The box sends the picture, then the alert again."""
    CONFLICT = "conflict"
    """The id is known with other content; never sent again."""


class RefusedAlert(BaseModel):
    """One alert that was refused; `index` is its place in the batch, `id` is null when it could not be read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    index: Annotated[int, Field(ge=0)]
    id: UUID | None
    type: RefusalType
    detail: str


class AlertBatchResult(BaseModel):
    """What became of a batch: every alert of it is in exactly one list. Stored and known alerts are durable."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    stored: list[UUID]
    known: list[UUID]
    refused: list[RefusedAlert]


class BoxReport(BaseModel):
    """A box's regular sign of life: its cameras, complete, and how full its outbox is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    box_id: Slug
    version: Annotated[str, Field(max_length=64)]
    sent_at: AwareDatetime
    outbox_pending: Annotated[int, Field(ge=0)]
    cameras: Annotated[list[CameraHealth], Field(max_length=1024)]
