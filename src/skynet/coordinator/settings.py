"""What one coordinator process is told at start."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from skynet.coordinator.access.passwords import Passwords
from skynet.coordinator.dispatch.arrival import ArrivalRule
from skynet.coordinator.dispatch.roads.roads import Roads
from skynet.coordinator.storage.server_address import ServerAddress
from skynet.domain.clock import Clock, SystemClock
from skynet.domain.retention_plan import RetentionPlan


@dataclass(frozen=True, slots=True)
class Settings:
    """`console_dir` holds the console's built page, None means the packaged one. Spans in seconds."""

    data_dir: Path
    clock: Clock = field(default_factory=SystemClock)
    database: ServerAddress | None = None
    """A PostgreSQL database; None means the one that the data directory belongs to."""
    stale_after_s: float = 30.0
    """A camera whose box has not reported it for longer is shown as stale."""
    timezone: str = "Asia/Shanghai"
    """When a day of the cameras' uptime begins."""
    retention: RetentionPlan = field(default_factory=RetentionPlan)
    console_dir: Path | None = None
    body_patience_s: float = 30.0
    """A request's body of which nothing has come for so long is given up."""
    passwords: Passwords = field(default_factory=Passwords)
    requests_per_s: float = 1000.0
    """What one token or one person may ask in the long run, 0 for no limit; twice as much at once."""
    roads: Roads | None = None
    """The road graph; without one, distances of units go along the great circle."""
    unit_stale_after_s: float = 60.0
    """A unit whose last position is older is shown so, and suggested to nobody."""
    positions_kept_h: float = 12.0
    """Where units were is forgotten after so many hours."""
    arrival: ArrivalRule = field(default_factory=ArrivalRule)
