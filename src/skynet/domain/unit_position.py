"""Where a unit's device says that the unit is."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from skynet.domain.geo_position import GeoPosition
from skynet.domain.ids import Slug

MAX_POSITIONS_PER_BATCH = 500


class UnitPosition(GeoPosition):
    """A fix. `at` is the receiver's time, and with the unit the fix's identity: sent again, it is the same fix."""

    at: AwareDatetime
    speed_kmh: Annotated[float, Field(ge=0, le=1000)] | None = None
    heading_deg: Annotated[float, Field(ge=0, lt=360, description="Clockwise from true north")] | None = None


class PositionBatch(BaseModel):
    """What one unit sends, in any order."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    positions: Annotated[tuple[UnitPosition, ...], Field(min_length=1, max_length=MAX_POSITIONS_PER_BATCH)]


class GatewayPosition(UnitPosition):
    """A fix, and whose it is."""

    unit_id: Slug


class GatewayBatch(BaseModel):
    """What a radio or vehicle gateway sends for many units."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    positions: Annotated[tuple[GatewayPosition, ...], Field(min_length=1, max_length=MAX_POSITIONS_PER_BATCH)]


class RefusedPosition(BaseModel):
    """One fix that was not taken: its index in the batch, the field and what is wrong with it."""

    index: int
    field: str
    message: str


class PositionBatchResult(BaseModel):
    """Counts of fixes stored and already known, and what was refused. The rest of the batch is taken all the same."""

    stored: int
    known: int
    refused: list[RefusedPosition]
