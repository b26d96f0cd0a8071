"""Single pictures of a stream that nobody decodes, out of its ring: for when the small stream does not do."""

from __future__ import annotations

from collections.abc import Sequence

from skynet.domain.geometry import Polygon
from skynet.media.decoder import Decoder
from skynet.media.packet_ring import PacketRing
from skynet.media.video_frame import VideoFrame

LOOK_AHEAD_S = 0.3
"""So much later than the wanted picture are packets still read: pictures are coded out of order."""
TOLERANCE_S = 0.5
"""A picture that is further off shows another moment, and is none."""


class FrameFinder:
    """Any thread may ask; each question decodes what lies between the picture and the keyframe before it."""

    def __init__(self, ring: PacketRing, masks: Sequence[Polygon] = ()) -> None:
        self._ring = ring
        self._masks = tuple(masks)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the stream's newest picture in pixels; 0 × 0 while that is not known."""
        newest = self._ring.newest
        return (newest.epoch.width, newest.epoch.height) if newest else (0, 0)

    def at(self, captured_at: float) -> VideoFrame | None:
        """The picture nearest to that time (POSIX s); None when the ring does not hold one near it."""
        decoder = Decoder(self._masks)
        best: VideoFrame | None = None
        for packet in self._ring.between(captured_at, captured_at + LOOK_AHEAD_S):
            for frame in decoder.decode(packet):
                best = _nearer(best, frame, captured_at)
            if best and best.captured_at >= captured_at:
                break
        else:
            for frame in decoder.flush():
                best = _nearer(best, frame, captured_at)
        return best if best and abs(best.captured_at - captured_at) <= TOLERANCE_S else None


def _nearer(best: VideoFrame | None, frame: VideoFrame, captured_at: float) -> VideoFrame:
    if best is None or abs(frame.captured_at - captured_at) < abs(best.captured_at - captured_at):
        return frame
    return best
