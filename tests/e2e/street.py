"""A street made on the spot: nothing moves but one figure, and where the figure stands tells the time to a frame."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

_FIGURE = (30, 220, 240)
_WIDTH, _TOP, _BOTTOM = 0.10, 0.35, 0.75
"""Of the figure, as shares of the picture."""


def write_street(
    path: Path,
    *,
    size: tuple[int, int] = (640, 360),
    fps: int = 25,
    gop: int = 25,
    seconds: float,
    walks: tuple[tuple[float, float], ...],
) -> Path:
    """H.264. In each of `walks` (from, to, seconds) the figure goes from the left edge to the right one, evenly."""
    width, height = size
    ground = np.random.default_rng(1).integers(60, 100, (height // 8, width // 8, 3), dtype=np.uint8)
    ground = ground.repeat(8, 0).repeat(8, 1)[:height, :width]
    options = {"preset": "ultrafast", "g": str(gop), "sc_threshold": "0", "crf": "20"}
    with av.open(str(path), "w") as file:
        stream = file.add_stream("libx264", rate=fps, options=options)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.time_base = Fraction(1, fps)
        for number in range(round(seconds * fps)):
            drawn = np.ascontiguousarray(ground[:height])
            for begin, end in walks:
                share = (number / fps - begin) / (end - begin)
                if 0 < share < 1:
                    right = round(share * width)
                    left = max(0, right - round(_WIDTH * width))
                    drawn = drawn.copy()
                    drawn[round(_TOP * height) : round(_BOTTOM * height), left:right] = _FIGURE
            shown = av.VideoFrame.from_ndarray(drawn, format="bgr24")
            shown.pts, shown.time_base = number, Fraction(1, fps)
            file.mux(stream.encode(shown))
        file.mux(stream.encode(None))
    return path


def walked(picture: NDArray[np.uint8]) -> float | None:
    """How far the figure has come, as a share of the picture's width; None when it is not there.

    `picture` is uint8 (h, w, 3) BGR.
    """
    height = picture.shape[0]
    band = picture[round((_TOP + 0.1) * height) : round((_BOTTOM - 0.1) * height)].astype(np.int16)
    yellow = (band[..., 2] - band[..., 0] > 100).mean(axis=0) > 0.5
    columns = np.flatnonzero(yellow)
    return (int(columns[-1]) + 1) / picture.shape[1] if columns.size else None


def picture_of(jpeg: bytes) -> NDArray[np.uint8]:
    """uint8 (h, w, 3) BGR."""
    decoded = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None
    return np.asarray(decoded, np.uint8)
