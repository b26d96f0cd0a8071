"""Picture files as users have them, good and bad."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray


def written(path: Path, pixels: NDArray[np.generic]) -> Path:
    done, data = cv2.imencode(path.suffix, pixels)
    assert done
    path.write_bytes(data.tobytes())
    return path


def turned_jpeg(path: Path, pixels: NDArray[np.uint8], orientation: int = 6) -> Path:
    """A JPEG whose EXIF says how it is to be turned (6: a quarter to the right)."""
    data = written(path, pixels).read_bytes()
    entry = struct.pack("<HHIHH", 0x0112, 3, 1, orientation, 0)
    exif = b"Exif\0\0II*\0" + struct.pack("<IH", 8, 1) + entry + struct.pack("<I", 0)
    path.write_bytes(data[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + data[2:])
    return path


def grey_png(path: Path, width: int, height: int, rows: int | None = None) -> Path:
    """A PNG that says `width` × `height` and holds `rows` of it (default: all)."""
    content = zlib.compress((b"\0" + b"\x80" * width) * (height if rows is None else rows))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", content) + _chunk(b"IEND", b""))
    return path


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
