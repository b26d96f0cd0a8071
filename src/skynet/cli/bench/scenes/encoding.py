"""How cameras encode: the settings of each way, and a file that is written picture by picture.

Presets are fast ones and encoders have one thread, as a camera's chip has few means too.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av

from skynet.cli.bench.scenes.planes import Planes

_CLOCK = 90_000


@dataclass(frozen=True)
class Encoding:
    """`every` n-th picture is kept, at most `width` wide; `params` as the encoder's library spells them."""

    name: str
    codec: str
    preset: str
    gop: int
    params: str
    every: int = 1
    width: int = 1 << 15
    kbits: int | None = None


def _vbv(kbits: int) -> str:
    return f"vbv-maxrate={kbits}:vbv-bufsize={kbits}"


_H264 = "scenecut=0:cabac=1:rc-lookahead=0:sync-lookahead=0"
_H265 = "log-level=none:pools=none:frame-threads=1:bframes=0:scenecut=0:rc-lookahead=0:strict-cbr=1"
ENCODINGS = (
    Encoding("cbr", "libx264", "superfast", 50, f"{_H264}:bframes=0:nal-hrd=cbr:force-cfr=1", kbits=4000),
    Encoding("sub", "libx264", "veryfast", 10, f"{_H264}:bframes=0", every=5, width=640, kbits=400),
    Encoding("vbr", "libx264", "superfast", 50, f"{_H264}:bframes=2:b-adapt=0:crf=26:{_vbv(6000)}"),
    Encoding("smart", "libx264", "superfast", 250, f"{_H264}:bframes=0:crf=30:{_vbv(2000)}"),
    Encoding("hevc", "libx265", "ultrafast", 50, f"{_H265}:{_vbv(4000)}", kbits=4000),
)
"""Constant rate, the sub-stream, variable rate with B-pictures, a "smart" codec's long GOP, H.265 at constant rate."""


class EncodedFile:
    """One encoding of a scene of `fps` pictures a second; written to `NAME.part` until `close`."""

    def __init__(self, path: Path, encoding: Encoding, width: int, height: int, fps: int) -> None:
        self._path, self._encoding, self._fps = path, encoding, fps
        self._width = min(width, encoding.width)
        self._height = round(height * self._width / width) & ~1
        self._part = path.with_name(path.name + ".part")
        self._container = av.open(str(self._part), "w", format="mp4")
        rate = Fraction(fps, encoding.every)
        library = encoding.codec.removeprefix("lib")
        params = f"{encoding.params}:keyint={encoding.gop}:min-keyint={encoding.gop}"
        options = {"preset": encoding.preset, f"{library}-params": params}
        if encoding.kbits:
            options |= {"maxrate": f"{encoding.kbits}k", "bufsize": f"{encoding.kbits}k"}
        stream = self._container.add_stream(encoding.codec, rate=rate, options=options)
        if not isinstance(stream, av.VideoStream):
            raise TypeError(f"{encoding.codec} is no video codec")
        self._stream = stream
        self._stream.width, self._stream.height, self._stream.pix_fmt = self._width, self._height, "yuv420p"
        self._stream.codec_context.time_base = Fraction(1, _CLOCK)
        self._stream.codec_context.thread_count = 1
        if encoding.kbits:
            self._stream.bit_rate = encoding.kbits * 1000

    def write(self, planes: Planes, index: int) -> None:
        """Append picture `index` of the scene, if this encoding keeps it."""
        if index % self._encoding.every:
            return
        if planes.width != self._width:
            planes = planes.scaled(self._width, self._height)
        frame = av.VideoFrame.from_ndarray(planes.buffer, format="yuv420p")
        frame.pts, frame.time_base = index * _CLOCK // self._fps, Fraction(1, _CLOCK)
        self._container.mux(self._stream.encode(frame))

    def close(self) -> None:
        """Finish the file and give it its name."""
        self._container.mux(self._stream.encode(None))
        self._container.close()
        self._part.replace(self._path)
