"""One unbroken run of a stream: what a decoder or a recorder must know to start on its packets."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import av


@dataclass(frozen=True, slots=True, eq=False)
class Epoch:
    """Parameters of a stream between two starts of it. Compared by identity: every start makes a new one.

    `codec` is the name of the format (h264, hevc, av1 …), `decoder` the library's name of what decodes it.
    `reorder_depth` is how many pictures may be held back to be put in the order of showing. `bits_per_pixel` and
    `pix_fmt` are what a few formats of files (QuickTime animation, uncompressed video) keep outside their packets.
    """

    codec: str
    decoder: str
    codec_tag: str
    extradata: bytes | None
    width: int
    height: int
    time_base: Fraction
    reorder_depth: int
    bits_per_pixel: int = 0
    pix_fmt: str | None = None

    @classmethod
    def of(cls, stream: av.VideoStream) -> Epoch:
        """The parameters of an opened stream that has a decoder."""
        context = stream.codec_context
        return cls(
            codec=context.codec.canonical_name,
            decoder=context.codec.name,
            codec_tag=context.codec_tag,
            extradata=context.extradata,
            width=context.width,
            height=context.height,
            time_base=stream.time_base or Fraction(1, 90_000),
            reorder_depth=context.reorder_depth,
            bits_per_pixel=context.bits_per_coded_sample or 0,
            pix_fmt=context.pix_fmt if context.codec.name == "rawvideo" else None,
        )

    def codec_context(self) -> av.VideoCodecContext:
        """A decoder for this epoch's packets, not opened yet: one thread, each packet's `opaque` passed on."""
        context = av.VideoCodecContext.create(self.decoder, "r")
        if not isinstance(context, av.VideoCodecContext):
            raise TypeError(f"'{self.decoder}' does not decode video")
        context.extradata = self.extradata
        context.width, context.height = self.width, self.height
        if self.codec_tag.isprintable() and len(self.codec_tag) == 4:
            context.codec_tag = self.codec_tag
        context.reorder_depth = self.reorder_depth
        if self.bits_per_pixel:
            context.bits_per_coded_sample = self.bits_per_pixel
        if self.pix_fmt:
            context.pix_fmt = self.pix_fmt
        context.thread_count = 1
        context.thread_type = av.codec.context.ThreadType.NONE
        context.copy_opaque = True
        return context
