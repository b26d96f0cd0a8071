"""The state of the whole box on one board: its cameras, its outbox, its uplink, its open issues.

Thread-safe; reading it asks the outbox's database, nothing else blocks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import skynet
from skynet.domain import Clock
from skynet.domain.clock import utc
from skynet.domain.contract import BoxReport
from skynet.edge.admission import Entrance
from skynet.edge.camera_status import CameraStatus
from skynet.edge.clips import Clips
from skynet.edge.decode_pool import DecodePool
from skynet.edge.hot_list_desk import HotListDesk
from skynet.edge.inference import InferenceScheduler
from skynet.edge.issues import Issues
from skynet.edge.outbox import Outbox
from skynet.edge.plate_desk import PlateDesk
from skynet.edge.strain import Strain
from skynet.edge.uplink import Uplink


@dataclass(frozen=True, slots=True)
class HealthBoard:
    """What the report to the coordinator, the local pages and the metrics are made of."""

    box_id: str
    clock: Clock
    cameras: Iterable[CameraStatus]
    issues: Issues
    outbox: Outbox
    uplink: Uplink
    plates: PlateDesk | None = None
    pool: DecodePool | None = None
    strain: Strain | None = None
    inference: InferenceScheduler | None = None
    clips: Clips | None = None
    hot_list: HotListDesk | None = None
    entrance: Entrance | None = None

    @property
    def well(self) -> bool:
        """False when alerts may be lost."""
        return not self.issues.grave

    def report(self) -> BoxReport:
        """The box's sign of life. Raises OutboxError."""
        return BoxReport(
            box_id=self.box_id,
            version=skynet.__version__,
            sent_at=utc(self.clock.wall()),
            outbox_pending=self.outbox.count(),
            cameras=[camera.health() for camera in self.cameras],
        )

    def page(self) -> dict[str, Any]:
        """Everything, as JSON values. Raises OutboxError."""
        return {
            "well": self.well,
            "issues": self.issues.lines(),
            **self.report().model_dump(mode="json"),
            "outbox": asdict(self.outbox.figures()),
            "uplink": asdict(self.uplink.figures),
            "plates": None
            if self.plates is None
            else {"reads": self.plates.reads, "dropped": self.plates.dropped, "failures": self.plates.failures},
            "hot_list": self.hot_list.figures() if self.hot_list else None,
            "load": self._load(),
            "connecting": self._connecting(),
            "clips": self.clips.figures() if self.clips else None,
            "inference": None if self.inference is None else asdict(self.inference.figures),
            "counts": {camera.camera.id: camera.counts() for camera in self.cameras},
        }

    def _connecting(self) -> dict[str, int] | None:
        """Cameras on their way in, and those that wait for a place."""
        if self.entrance is None:
            return None
        gate = self.entrance.gate
        return {
            "connecting": gate.connecting,
            "waiting": gate.waiting,
            "at_once": gate.slots,
            "most_at_once": gate.most_held,
            "returns": self.entrance.bell.rings,
        }

    def _load(self) -> dict[str, Any] | None:
        """How busy the decode pool is, and what the box gives up for it."""
        if self.pool is None or self.strain is None:
            return None
        return {
            "decode_threads": self.pool.threads,
            "waiting": self.pool.waiting,
            "analysis_rate": self.strain.rate,
            "lag_s": round(self.strain.lag_s, 3),
            "overloads": self.strain.raised,
            **asdict(self.pool.figures),
        }
