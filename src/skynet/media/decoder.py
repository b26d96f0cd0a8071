"""Packets → pictures, on the caller's thread.

Used by one thread. The decoder library gets one thread too: a box decodes many cameras at once, and its own threads
cost more than they save. A decoder follows its packets: a packet of another epoch makes it start afresh.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence

import av

from skynet.domain.geometry import Polygon
from skynet.media.epoch import Epoch
from skynet.media.packet import Packet, PictureTime
from skynet.media.privacy_stencil import PrivacyStencil
from skynet.media.video_frame import VideoFrame

_MOST_HELD_BACK = 17
"""Pictures that a decoder may have inside: H.264 and H.265 reorder 16 at most. A packet older than that gave none."""


class Decoder:
    """Decodes one stream. `masks` (normalised) are hidden in every frame before anyone can look at it.

    `errors` counts packets that could not be decoded or gave no picture; `skipped` those left out while waiting for a
    keyframe, at the start and after an error or a gap; `decoded` the frames.
    """

    def __init__(self, masks: Sequence[Polygon] = ()) -> None:
        self._masks = tuple(masks)
        self._stencils: dict[tuple[int, int], PrivacyStencil] = {}
        self._epoch: Epoch | None = None
        self._context: av.VideoCodecContext | None = None
        self._waits_for_keyframe = True
        self._expected_index = 0
        self._inside: list[int] = []  # numbers of the packets whose pictures are still to come, a heap
        self._newest = float("-inf")
        self.errors = 0
        self.skipped = 0
        self.decoded = 0

    def decode(self, packet: Packet) -> list[VideoFrame]:
        """The frames that this packet completes, in order of showing: none, one or more."""
        frames = self._start(packet.epoch) if packet.epoch is not self._epoch else []
        if packet.index != self._expected_index:
            self._waits_for_keyframe = True
        self._expected_index = packet.index + 1
        if self._waits_for_keyframe and not packet.is_keyframe:
            self.skipped += 1
            return frames
        if packet.size == 0:  # the library would take it for the end of the stream
            self.errors += 1
            self._waits_for_keyframe |= packet.is_keyframe
            return frames
        self._waits_for_keyframe = False
        heapq.heappush(self._inside, packet.index)
        if len(self._inside) > _MOST_HELD_BACK:
            self._forget_oldest()
        return frames + self._feed(packet.coded)

    def flush(self) -> list[VideoFrame]:
        """The frames still held back at the end of the stream. Decoding may go on with a keyframe."""
        if self._context is None:
            return []
        frames = self._feed(None)
        self._context.flush_buffers()
        self._inside.clear()
        self._waits_for_keyframe = True
        return frames

    def _start(self, epoch: Epoch) -> list[VideoFrame]:
        last_frames = self.flush()
        self._epoch = epoch
        self._context = epoch.codec_context()
        self._waits_for_keyframe = True
        return last_frames

    def _feed(self, coded: av.Packet[av.VideoStream] | None) -> list[VideoFrame]:
        assert self._context is not None  # noqa: S101 - set by _start, for the type checker
        try:
            pictures = self._context.decode(coded)
        except av.FFmpegError:
            self.errors += 1
            self._context.flush_buffers()
            self._inside.clear()
            self._waits_for_keyframe = True
            return []
        frames = []
        for picture in pictures:
            if isinstance(picture.opaque, PictureTime):
                frames.append(self._frame(picture, picture.opaque))
            else:  # a picture that cannot be told when it was taken is of no use
                self.errors += 1
        return frames

    def _frame(self, picture: av.VideoFrame, time: PictureTime) -> VideoFrame:
        # Broken streams show pictures in another order than their time stamps say; time does not run backwards here.
        self._newest = max(self._newest, time.captured_at)
        self.decoded += 1
        # Packets come in order of decoding; a frame is numbered in order of showing.
        while self._inside and self._inside[0] < time.index - _MOST_HELD_BACK:
            self._forget_oldest()
        index = heapq.heappop(self._inside) if self._inside else time.index
        stencil = self._stencil(picture.width, picture.height)
        return VideoFrame(index, self._newest, picture, stencil, time.time_error_s)

    def _forget_oldest(self) -> None:
        """No picture will come of the oldest packet: it held none, or nothing that the library could read."""
        heapq.heappop(self._inside)
        self.errors += 1

    def _stencil(self, width: int, height: int) -> PrivacyStencil | None:
        if not self._masks:
            return None
        if (width, height) not in self._stencils:
            self._stencils = {(width, height): PrivacyStencil.of(self._masks, width, height)}
        return self._stencils[width, height]
