"""How large a picture file says that its picture is, before it is decoded. Pure; sources: PNG (ISO/IEC 15948, 11.2.2),
JPEG (ITU-T T.81, B.2.2)."""

from __future__ import annotations

PNG_START = b"\x89PNG\r\n\x1a\n"
JPEG_START = b"\xff\xd8"
_FRAME_HEADERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD8)})
_START_OF_SCAN = 0xDA


def stated_size(data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels of a PNG or JPEG file; None for other formats and where nothing is said."""
    if data.startswith(PNG_START) and len(data) >= 24:
        return int.from_bytes(data[16:20]), int.from_bytes(data[20:24])
    return _of_jpeg(data) if data.startswith(JPEG_START) else None


def _of_jpeg(data: bytes) -> tuple[int, int] | None:
    """From the frame header, the segments before it skipped by their lengths."""
    place = len(JPEG_START)
    while place + 9 <= len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if marker == 0xFF:
            place += 1
        elif marker in _WITHOUT_LENGTH:
            place += 2
        elif marker in _FRAME_HEADERS:
            return int.from_bytes(data[place + 7 : place + 9]), int.from_bytes(data[place + 5 : place + 7])
        elif marker == _START_OF_SCAN:
            return None
        else:
            place += 2 + int.from_bytes(data[place + 2 : place + 4])
    return None
