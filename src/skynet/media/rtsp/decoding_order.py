"""Decoding times, which RTP does not carry, out of the times of showing."""

from __future__ import annotations

from bisect import insort

_JUMP = 10 * 90_000
"""Time stamps that step further have nothing to do with the ones before."""


class DecodingOrder:
    """For a stream that holds back at most `depth` pictures to put them in order of showing."""

    def __init__(self, depth: int) -> None:
        self._depth = depth
        self._waiting: list[int] = []
        self._last = 0

    def dts(self, pts: int) -> int | None:
        """For the next packet in decoding order: never later than its `pts`; None while too few have come to know."""
        if self._depth == 0:
            return pts
        if abs(pts - self._last) > _JUMP:
            self._waiting.clear()
        self._last = pts
        insort(self._waiting, pts)
        return self._waiting.pop(0) if len(self._waiting) > self._depth else None
