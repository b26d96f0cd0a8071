"""A piece of a stream as it travels from the source to whoever decodes, records or weighs it."""

from __future__ import annotations

from dataclasses import dataclass, field

import av

from skynet.media.epoch import Epoch


@dataclass(frozen=True, slots=True, eq=False)
class Packet:
    """One coded picture. `captured_at` POSIX seconds UTC, `size` bytes, `index` from 0 in its source.

    `time_error_s` bounds the error of `captured_at` by the box's clock, in seconds; 0 for recordings.

    Shared by all readers of a ring: nobody may change `coded` after the packet has been made.
    """

    coded: av.Packet[av.VideoStream]
    index: int
    captured_at: float
    epoch: Epoch
    time_error_s: float = 0.0
    is_keyframe: bool = field(init=False)
    size: int = field(init=False)

    def __post_init__(self) -> None:
        self.coded.opaque = PictureTime(self.index, self.captured_at, self.time_error_s)
        object.__setattr__(self, "is_keyframe", self.coded.is_keyframe)
        object.__setattr__(self, "size", self.coded.size)


@dataclass(frozen=True, slots=True)
class PictureTime:
    """What a decoder hands through from a packet to the picture inside it, whatever order pictures come out in."""

    index: int
    captured_at: float
    time_error_s: float
