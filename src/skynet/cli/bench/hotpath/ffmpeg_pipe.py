"""The ffmpeg program as a child that decodes and hands raw pictures through a pipe."""

from __future__ import annotations

import shutil
import subprocess

import numpy as np
from numpy.typing import NDArray

from skynet.cli.bench.hotpath.feed import Feed
from skynet.domain.errors import WorkFailedError


class FfmpegPipe:
    """BGR pictures of `width` × `height`, `fps` a second or, with `keyframes`, each keyframe."""

    def __init__(
        self,
        feed: Feed,
        address: str,
        width: int,
        height: int,
        *,
        fps: int = 5,
        keyframes: bool = False,
        seek_s: float = 0,
    ) -> None:
        if shutil.which("ffmpeg") is None:
            raise WorkFailedError("there is no ffmpeg program on this machine; install ffmpeg, or leave this one out")
        self._shape = (height, width, 3)
        before = ["-skip_frame", "nokey"] if keyframes else []
        before += ["-rtsp_transport", "tcp"] if feed.live else ["-re"]
        if seek_s > 0:
            before += ["-ss", f"{seek_s:.3f}"]
        scale = f"scale={width}:{height}:flags=bilinear"
        filters = ["-vf", scale, "-vsync", "0"] if keyframes else ["-vf", f"fps={fps},{scale}"]
        self._process = subprocess.Popen(
            ["ffmpeg", "-hide_banner", "-loglevel", "error", "-threads", "1", *before, "-i", address, "-an",
             *filters, "-threads", "1", "-f", "rawvideo", "-pix_fmt", "bgr24", "pipe:1"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=height * width * 3,
        )  # fmt: skip

    def read(self) -> NDArray[np.uint8] | None:
        """The next picture, uint8 (h, w, 3); None at the end."""
        height, width, depth = self._shape
        if self._process.stdout is None:
            raise RuntimeError("a pipe was asked for")
        data = self._process.stdout.read(height * width * depth)
        if len(data) < height * width * depth:
            return None
        return np.frombuffer(data, np.uint8).reshape(self._shape)

    def close(self) -> None:
        """Kill it, as the recorders do that switch between ways of decoding."""
        self._process.kill()
        if self._process.stdout:
            self._process.stdout.close()
        self._process.wait()
