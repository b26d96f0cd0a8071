"""Makes packets of access units: keyframe first, time stamps without end, and a new epoch where the stream changes.

On the hub's thread. After any loss everything is left out, and counted, up to the next keyframe: what would be decoded
without its reference is a smear that a detector sees things in.
"""

from __future__ import annotations

from fractions import Fraction
from typing import cast

import av

from skynet.media.epoch import Epoch
from skynet.media.rtsp.arrival import Arrival, Opened
from skynet.media.rtsp.counts import RtspCounts
from skynet.media.rtsp.decoding_order import DecodingOrder
from skynet.media.rtsp.outlet import Outlet
from skynet.media.rtsp.parameter_sets import ParameterSets
from skynet.media.rtsp.rtcp import SenderReport
from skynet.media.rtsp.session_description import VideoTrack
from skynet.media.source import StreamInfo

_HALF, _WHOLE = 1 << 31, 1 << 32


class PictureStream:
    """One track of one connection. Whoever brings packets first sets `arrived_at` (POSIX s, monotonic s)."""

    def __init__(self, track: VideoTrack, outlet: Outlet, counts: RtspCounts) -> None:
        self._track = track
        self._outlet = outlet
        self._counts = counts
        self._sets = ParameterSets(track.codec)
        for unit in track.parameter_sets():
            self._sets.add(unit)
        self._time_base = Fraction(1, track.clock_rate)
        self._epoch: Epoch | None = None
        self._order = DecodingOrder(0)
        self._epoch_version = self._epoch_shape = -1
        self._waits = True
        self._fresh = True
        self._newest = 0
        """The extended RTP time of the last unit."""
        self._base = 0
        self.arrived_at = (0.0, 0.0)
        self.report: SenderReport | None = None
        """The camera's last word about its clock."""
        self.told_opened = False

    def tell_opened(self) -> None:
        """Tell the reader once what is known now; the size is 0 × 0 while the camera has not said."""
        if self.told_opened:
            return
        self.told_opened = True
        shape = self._sets.picture_format()
        fps = self._track.fps or (shape.fps if shape else None)
        width, height = (shape.width, shape.height) if shape else (0, 0)
        self._outlet.opened(Opened(StreamInfo(self._track.codec, width, height, fps, None, None)))

    @property
    def waits(self) -> bool:
        """Whether everything is left out until a keyframe comes."""
        return self._waits

    @property
    def knows_format(self) -> bool:
        return self._sets.picture_format() is not None

    def unit(self, data: bytearray, timestamp: int, keyframe: bool, has_sets: bool) -> None:
        if self._waits and not (keyframe and self._sets.complete):
            self._counts.undecodable += 1
            return
        self._waits = False
        content: bytes | bytearray = data
        if keyframe:
            if self._epoch is None or self._sets.shape_version != self._epoch_shape:
                self._begin_epoch()
            elif self._sets.version != self._epoch_version and not has_sets:
                content = self._sets.annex_b() + data  # whoever starts here knows only the epoch's
        pts = self._extend(timestamp)
        coded = cast("av.Packet[av.VideoStream]", av.Packet(bytes(content)))
        coded.pts = pts
        coded.dts = self._order.dts(pts)
        coded.time_base = self._time_base
        coded.is_keyframe = keyframe
        assert self._epoch is not None  # noqa: S101 - the first unit is a keyframe, for the type checker
        self.tell_opened()
        taken = self.report.wall_at(timestamp, self._track.clock_rate) if self.report else None
        self._outlet.put(Arrival(coded, *self.arrived_at, self._epoch, self._fresh, taken))
        self._fresh = False

    def lost(self) -> None:
        self._waits = True

    def parameter_set(self, unit: bytes) -> None:
        self._sets.add(unit)

    def new_sender(self) -> None:
        self._waits = self._fresh = True
        self._epoch = self.report = None

    def _begin_epoch(self) -> None:
        shape = self._sets.picture_format()
        self._epoch = Epoch(
            codec=self._track.codec,
            decoder=self._track.codec,
            codec_tag="\0\0\0\0",
            extradata=self._sets.annex_b(),
            width=shape.width if shape else 0,
            height=shape.height if shape else 0,
            time_base=self._time_base,
            reorder_depth=shape.reorder_depth if shape else 0,
        )
        self._order = DecodingOrder(self._epoch.reorder_depth)
        self._epoch_version, self._epoch_shape = self._sets.version, self._sets.shape_version

    def _extend(self, timestamp: int) -> int:
        """RTP time that does not wrap, counted from the first unit on."""
        if self._fresh:
            self._newest = self._base = timestamp
        else:
            self._newest += (timestamp - self._newest + _HALF) % _WHOLE - _HALF
        return self._newest - self._base
