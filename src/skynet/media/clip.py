"""A stretch of one stream as a file that plays in a browser."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

TIME_BASE = Fraction(1, 90_000)
"""Of the times in a clip: H.264 and H.265 travel over RTP with the same."""


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """`content` is a fragmented MP4. `starts_at` and `ends_at` are the capture times of its first and last picture,
    POSIX seconds; `codec` the name of the format (h264, hevc, vp9)."""

    content: memoryview
    codec: str
    width: int
    height: int
    starts_at: float
    ends_at: float
    pictures: int


class NoClipError(Exception):
    """No clip can be made of these packets. One line; `reason` is a short name to count it by."""

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(text)
        self.reason = reason
