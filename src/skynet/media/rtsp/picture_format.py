"""What a sequence parameter set says about the pictures that follow it."""

from __future__ import annotations

from dataclasses import dataclass

from skynet.media.rtsp.bit_reader import BitReader
from skynet.media.rtsp.protocol_error import ProtocolError

_MAX_SIDE = 16_384
_WITH_CHROMA = (100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135)


@dataclass(frozen=True, slots=True)
class PictureFormat:
    """`fps` None where it is not said; `reorder_depth` 0 where it is not said, as cameras rarely reorder."""

    width: int
    height: int
    fps: float | None
    reorder_depth: int


def h264_format(unit: bytes) -> PictureFormat:
    """Out of an SPS of H.264 (7.3.2.1.1, E.1.1). Raises ProtocolError."""
    read = BitReader(unit[1:])
    profile = read.bits(8)
    read.bits(16)
    read.unsigned()
    chroma = 1
    planes = False
    if profile in _WITH_CHROMA:
        chroma = read.unsigned()
        planes = chroma == 3 and read.flag()
        read.unsigned()
        read.unsigned()
        read.flag()
        if read.flag():
            _skip_scaling(read, 8 if chroma != 3 else 12)
    read.unsigned()
    order_kind = read.unsigned()
    if order_kind == 0:
        read.unsigned()
    elif order_kind == 1:
        _skip_order(read)
    read.unsigned()
    read.flag()
    columns, rows = read.unsigned() + 1, read.unsigned() + 1
    frames_only = read.flag()
    if not frames_only:
        read.flag()
    read.flag()
    crop = [read.unsigned() for _ in range(4)] if read.flag() else [0, 0, 0, 0]
    wide = 2 if chroma in (1, 2) and not planes else 1
    high = (2 if chroma == 1 and not planes else 1) * (1 if frames_only else 2)
    width = 16 * columns - wide * (crop[0] + crop[1])
    height = 16 * rows * (1 if frames_only else 2) - high * (crop[2] + crop[3])
    fps, depth = _h264_usability(read) if read.flag() else (None, 0)
    return _checked(width, height, fps, depth)


def h265_format(unit: bytes) -> PictureFormat:
    """Out of an SPS of H.265 (7.3.2.2.1); its frame rate stands elsewhere. Raises ProtocolError."""
    read = BitReader(unit[2:])
    read.bits(4)
    layers = read.bits(3)
    read.flag()
    _skip_profile(read, layers)
    read.unsigned()
    chroma = read.unsigned()
    if chroma == 3:
        read.flag()
    width, height = read.unsigned(), read.unsigned()
    crop = [read.unsigned() for _ in range(4)] if read.flag() else [0, 0, 0, 0]
    width -= (2 if chroma in (1, 2) else 1) * (crop[0] + crop[1])
    height -= (2 if chroma == 1 else 1) * (crop[2] + crop[3])
    for _ in range(3):
        read.unsigned()
    depth = 0
    for _ in range(layers + 1 if read.flag() else 1):
        read.unsigned()
        depth = read.unsigned()
        read.unsigned()
    return _checked(width, height, None, depth)


def _checked(width: int, height: int, fps: float | None, depth: int) -> PictureFormat:
    if not (0 < width <= _MAX_SIDE and 0 < height <= _MAX_SIDE):
        raise ProtocolError("a parameter set names an impossible picture size")
    return PictureFormat(width, height, fps, min(depth, 16))


def _skip_scaling(read: BitReader, lists: int) -> None:
    for number in range(lists):
        if not read.flag():
            continue
        last = following = 8
        for _ in range(16 if number < 6 else 64):
            if following:
                following = (last + read.signed()) % 256
            last = following or last


def _skip_order(read: BitReader) -> None:
    read.flag()
    read.signed()
    read.signed()
    count = read.unsigned()
    if count > 255:
        raise ProtocolError("a parameter set is damaged")
    for _ in range(count):
        read.signed()


def _skip_profile(read: BitReader, layers: int) -> None:
    read.bits(96)
    present = [(read.flag(), read.flag()) for _ in range(layers)]
    if layers:
        read.bits(2 * (8 - layers))
    for profile, level in present:
        read.bits(88 * profile + 8 * level)


def _h264_usability(read: BitReader) -> tuple[float | None, int]:
    """Frame rate and reorder depth of H.264's VUI."""
    if read.flag() and read.bits(8) == 255:
        read.bits(32)
    if read.flag():
        read.flag()
    if read.flag():
        read.bits(4)
        if read.flag():
            read.bits(24)
    if read.flag():
        read.unsigned()
        read.unsigned()
    fps = None
    if read.flag():
        ticks, scale = read.bits(32), read.bits(32)
        read.flag()
        rate = scale / (2 * ticks) if ticks else 0.0
        fps = rate if 0 < rate <= 1000 else None
    timed = read.flag()
    if timed:
        _skip_buffering(read)
    if read.flag():
        _skip_buffering(read)
        timed = True
    if timed:
        read.flag()
    read.flag()
    if not read.flag():
        return fps, 0
    read.flag()
    for _ in range(4):
        read.unsigned()
    return fps, read.unsigned()


def _skip_buffering(read: BitReader) -> None:
    count = read.unsigned() + 1
    if count > 32:
        raise ProtocolError("a parameter set is damaged")
    read.bits(8)
    for _ in range(count):
        read.unsigned()
        read.unsigned()
        read.flag()
    read.bits(20)
