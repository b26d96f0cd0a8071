"""All that sees to the clips of a box's alerts: who cuts them, where they are kept, who sends them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from skynet.edge.clip_desk import ClipDesk
from skynet.edge.clip_store import ClipStore
from skynet.edge.clip_uplink import ClipUplink


@dataclass(frozen=True, slots=True)
class Clips:
    desk: ClipDesk
    store: ClipStore
    uplink: ClipUplink

    def start(self) -> None:
        self.uplink.start()
        self.desk.start()

    def stop(self, within_s: float) -> None:
        """Cut what can still be cut, and send what goes out meanwhile; the rest is sent after the next start."""
        self.desk.stop(within_s)
        self.uplink.stop(within_s / 2)

    def figures(self) -> dict[str, Any]:
        """Counted since the start, for health."""
        return {
            "cut": asdict(self.desk.figures),
            "kept": asdict(self.store.figures()),
            "sent": asdict(self.uplink.figures),
        }
