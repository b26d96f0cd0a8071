"""Packets into a fragmented MP4 as the camera coded them: nothing is decoded, nothing is coded anew.

A fragment is a group of pictures (GOP), written when the keyframe after it has come, so what has been written plays
even if the rest never follows. The library's muxer wants a stream to copy from; it gets an empty one of the same
codec, which costs less than a millisecond, and then the header that counts.
"""

from __future__ import annotations

import io
from typing import BinaryIO, cast

import av
from av.container import OutputContainer

from skynet.media.clip import TIME_BASE, NoClipError
from skynet.media.coded_form import REMUXABLE, CodedForm
from skynet.media.packet import Packet
from skynet.media.shown_order import ShownAt, ShownOrder, by_showing

MOVIE_OPTIONS = {"movflags": "frag_keyframe+empty_moov+delay_moov+default_base_moof"}
"""`delay_moov` lets the header say by how much reordered pictures are late, so that the first is shown at 0."""
_TAGS = {"h264": "avc1", "hevc": "hvc1"}
"""Apple's players take H.265 only as hvc1."""
_READ_NO_FURTHER = {"probesize": "32", "analyzeduration": "0"}
_EMPTY_STREAMS = {"h264": b"\0\0\0\1\x09\x10", "hevc": b"\0\0\0\1\x46\x01\x10"}
"""An access unit delimiter and nothing else: the least that the library takes for a stream of that codec."""


class ClipWriter:
    """Writes to `sink`, which need not seek. The first packet must be a keyframe, all must be of `form`.

    `reorder_depth` pictures are held back in decoding (`shown_order.reorder_depth`). `left_out` counts pictures that
    are shown before the first keyframe and need what came before it. Raises NoClipError.
    """

    def __init__(self, sink: BinaryIO, form: CodedForm, reorder_depth: int = 0) -> None:
        _check(form)
        self._depth = reorder_depth
        self._order: ShownOrder | None = None
        self._gop: list[Packet] = []
        self._container = av.open(sink, "w", format="mp4", options=MOVIE_OPTIONS)
        self._stream = _add_stream(self._container, form)
        self.left_out = 0
        self.pictures = 0
        self.starts_at = self.ends_at = 0.0
        """Capture times of the first and last picture written, POSIX seconds."""

    def append(self, packet: Packet) -> None:
        if packet.size == 0:
            self.left_out += 1
            return
        if packet.is_keyframe and self._gop:
            self._write_gop(packet.captured_at)
        elif not packet.is_keyframe and not self._gop:
            raise NoClipError("no_keyframe", "the packets do not begin with a keyframe")
        self._gop.append(packet)

    def close(self) -> None:
        """Write what is left. Raises NoClipError when there was nothing at all."""
        if self._gop:
            self._write_gop(None)
        if not self.pictures:
            raise NoClipError("empty", "there is no picture in that stretch")
        try:
            self._container.close()
        except av.FFmpegError as error:
            raise _unwritable(error) from None

    def _write_gop(self, next_at: float | None) -> None:
        gop, self._gop = self._gop, []
        if self._order is None:
            gop = self._without_leading(gop)
            self._order = ShownOrder(gop[0].captured_at, self._depth)
            self.starts_at = gop[0].captured_at
        for packet, shown in zip(gop, self._order.of_gop(gop, next_at), strict=True):
            self._write(packet, shown)
            self.ends_at = max(self.ends_at, packet.captured_at)
        self.pictures += len(gop)

    def _without_leading(self, gop: list[Packet]) -> list[Packet]:
        order = by_showing(gop)
        leading = set(order[: order.index(0)])
        self.left_out += len(leading)
        return [packet for place, packet in enumerate(gop) if place not in leading]

    def _write(self, packet: Packet, shown: ShownAt) -> None:
        coded = cast("av.Packet[av.VideoStream]", av.Packet(cast("bytes", packet.coded)))  # shares the content
        coded.pts, coded.dts, coded.duration = shown.pts, shown.dts, shown.duration
        coded.time_base = TIME_BASE
        coded.is_keyframe = packet.is_keyframe
        coded.stream = self._stream
        try:
            self._container.mux_one(coded)
        except av.FFmpegError as error:
            raise _unwritable(error) from None


def _check(form: CodedForm) -> None:
    if form.codec not in REMUXABLE:
        raise NoClipError("codec", f"browsers play no clip of {form.codec}; set the camera to H.264 or H.265")
    if not form.header:
        raise NoClipError("no_parameter_sets", f"the camera has not sent what a {form.codec} decoder starts with")
    if form.width < 1 or form.height < 1:
        raise NoClipError("no_size", "the camera has not told how large its pictures are")


def _add_stream(container: OutputContainer, form: CodedForm) -> av.VideoStream:
    empty = io.BytesIO(_EMPTY_STREAMS[form.codec])
    with av.open(empty, "r", format=form.codec, options=_READ_NO_FURTHER) as template:
        stream = container.add_stream_from_template(template.streams.video[0], opaque=True)
    context = stream.codec_context
    context.extradata = form.header
    context.width, context.height = form.width, form.height
    context.codec_tag = _TAGS[form.codec]
    stream.time_base = TIME_BASE
    return stream


def _unwritable(error: av.FFmpegError) -> NoClipError:
    return NoClipError("unwritable", f"the video library refuses these packets ({error.strerror})")
