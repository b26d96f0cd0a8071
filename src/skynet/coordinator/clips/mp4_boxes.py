"""Whether a file is an MP4 with a picture track, told by its boxes (ISO/IEC 14496-12) and never by what a sender says.

Only box headers are read, so the check costs the same for a clip of any size.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

MAX_BOXES = 4096
"""In one box or the file. A clip has two a GOP; more is no clip but an attempt to keep the coordinator busy."""


class NotVideoError(ValueError):
    """What is wrong with the file."""


@dataclass(frozen=True, slots=True)
class Box:
    """Type and place of the content, in bytes from the start of the file."""

    kind: bytes
    start: int
    end: int


def require_video(file: BinaryIO, size: int) -> None:
    """Check the file of `size` bytes: `ftyp` first, boxes that fill it to the end, a `moov` with a video track and
    pictures in at least one `mdat`. Raises NotVideoError."""
    top = list(_boxes(file, 0, size))
    if not top or top[0].kind != b"ftyp":
        raise NotVideoError("it does not begin with an ftyp box")
    if not any(box.kind == b"mdat" and box.end > box.start for box in top):
        raise NotVideoError("it has no pictures (mdat box)")
    movies = [box for box in top if box.kind == b"moov"]
    if len(movies) != 1:
        raise NotVideoError(f"it has {len(movies)} moov boxes, not one")
    if not any(_handler(file, track) == b"vide" for track in _inside(file, movies[0], b"trak")):
        raise NotVideoError("its moov box describes no video track")


def _handler(file: BinaryIO, track: Box) -> bytes | None:
    """What kind of media the track holds: the handler_type of trak/mdia/hdlr."""
    for media in _inside(file, track, b"mdia"):
        for handler in _inside(file, media, b"hdlr"):
            file.seek(handler.start)
            content = file.read(min(12, handler.end - handler.start))
            return content[8:12]  # behind version, flags and pre_defined
    return None


def _inside(file: BinaryIO, box: Box, kind: bytes) -> Iterator[Box]:
    return (inner for inner in _boxes(file, box.start, box.end) if inner.kind == kind)


def _boxes(file: BinaryIO, start: int, end: int) -> Iterator[Box]:
    for _ in range(MAX_BOXES):
        if start == end:
            return
        box = _box(file, start, end)
        yield box
        start = box.end
    raise NotVideoError(f"it has more than {MAX_BOXES} boxes in a row")


def _box(file: BinaryIO, start: int, end: int) -> Box:
    file.seek(start)
    header = file.read(min(16, end - start))
    if len(header) < 8:
        raise NotVideoError(f"it ends inside a box header at byte {start}")
    size, kind, content = int.from_bytes(header[:4], "big"), header[4:8], start + 8
    if size == 1 and len(header) == 16:
        (size,), content = struct.unpack_from(">Q", header, 8), start + 16
    elif size == 0:  # to the end of the file
        size = end - start
    if start + size < content or start + size > end:
        raise NotVideoError(f"the box at byte {start} says {size} bytes, which do not fit")
    return Box(kind, content, start + size)
