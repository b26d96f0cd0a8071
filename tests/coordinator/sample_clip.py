"""Clips as a box sends them."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from typing import Any

import av
import numpy as np

FPS = 10


@dataclass(frozen=True, slots=True)
class Clip:
    content: bytes
    width: int
    height: int

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    def query(self, **changes: Any) -> dict[str, Any]:
        """What a box says of it in the address."""
        times = {"starts_at": "2026-02-01T07:59:50.000Z", "ends_at": "2026-02-01T08:00:10.000Z"}
        return {"sha256": self.sha256, "codec": "h264", "width": self.width, "height": self.height} | times | changes


def clip(seconds: float = 1, size: tuple[int, int] = (64, 48), codec: str = "libx264", shade: int = 0) -> Clip:
    """A real fragmented MP4 in which a bright bar crosses the picture; `shade` makes contents differ."""
    width, height = size
    out = io.BytesIO()
    flags = {"movflags": "frag_keyframe+empty_moov+default_base_moof"}
    with av.open(out, "w", format="mp4", options=flags) as container:
        stream = container.add_stream(codec, rate=FPS, width=width, height=height, pix_fmt="yuv420p")
        count = round(seconds * FPS)
        for number in range(count):
            picture = np.full((height, width, 3), shade, np.uint8)
            left = number * width // count
            picture[:, left : left + width // 8] = 255
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
    return Clip(out.getvalue(), width, height)
