"""A clip of a camera with privacy masks: the one that is decoded and coded anew, so that nobody can lift a mask.

VP9, because its encoder is free of the GPL and every browser plays it in an MP4. Smaller and slower than what the
camera sends: at most 1280 pixels wide and 12.5 pictures a second.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

import av
from av.container import OutputContainer

from skynet.domain.geometry import Polygon
from skynet.media.clip import TIME_BASE, Clip, NoClipError
from skynet.media.clip_writer import MOVIE_OPTIONS
from skynet.media.decoder import Decoder
from skynet.media.packet import Packet
from skynet.media.video_frame import VideoFrame

MAX_WIDTH = 1280
MAX_FPS = Fraction(25, 2)
_OPTIONS = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0", "crf": "36", "b": "1500k"}
_GOP = 25
_SMPTE_170M = 6
"""AVCOL_SPC_SMPTE170M: frames come as BGR and go back by the BT.601 matrix."""


def masked_clip(
    packets: Sequence[Packet],
    masks: Sequence[Polygon],
    starts_at: float,
    ends_at: float,
    breathe: Callable[[], None] = lambda: None,
) -> Clip:
    """What `packets`, in decoding order, show from `starts_at` to `ends_at` (POSIX s), with `masks` (normalised) black.

    Takes seconds; `breathe` is called after each packet, for what cannot wait so long. Pictures of another size than
    the first are scaled to it. Raises NoClipError.
    """
    sink = io.BytesIO()
    stream: av.VideoStream | None = None
    first = last = 0.0
    pictures = 0
    try:
        with av.open(sink, "w", format="mp4", options=MOVIE_OPTIONS) as container:
            for frame in _sampled(packets, Decoder(masks), starts_at, ends_at, breathe):
                if stream is None:
                    stream = _add_stream(container, frame)
                    first = frame.captured_at
                picture = av.VideoFrame.from_ndarray(frame.bgr(stream.width, stream.height), format="bgr24")
                picture.pts, picture.time_base = round((frame.captured_at - first) / float(TIME_BASE)), TIME_BASE
                container.mux(stream.encode(picture))
                last = frame.captured_at
                pictures += 1
            if stream is None:
                raise NoClipError("undecodable", "none of its pictures could be decoded")
            container.mux(stream.encode(None))
    except (av.FFmpegError, av.codec.codec.UnknownCodecError) as error:
        raise NoClipError("unwritable", f"the video library cannot code a masked clip ({error})") from None
    return Clip(sink.getbuffer(), "vp9", stream.width, stream.height, first, last, pictures)


def _sampled(
    packets: Sequence[Packet], decoder: Decoder, starts_at: float, ends_at: float, breathe: Callable[[], None]
) -> Iterator[VideoFrame]:
    """The frames of the stretch, no more than MAX_FPS of them a second."""
    due = starts_at
    for packet in [*packets, None]:
        for frame in decoder.flush() if packet is None else decoder.decode(packet):
            if due <= frame.captured_at <= ends_at:
                yield frame
                # a step from the grid, not from this frame: 25 pictures a second give exactly every other one
                due = max(due + float(1 / MAX_FPS), frame.captured_at + 0.5 / float(MAX_FPS))
        breathe()


def _add_stream(container: OutputContainer, frame: VideoFrame) -> av.VideoStream:
    stream = container.add_stream("libvpx-vp9", rate=MAX_FPS, options=_OPTIONS)
    scale = min(1.0, MAX_WIDTH / frame.width)
    stream.width, stream.height = (max(2, round(side * scale / 2) * 2) for side in (frame.width, frame.height))
    stream.pix_fmt = "yuv420p"
    context = stream.codec_context
    context.time_base = TIME_BASE
    context.gop_size = _GOP
    context.thread_count = 1
    context.colorspace = _SMPTE_170M
    return stream
