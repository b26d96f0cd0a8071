"""A place on the Earth."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class GeoPosition(BaseModel):
    """WGS-84 degrees. `error_m` is as the receiver estimates it."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]
    error_m: Annotated[float, Field(ge=0)] | None = None
