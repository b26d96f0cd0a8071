"""What is wrong with a camera's picture or stream while its socket is well."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class CameraFaultKind(StrEnum):
    FROZEN = "frozen"
    BLACK = "black"
    OVEREXPOSED = "overexposed"
    BLURRED = "blurred"
    COVERED = "covered"
    MOVED = "moved"
    """The scene is another than the reference."""
    WRONG_SIZE = "wrong_size"
    """Not the resolution that the camera is declared with."""
    WRONG_RATE = "wrong_rate"
    """Fewer pictures a second than it is declared with."""
    CLOCK_DRIFT = "clock_drift"
    LOW_BITRATE = "low_bitrate"


class CameraFault(BaseModel):
    """One fault that stands now. `detail` is one line with the measured value and what was expected."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: CameraFaultKind
    since: datetime
    detail: Annotated[str, Field(max_length=200)] = ""
