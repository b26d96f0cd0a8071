"""What a player makes of a clip, read back with the library's own reader."""

from __future__ import annotations

import io
from dataclasses import dataclass

import av
import numpy as np
from numpy.typing import NDArray

from skynet.media.clip import Clip


@dataclass(frozen=True, slots=True)
class PlayedClip:
    """`times` of showing in seconds, `pictures` uint8 (h, w, 3) BGR; `stamps` are (pts, dts) of its packets."""

    times: list[float]
    pictures: list[NDArray[np.uint8]]
    stamps: list[tuple[float, float]]
    keyframes: list[int]
    duration_s: float
    tag: str
    codec: str
    size: tuple[int, int]


def play(clip: Clip) -> PlayedClip:
    """Raises av.FFmpegError where the clip is damaged."""
    with av.open(io.BytesIO(clip.content)) as file:
        assert "mp4" in file.format.name
        stream = file.streams.video[0]
        stream.codec_context.thread_count = 1
        packets = list(file.demux(stream))
        shown = [frame for packet in packets for frame in packet.decode()]
        packets = [packet for packet in packets if packet.size]  # the last one only ends the decoding
        assert file.duration is not None
        return PlayedClip(
            [float(frame.time) for frame in shown],
            [frame.to_ndarray(format="bgr24") for frame in shown],
            [(float(p.pts * p.time_base), float(p.dts * p.time_base)) for p in packets],  # type: ignore[operator]  # all have them
            [number for number, packet in enumerate(packets) if packet.is_keyframe],
            file.duration / 1_000_000,
            stream.codec_context.codec_tag,
            stream.codec_context.codec.canonical_name,
            (stream.codec_context.width, stream.codec_context.height),
        )


def boxes(content: memoryview | bytes) -> list[str]:
    """The names of the file's outermost boxes, in order."""
    names, at = [], 0
    while at < len(content):
        names.append(bytes(content[at + 4 : at + 8]).decode())
        at += int.from_bytes(content[at : at + 4])
    return names
