"""When each packet's picture is shown and when it must be decoded, for a file that begins at 0.

Pictures are shown at their capture times, so a gap or jump in them is a picture that stays. The order of showing is
that of the stream's own stamps (PTS), which are exact; capture times are corrected now and then and could swap two
neighbours. Decoding times follow from it: with at most `depth` pictures held back to be put in order, the n-th picture
is decoded when the (n - depth)-th is shown, which is never later than its own showing.

A group of pictures (GOP) is taken at a time: all of it is shown after all of the group before.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from skynet.media.clip import TIME_BASE
from skynet.media.packet import Packet

_LOOSE_STAMPS_S = 1.0
"""Where PTS and capture time drift further apart within a GOP, the PTS have jumped and order nothing."""


@dataclass(frozen=True, slots=True)
class ShownAt:
    """In ticks of 1/90000 s from the first picture of the file on."""

    pts: int
    dts: int
    duration: int


class ShownOrder:
    """Times for the packets of one file, GOP by GOP. `depth` as `reorder_depth` tells it, of all GOPs to come."""

    def __init__(self, origin: float, depth: int) -> None:
        self._origin = origin
        self._depth = depth
        self._ahead: deque[int] = deque()
        self._newest = -1
        self._step = int(0.04 / TIME_BASE)

    def of_gop(self, packets: Sequence[Packet], next_at: float | None = None) -> list[ShownAt]:
        """For each packet, in decoding order. `next_at` is the capture time of what is shown after the GOP."""
        order = by_showing(packets)
        shown = []
        for place in order:
            self._newest = max(self._newest + 1, self._ticks(packets[place].captured_at))
            shown.append(self._newest)
        if len(shown) > 1:
            self._step = max(1, (shown[-1] - shown[0]) // (len(shown) - 1))
        end = shown[-1] + self._step if next_at is None else max(shown[-1] + 1, self._ticks(next_at))
        durations = [after - before for before, after in zip(shown, [*shown[1:], end], strict=True)]
        if not self._ahead:
            self._ahead.extend(shown[0] - self._step * held for held in range(self._depth, 0, -1))
        self._ahead.extend(shown)
        times: dict[int, tuple[int, int]] = dict(zip(order, zip(shown, durations, strict=True), strict=True))
        return [ShownAt(times[place][0], self._ahead.popleft(), times[place][1]) for place in range(len(packets))]

    def _ticks(self, at: float) -> int:
        return round((at - self._origin) / float(TIME_BASE))


def reorder_depth(packets: Sequence[Packet]) -> int:
    """How many pictures of a GOP must be held back so that all come in order of showing."""
    return max((place - rank for rank, place in enumerate(by_showing(packets))), default=0)


def by_showing(packets: Sequence[Packet]) -> list[int]:
    """Places in `packets` (one GOP, in decoding order), in order of showing."""
    stamps = [float(p.coded.pts * p.coded.time_base) for p in packets if p.coded.pts is not None]
    times = [packet.captured_at for packet in packets]
    if len(stamps) == len(packets):
        drift = [at - stamp for at, stamp in zip(times, stamps, strict=True)]
        if max(drift) - min(drift) < _LOOSE_STAMPS_S:
            times = stamps
    return sorted(range(len(packets)), key=times.__getitem__)
