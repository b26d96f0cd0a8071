"""A street as a camera codes it, cut into pieces that a test may break: an empty yard, then a block that crosses it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

import av
import numpy as np
from numpy.typing import NDArray

from skynet.media import Epoch

FPS = 10
ENTERS_S, LEAVES_S, SECONDS = 3.0, 5.0, 8.0
TIME_BASE = Fraction(1, 90_000)


@dataclass(frozen=True, slots=True)
class Piece:
    """One coded picture. `pts` and `dts` in seconds of the stream's clock, None where it carries none; `comes_s` is
    when it arrives, `captured_s` its capture time where the source gets that wrong, both in seconds of the test."""

    data: bytes
    pts: float | None
    dts: float | None
    is_keyframe: bool
    epoch: Epoch
    comes_s: float
    captured_s: float | None = None


def later(pieces: Iterable[Piece], by_s: float) -> list[Piece]:
    """The same pictures, `by_s` later on every clock."""
    return [
        replace(
            piece,
            pts=None if piece.pts is None else piece.pts + by_s,
            dts=None if piece.dts is None else piece.dts + by_s,
            comes_s=piece.comes_s + by_s,
        )
        for piece in pieces
    ]


def stamped(pieces: Iterable[Piece], by_s: float) -> list[Piece]:
    """The same pictures at the same moments, their time stamps `by_s` further on."""
    return [
        replace(
            piece,
            pts=None if piece.pts is None else piece.pts + by_s,
            dts=None if piece.dts is None else piece.dts + by_s,
        )
        for piece in pieces
    ]


@lru_cache(maxsize=32)
def street(
    codec: str = "libx264",
    size: tuple[int, int] = (256, 144),
    fps: int = FPS,
    gop: int = FPS,
    seconds: float = SECONDS,
    b_frames: int = 0,
    moves: bool = True,
) -> tuple[Piece, ...]:
    """`seconds` of the street from time 0 on, the block in it from `ENTERS_S` to `LEAVES_S`."""
    encoder = av.VideoCodecContext.create(codec, "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt = *size, "yuv420p"
    encoder.time_base, encoder.framerate = Fraction(1, fps), Fraction(fps)
    encoder.gop_size, encoder.max_b_frames = gop, b_frames
    encoder.options = {"preset": "ultrafast"} | (
        {"x265-params": f"log-level=none:keyint={gop}:min-keyint={gop}:scenecut=0:bframes={b_frames}:repeat-headers=1"}
        if codec == "libx265"
        else {"x264-params": f"keyint={gop}:min-keyint={gop}:scenecut=0:bframes={b_frames}"}
    )
    packets: list[av.Packet[av.VideoStream]] = []
    for number in range(round(seconds * fps)):
        shown = av.VideoFrame.from_ndarray(_picture(number / fps, size, moves), format="gray").reformat(
            format="yuv420p"
        )
        shown.pts, shown.time_base = number, Fraction(1, fps)
        packets += encoder.encode(shown)
    packets += encoder.encode(None)
    name = "h264" if codec == "libx264" else "hevc"
    epoch = Epoch(name, name, "\0\0\0\0", encoder.extradata, *size, TIME_BASE, 2 if b_frames else 0)
    first = min(packet.dts for packet in packets if packet.dts is not None)
    return tuple(
        Piece(
            bytes(packet),
            packet.pts / fps,
            packet.dts / fps,
            packet.is_keyframe,
            epoch,
            (packet.dts - first) / fps,
        )
        for packet in packets
        if packet.pts is not None and packet.dts is not None
    )


def _picture(at: float, size: tuple[int, int], moves: bool) -> NDArray[np.uint8]:
    """uint8 (height, width)."""
    width, height = size
    picture = np.random.default_rng(1).integers(60, 90, (height, width), np.uint8)
    if moves and ENTERS_S <= at < LEAVES_S:
        left = round((at - ENTERS_S) / (LEAVES_S - ENTERS_S) * width * 0.85)
        picture[height // 2 : height * 3 // 4, left : left + width // 9] = 210
    return picture
