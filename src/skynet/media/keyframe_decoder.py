"""Single keyframes → pictures, for a look at a stream that nobody watches closely.

Used by one thread at a time. A keyframe needs no other packet, so each one is decoded by itself and the decoder is
drained at once, also where pictures are coded out of order. Without the deblocking filter that costs a seventh less;
the blocks it leaves stand in the same places in each keyframe.
"""

from __future__ import annotations

from collections.abc import Sequence

import av

from skynet.domain.geometry import Polygon
from skynet.media.epoch import Epoch
from skynet.media.packet import Packet
from skynet.media.privacy_stencil import PrivacyStencil
from skynet.media.video_frame import VideoFrame

_ECONOMIES = {"skip_loop_filter": "all"}


class KeyframeDecoder:
    """`masks` (normalised) are hidden in every frame. `errors` counts keyframes that gave no picture, `decoded` those
    that did."""

    def __init__(self, masks: Sequence[Polygon] = ()) -> None:
        self._masks = tuple(masks)
        self._stencil: PrivacyStencil | None = None
        self._stencil_size = (0, 0)
        self._epoch: Epoch | None = None
        self._context: av.VideoCodecContext | None = None
        self.errors = 0
        self.decoded = 0

    def decode(self, packet: Packet) -> VideoFrame | None:
        """The picture of a keyframe; None, counted, when it cannot be decoded."""
        if self._context is None or packet.epoch is not self._epoch:
            self._epoch = packet.epoch
            self._context = packet.epoch.codec_context()
            self._context.options = dict(_ECONOMIES)
        picture = self._picture(self._context, packet)
        if picture is None:
            self.errors += 1
            self._context = None
            return None
        self.decoded += 1
        stencil = self._stencil_for(picture.width, picture.height)
        return VideoFrame(packet.index, packet.captured_at, picture, stencil, packet.time_error_s)

    def release(self) -> None:
        """Give the decoder's memory back; the next keyframe gets a new one."""
        self._context = None

    def _picture(self, context: av.VideoCodecContext, packet: Packet) -> av.VideoFrame | None:
        if packet.size == 0:
            return None
        try:
            pictures = [*context.decode(packet.coded), *context.decode(None)]
            context.flush_buffers()
        except av.FFmpegError:
            return None
        return pictures[0] if pictures else None

    def _stencil_for(self, width: int, height: int) -> PrivacyStencil | None:
        if not self._masks:
            return None
        if self._stencil is None or self._stencil_size != (width, height):
            self._stencil = PrivacyStencil.of(self._masks, width, height)
            self._stencil_size = (width, height)
        return self._stencil
