"""Annotated video as an MP4 that any player and browser shows.

Written to `NAME.part` and renamed when it is complete: a file under its own name is a whole one. Only a regular file is
ever replaced: renaming over a device or a pipe would destroy it.
"""

from __future__ import annotations

import stat
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from skynet.domain.errors import BadInputError, WorkFailedError

_TIME_BASE = Fraction(1, 90_000)


class VideoWriter:
    """H.264 in MP4, `fps` pictures a second; pictures of another size are scaled to `width` × `height` pixels.

    Raises BadInputError when the file cannot be made, WorkFailedError when writing fails (nothing is left then).
    """

    def __init__(self, path: Path | str, width: int, height: int, fps: float) -> None:
        if width < 2 or height < 2 or not 0 < fps <= 1000:
            raise BadInputError(
                f"{path}: a video of {width} × {height} pixels at {fps:g} pictures a second cannot be made"
            )
        self._path = Path(path)
        self._refuse_what_is_no_file()
        self._part = self._path.with_name(self._path.name + ".part")
        self._size = (width - width % 2, height - height % 2)  # 4:2:0 needs even sides
        self._step = 90_000 / fps
        self._written = 0
        try:
            self._part.touch()  # the library would not look before the first picture
            self._container = av.open(f"file:{self._part}", "w", format="mp4", options={"movflags": "+faststart"})
        except OSError as error:
            raise BadInputError(
                f"{self._path}: it cannot be written ({error.strerror}); name a file in a folder that you may write to"
            ) from None
        self._open = True
        rate = Fraction(fps).limit_denominator(1001)
        self._stream = self._container.add_stream("libx264", rate=rate, options={"preset": "veryfast", "crf": "23"})
        self._stream.width, self._stream.height = self._size
        self._stream.pix_fmt = "yuv420p"
        self._stream.codec_context.time_base = _TIME_BASE

    def write(self, bgr: NDArray[np.uint8]) -> None:
        """Append one picture, uint8 (h, w, 3) BGR."""
        if not self._open:
            raise RuntimeError("the video has been closed")
        if bgr.ndim != 3 or bgr.shape[2] != 3 or bgr.dtype != np.uint8:
            raise ValueError(f"expected a picture as uint8 (h, w, 3), not {bgr.dtype} {bgr.shape}")
        if (bgr.shape[1], bgr.shape[0]) != self._size:
            bgr = np.asarray(cv2.resize(bgr, self._size, interpolation=cv2.INTER_AREA), np.uint8)
        picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(bgr), format="bgr24")
        picture.pts, picture.time_base = round(self._written * self._step), _TIME_BASE
        self._written += 1
        try:
            self._container.mux(self._stream.encode(picture))
        except av.FFmpegError as error:
            raise self._failed(error) from None

    def close(self) -> None:
        """Finish the file and give it its name; without one picture, nothing is made or replaced."""
        if not self._open:
            return
        if not self._written:
            self.discard()
            return
        try:
            self._container.mux(self._stream.encode(None))
            self._container.close()
            self._part.replace(self._path)
        except (av.FFmpegError, OSError) as error:
            raise self._failed(error) from None
        self._open = False

    def discard(self) -> None:
        """Give up: nothing of the file remains."""
        if not self._open:
            return
        self._open = False
        try:
            self._container.close()
        except av.FFmpegError:  # what cannot be completed is thrown away anyway
            self._part.unlink(missing_ok=True)
        self._part.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.discard()

    def _refuse_what_is_no_file(self) -> None:
        remedy = "name a file in a folder that you may write to"
        try:
            kind = self._path.stat().st_mode
        except OSError:  # there is nothing yet, or nothing that may be seen: making the file will tell
            return
        if stat.S_ISDIR(kind):
            raise BadInputError(f"{self._path}: this is a folder; {remedy}")
        if not stat.S_ISREG(kind):
            raise BadInputError(f"{self._path}: this is a device or a pipe; {remedy}")

    def _failed(self, error: av.FFmpegError | OSError) -> WorkFailedError:
        self.discard()
        return WorkFailedError(
            f"{self._path}: the video could not be written ({error.strerror}); see that its disk has room"
        )
