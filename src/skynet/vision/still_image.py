"""A picture file as a frame. Reads the file once, when it is loaded; afterwards everything is in memory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from skynet.domain.errors import BadInputError
from skynet.domain.geometry import Box
from skynet.vision.picture_header import JPEG_START, stated_size

MAX_PIXELS = 200_000_000
"""Larger pictures are refused: 200 megapixels already take 600 MB in colour."""


JPEG_BLOCK = 16
JPEG_END = b"\xff\xd9"


class ImageError(BadInputError):
    """A picture file that cannot be used; the text names the file, the fault and the remedy."""


@dataclass(frozen=True, slots=True, eq=False)
class StillImage:
    """One picture of one file: an implementation of `skynet.domain.Frame`.

    `pixels` uint8 (height, width, 3) BGR, `captured_at` POSIX seconds UTC (the file's modification time when loaded).
    """

    pixels: NDArray[np.uint8]
    captured_at: float = 0.0
    index: int = 0
    time_error_s: float = 0.0

    @classmethod
    def load(cls, path: Path) -> StillImage:
        """The picture in `path`: any format OpenCV reads; grey and 16-bit become 8-bit colour, EXIF turns are made.

        Raises ImageError when the file is missing, unreadable, empty, no picture, cut short or too large.
        """
        try:
            data = path.read_bytes()
            modified_at = path.stat().st_mtime
        except FileNotFoundError:
            raise ImageError(f"{path}: no such file") from None
        except IsADirectoryError:
            raise ImageError(f"{path}: is a folder; name the picture files in it") from None
        except OSError as error:
            raise ImageError(f"{path}: cannot be read ({error.strerror})") from None
        return cls(_decoded(data, path), modified_at)

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])

    def luma(self) -> NDArray[np.uint8]:
        return cast("NDArray[np.uint8]", cv2.cvtColor(self.pixels, cv2.COLOR_BGR2GRAY))

    def bgr(self, width: int | None = None, height: int | None = None) -> NDArray[np.uint8]:
        size = (width or self.width, height or self.height)
        if size == (self.width, self.height):
            return self.pixels
        shrinks = size[0] < self.width and size[1] < self.height
        method = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
        return cast("NDArray[np.uint8]", cv2.resize(self.pixels, size, interpolation=method))

    def crop(self, box: Box) -> NDArray[np.uint8]:
        x1, y1 = max(0, round(box.x)), max(0, round(box.y))
        x2, y2 = max(x1, round(box.x + box.width)), max(y1, round(box.y + box.height))
        return self.pixels[y1:y2, x1:x2]


def _decoded(data: bytes, path: Path) -> NDArray[np.uint8]:
    if not data:
        raise ImageError(f"{path}: the file is empty")
    _check_size(path, stated_size(data))
    unended = data.startswith(JPEG_START) and JPEG_END not in data[-4096:]
    # OpenCV refuses a JPEG without its end mark; cameras leave it out of pictures that are whole.
    whole = data + JPEG_END if unended else data
    try:
        pixels = cv2.imdecode(np.frombuffer(whole, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error as error:
        raise ImageError(f"{path}: cannot be decoded ({error.err or 'damaged or too large'})") from None
    if pixels is None:
        raise ImageError(f"{path}: is no picture, or a damaged one (JPEG, PNG, BMP, WebP and TIFF are read)")
    _check_size(path, (pixels.shape[1], pixels.shape[0]))
    picture = np.asarray(pixels, np.uint8)
    if unended and _ends_flat(picture):
        raise ImageError(f"{path}: the JPEG is cut short; copy it again from its source")
    return picture


def _check_size(path: Path, size: tuple[int, int] | None) -> None:
    """Before anything is decoded where the file says how large it is: a few kilobytes may unfold to gigabytes."""
    if size and size[0] * size[1] > MAX_PIXELS:
        raise ImageError(f"{path}: {size[0]}×{size[1]} is too large; scale it below 200 megapixels")


def _ends_flat(picture: NDArray[np.uint8]) -> bool:
    """Whether the last row is as flat as only the filling is that a decoder puts in the place of what is missing."""
    return len(picture) > JPEG_BLOCK and int(np.ptp(picture[-1].astype(np.int16), axis=0).max()) <= 1
