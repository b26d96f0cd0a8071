"""Frames to an H.264 file that cameras, recorders and browsers agree on."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from types import TracebackType

import av
import numpy as np
import numpy.typing as npt

GOP_SECONDS = 2


class ClipWriter:
    """Writes one MP4: yuv420p, closed GOPs of two seconds, no B-frames, index in front."""

    def __init__(self, path: Path, size: tuple[int, int], fps: int, bit_rate: int, preset: str) -> None:
        self._container = av.open(str(path), "w", options={"movflags": "+faststart"})
        stream = self._container.add_stream("libx264", rate=fps)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        stream.bit_rate = bit_rate
        stream.time_base = Fraction(1, fps)
        gop = GOP_SECONDS * fps
        stream.options = {
            "preset": preset,
            "profile": "high",
            "x264-params": f"keyint={gop}:min-keyint={gop}:scenecut=0:open-gop=0:bframes=0:aq-mode=3:aq-strength=0.9"
            f":vbv-maxrate={bit_rate * 5 // 2000}:vbv-bufsize={bit_rate * 4 // 1000}"
            ":colorprim=bt709:transfer=bt709:colormatrix=bt709",
        }
        self._stream = stream
        self._time_base = Fraction(1, fps)
        self._index = 0

    def write(self, picture: npt.NDArray[np.uint8]) -> None:
        """Append an RGB frame, uint8 (h, w, 3)."""
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
        frame = frame.reformat(format="yuv420p", dst_colorspace="ITU709")
        frame.pts = self._index
        frame.time_base = self._time_base
        self._index += 1
        for packet in self._stream.encode(frame):
            self._container.mux(packet)

    def __enter__(self) -> ClipWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            for packet in self._stream.encode():
                self._container.mux(packet)
        self._container.close()
