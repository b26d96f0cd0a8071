"""A clip in which something comes in and moves, so that a motion detector has something to report."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np


def write_moving_clip(path: Path, *, seconds: int = 6, fps: int = 15) -> Path:
    """640×360: a still yard, then a bright block that crosses it from left to right."""
    noise = np.random.default_rng(1).integers(60, 90, (360, 640, 3), np.uint8)
    begins = fps * 2
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=fps, options={"g": str(fps), "preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
        stream.time_base = Fraction(1, fps)
        for number in range(seconds * fps):
            picture = noise.copy()
            if number >= begins:
                left = (number - begins) * 8
                picture[180:280, left : left + 70] = (200, 210, 220)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        container.mux(stream.encode(None))
    return path
