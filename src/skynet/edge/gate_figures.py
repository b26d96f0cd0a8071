"""What an activity gate has done so far, for health and metrics."""

from __future__ import annotations

from dataclasses import dataclass

from skynet.domain import GateHealth
from skynet.edge.config import GateMode


@dataclass(slots=True)
class GateFigures:
    """Counted since the start; times in seconds of capture time. Written by the camera's analysis, read by anybody."""

    mode: GateMode = "always"
    awake: bool = True
    trusted: bool = True
    reason: str = ""
    """Why the gate is not trusted, or what it is waiting for; one line."""
    looks: int = 0
    wakes: int = 0
    false_wakes: int = 0
    """Awake spells in which no object was seen."""
    vetoes: int = 0
    """Looks that would have woken the camera, in which the referee saw no object."""
    awake_s: float = 0.0
    asleep_s: float = 0.0
    checks: int = 0
    missed: int = 0
    """Self-checks that found something which the gate had slept through."""
    shadow_missed: int = 0
    """Shadow mode: alerts and tracks that acting on the gate would have lost."""

    @property
    def awake_share(self) -> float:
        """Share of the time so far that the camera was awake, 0 to 1."""
        told_s = self.awake_s + self.asleep_s
        return self.awake_s / told_s if told_s else float(self.awake)

    def health(self) -> GateHealth:
        return GateHealth(
            mode=self.mode,
            awake=self.awake,
            trusted=self.trusted,
            reason=self.reason[:200],
            awake_share=round(self.awake_share, 4),
            wakes=self.wakes,
            false_wakes=self.false_wakes,
            checks=self.checks,
            missed=self.missed + self.shadow_missed,
        )
