"""How a box judges the health of pictures and streams, as configuration."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from skynet.domain.camera_fault import CameraFaultKind
from skynet.domain.severity import Severity

Hold = Annotated[float, Field(ge=0, le=86_400)]

HOLD_S: Mapping[CameraFaultKind, float] = MappingProxyType(
    {
        CameraFaultKind.FROZEN: 120.0,
        CameraFaultKind.BLACK: 60.0,
        CameraFaultKind.OVEREXPOSED: 300.0,  # the low sun passes
        CameraFaultKind.BLURRED: 300.0,  # so do rain on the glass and a long focus hunt
        CameraFaultKind.COVERED: 120.0,  # longer than two buses stand at a stop
        CameraFaultKind.MOVED: 180.0,  # an operator may have turned it and turns it back
        CameraFaultKind.WRONG_SIZE: 60.0,
        CameraFaultKind.WRONG_RATE: 300.0,
        CameraFaultKind.CLOCK_DRIFT: 600.0,
        CameraFaultKind.LOW_BITRATE: 600.0,
    }
)
"""Seconds that a fault stands until somebody is told, where the configuration says nothing else."""
SEVERITY: Mapping[CameraFaultKind, Severity] = MappingProxyType(
    {
        CameraFaultKind.COVERED: Severity.HIGH,
        CameraFaultKind.MOVED: Severity.HIGH,
        CameraFaultKind.BLURRED: Severity.MEDIUM,
        CameraFaultKind.FROZEN: Severity.MEDIUM,
        CameraFaultKind.BLACK: Severity.MEDIUM,
    }
)
"""The rest is low."""


class PictureHealthConfig(BaseModel):
    """What is left out of `hold_s` and `severity` is as `HOLD_S` and `SEVERITY` have it."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    enabled: bool = True
    hold_s: dict[CameraFaultKind, Hold] = {}
    """How long a fault of a kind stands until there is an alert."""
    severity: dict[CameraFaultKind, Severity] = {}
    ignore: frozenset[CameraFaultKind] = frozenset()
    """Kinds that are no fault here, e.g. `moved` of a camera that patrols."""
    clock_drift_s: Annotated[float, Field(gt=0, le=3600)] = 2.0
    """So far a camera's clock may be off."""
    least_rate: Annotated[float, Field(gt=0, le=1)] = 0.8
    """Share of the declared pictures a second that must come."""

    def hold_of(self, kind: CameraFaultKind) -> float:
        return self.hold_s.get(kind, HOLD_S[kind])

    def severity_of(self, kind: CameraFaultKind) -> Severity:
        return self.severity.get(kind, SEVERITY.get(kind, Severity.LOW))
