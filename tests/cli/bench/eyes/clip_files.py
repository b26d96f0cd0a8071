"""A clip of a few grey frames, made for tests, and labels for it."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np

from skynet.cli.bench.eyes.clip_frames import ClipLabels

CLIP = "intel_car-detection.mp4"


def write_clip(folder: Path, frames: int = 4) -> None:
    """Frame n is n·40 bright."""
    folder.mkdir(parents=True, exist_ok=True)
    with av.open(str(folder / CLIP), "w") as container:
        stream = container.add_stream("mpeg4", rate=10, width=64, height=64)
        stream.pix_fmt = "yuv420p"
        for number in range(frames):
            picture = np.full((64, 64, 3), number * 40, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        container.mux(stream.encode())


def clip_labels(*indices: int) -> ClipLabels:
    frames = [{"index": index, "boxes": [["car", 16, 16, 32, 16], ["ignore", 0, 0, 8, 8]]} for index in indices]
    return ClipLabels.model_validate({"made": "for tests", "clips": [{"clip": CLIP, "frames": frames}]})
