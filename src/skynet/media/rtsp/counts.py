"""What went wrong on the way from one camera, counted."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(slots=True)
class RtspCounts:
    """Counted over all connections of a source by the hub's thread; any thread may read.

    `lost` RTP packets that never came; `late` ones that came twice or too late to be of use; `malformed` ones that
    cannot be read; `foreign` ones of another payload type or channel; `resyncs` places where bytes had to be skipped to
    find the next packet. Of access units: `broken` had lost or unreadable parts, `undecodable` had no keyframe or
    parameter sets before them, `overrun` found the queue full. `source_changes` new senders (SSRC) in one session.
    """

    lost: int = 0
    late: int = 0
    malformed: int = 0
    foreign: int = 0
    resyncs: int = 0
    broken: int = 0
    undecodable: int = 0
    overrun: int = 0
    source_changes: int = 0

    def as_dict(self) -> dict[str, int]:
        return asdict(self)

    @property
    def units_left_out(self) -> int:
        return self.broken + self.undecodable + self.overrun
