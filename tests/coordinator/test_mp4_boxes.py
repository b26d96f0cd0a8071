from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skynet.coordinator.clips.mp4_boxes import MAX_BOXES, NotVideoError, require_video
from tests.coordinator.sample_clip import clip

GOOD = clip().content


def box(kind: bytes, content: bytes = b"", size: int | None = None) -> bytes:
    return (8 + len(content) if size is None else size).to_bytes(4, "big") + kind + content


def long_box(kind: bytes, content: bytes) -> bytes:
    return b"\0\0\0\1" + kind + (16 + len(content)).to_bytes(8, "big") + content


def movie(handler: bytes) -> bytes:
    return box(b"moov", box(b"mvhd", bytes(8)) + box(b"trak", box(b"mdia", box(b"hdlr", bytes(8) + handler))))


FTYP, MDAT = box(b"ftyp", b"isom\0\0\2\0"), box(b"mdat", b"pictures")
VIDEO, SOUND = movie(b"vide"), movie(b"soun")


def judge(content: bytes) -> None:
    require_video(io.BytesIO(content), len(content))


@pytest.mark.parametrize(
    "content",
    [
        GOOD,
        FTYP + VIDEO + MDAT,
        FTYP + MDAT + box(b"moov", SOUND[8:] + VIDEO[8:]),
        FTYP + VIDEO + long_box(b"mdat", b"pictures"),
        FTYP + VIDEO + box(b"mdat", b"to the end of the file", size=0),
    ],
)
def test_videos_are_told(content: bytes) -> None:
    judge(content)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "ftyp"),
        (FTYP[:6], "inside a box header"),
        (FTYP, "no pictures"),
        (VIDEO + MDAT, "ftyp"),
        (FTYP + VIDEO, "no pictures"),
        (FTYP + VIDEO + box(b"mdat"), "no pictures"),
        (FTYP + MDAT, "0 moov boxes"),
        (FTYP + VIDEO + VIDEO + MDAT, "2 moov boxes"),
        (FTYP + SOUND + MDAT, "no video track"),
        (FTYP + box(b"moov", b"vide") + MDAT, "inside a box header"),
        (FTYP + VIDEO + MDAT[:-1], "do not fit"),
        (FTYP + VIDEO + MDAT + b"\0", "inside a box header"),
        (FTYP + VIDEO + box(b"mdat", b"x", size=7), "do not fit"),
        (FTYP + b"\0\0\0\1moov\xff\xff\xff\xff\xff\xff\xff\xff", "do not fit"),
        (FTYP + VIDEO + MDAT + box(b"free") * MAX_BOXES, "more than"),
        (FTYP + b"<html><script>alert(1)</script></html>", "do not fit"),
    ],
)
def test_everything_else_is_refused_with_its_reason(content: bytes, why: str) -> None:
    with pytest.raises(NotVideoError, match=why):
        judge(content)


@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255), st.integers(0, len(GOOD)))
def test_a_damaged_file_is_taken_or_refused_but_never_more(at: int, value: int, length: int) -> None:
    damaged = bytearray(GOOD)
    damaged[at] = value
    for content in (bytes(damaged), GOOD[:length]):
        try:
            judge(content)
        except NotVideoError:
            continue
