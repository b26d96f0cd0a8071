"""How a stream really runs: pictures a second and from keyframe to keyframe, measured by reading it for a while."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from threading import Timer

from skynet.domain.clock import Clock
from skynet.media import Source, SourceError, StreamInfo

ENOUGH_KEYFRAMES = 3
"""Two whole GOPs."""
_MIN_SPAN_S = 2.0
_MAX_PACKETS = 5000


@dataclass(frozen=True, slots=True)
class StreamRhythm:
    """`fps` pictures a second and `gop` pictures from keyframe to keyframe, None where too little came to tell;
    `span_s` of stream time was read.
    """

    codec: str
    width: int
    height: int
    pictures: int
    span_s: float
    fps: float | None
    gop: int | None


def measure_rhythm(source: Source, seconds: float, clock: Clock) -> StreamRhythm:
    """Read `source` for up to `seconds`, or until its rhythm is plain; then close it. Blocks. Raises SourceError."""
    times: list[float] = []
    keyframes: list[int] = []
    timer: Timer | None = None
    try:
        info = source.open()
        ends_at = clock.monotonic() + seconds
        timer = Timer(seconds, source.close)  # a stream that falls silent ends, too
        timer.daemon = True
        timer.start()
        for packet in source.packets():
            if packet.is_keyframe:
                keyframes.append(len(times))
            times.append(packet.captured_at)
            plain = len(keyframes) >= ENOUGH_KEYFRAMES and times[-1] - times[0] >= _MIN_SPAN_S
            if plain or len(times) >= _MAX_PACKETS or clock.monotonic() >= ends_at:
                break
    except SourceError:
        if not times:
            raise
    finally:
        if timer:
            timer.cancel()
        source.close()
    return rhythm_of(info, times, keyframes)


def rhythm_of(info: StreamInfo, times: Sequence[float], keyframes: Sequence[int]) -> StreamRhythm:
    """`times` POSIX s of the pictures in decoding order, `keyframes` the indices of the keyframes among them."""
    span = max(times) - min(times) if times else 0.0
    fps = (len(times) - 1) / span if len(times) > 2 and span > 0.2 else None
    gaps = [after - before for before, after in itertools.pairwise(keyframes)]
    gop = round(median(gaps)) if gaps else None
    return StreamRhythm(info.codec, info.width, info.height, len(times), span, fps, gop)
