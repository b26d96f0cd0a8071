from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from skynet.domain import Point, Polygon
from skynet.media.clip import NoClipError
from skynet.media.masked_clip import masked_clip
from tests.media.clips import picture, read_packets, repack, write_clip
from tests.media.played_clip import boxes, play

START = 1000.0
RIGHT_HALF = Polygon((Point(0.5, 0.0), Point(1.0, 0.0), Point(1.0, 1.0), Point(0.5, 1.0)))


@pytest.mark.parametrize(("size", "expected"), [((160, 120), (160, 120)), ((1920, 1080), (1280, 720))])
def test_what_is_masked_is_black_in_every_picture_and_the_rest_is_there(
    tmp_path: Path, size: tuple[int, int], expected: tuple[int, int]
) -> None:
    packets = read_packets(write_clip(tmp_path / "c.ts", frames=50, size=size, gop=25))
    clip = masked_clip(packets, [RIGHT_HALF], START, START + 2)
    played = play(clip)
    assert played.size == (clip.width, clip.height) == expected
    assert (played.codec, clip.codec, clip.pictures) == ("vp9", "vp9", 25)
    middle = expected[0] // 2
    for number, shown in enumerate(played.pictures):
        assert shown[:, middle + 2 :].max() <= 12
        bare = picture(2 * number, *size)[:: size[1] // expected[1], :: size[0] // expected[0]]
        if size == expected:
            assert np.abs(shown[:, : middle - 8].astype(int) - bare[:, : middle - 8]).mean() < 12
        assert shown[:, : middle - 8].std() > 10


def test_pictures_keep_their_times_and_begin_where_they_should(tmp_path: Path) -> None:
    packets = read_packets(write_clip(tmp_path / "c.ts", frames=100, gop=25, b_frames=2))
    clip = masked_clip(packets, [RIGHT_HALF], START + 0.5, START + 2.5)
    played = play(clip)
    assert clip.starts_at == pytest.approx(START + 0.52, abs=0.001)
    assert clip.ends_at <= START + 2.5
    assert played.times == pytest.approx([number * 0.08 for number in range(25)], abs=0.001)
    assert played.duration_s == pytest.approx(2.0, abs=0.05)
    assert played.keyframes[0] == 0
    assert boxes(clip.content)[:4] == ["ftyp", "moov", "moof", "mdat"]
    for time, shown in zip(played.times, played.pictures, strict=True):
        number = round((clip.starts_at + time - START) * 25)
        assert np.abs(shown[:, :72].astype(int) - picture(number, 160, 120)[:, :72]).mean() < 12


def test_slow_streams_keep_all_their_pictures(tmp_path: Path) -> None:
    packets = read_packets(write_clip(tmp_path / "c.ts", frames=10, fps=1))
    assert masked_clip(packets, [RIGHT_HALF], START, START + 20).pictures == 10


def test_a_change_of_size_hides_as_much(tmp_path: Path) -> None:
    packets = read_packets(write_clip(tmp_path / "a.ts", frames=25))
    large = read_packets(write_clip(tmp_path / "b.ts", frames=25, size=(320, 240)))
    packets += [repack(packet, bytes(packet.coded), index=25 + place) for place, packet in enumerate(large)]
    played = play(masked_clip(packets, [RIGHT_HALF], START, START + 9))
    assert {shown.shape for shown in played.pictures} == {(120, 160, 3)}
    assert all(shown[:, 82:].max() <= 12 for shown in played.pictures)


def test_codecs_that_no_browser_plays_are_no_hindrance(tmp_path: Path) -> None:
    packets = read_packets(write_clip(tmp_path / "c.avi", codec="mjpeg", pix_fmt="yuvj420p"))
    assert play(masked_clip(packets, [RIGHT_HALF], START, START + 9)).codec == "vp9"


def test_there_is_time_to_breathe_between_packets(tmp_path: Path) -> None:
    packets = read_packets(write_clip(tmp_path / "c.ts"))
    breaths: list[int] = []
    masked_clip(packets, [RIGHT_HALF], START, START + 9, lambda: breaths.append(1))
    assert len(breaths) == len(packets) + 1


def test_without_a_picture_there_is_no_clip(tmp_path: Path) -> None:
    packets = read_packets(write_clip(tmp_path / "c.ts", gop=50))
    for some, start in ((packets[1:], START), (packets, START + 50), ([], START)):
        with pytest.raises(NoClipError) as caught:
            masked_clip(some, [RIGHT_HALF], start, start + 5)
        assert caught.value.reason == "undecodable"
