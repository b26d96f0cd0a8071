"""Clips as a player sees them, cut from real bitstreams, sound and damaged ones."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from skynet.media import Packet, PacketRing
from skynet.media.clip import NoClipError
from skynet.media.clip_cutter import cut_clip
from tests.media.clips import picture, read_packets, repack, shared_videos, write_clip
from tests.media.played_clip import boxes, play

START = 1000.0
QUIET = {"libx265": {"x265-params": "log-level=none"}}
TICK = 1 / 90_000


def packets_of(path: Path, **options: object) -> list[Packet]:
    codec = str(options.get("codec", "libx264"))
    return read_packets(write_clip(path, **({"options": QUIET.get(codec, {})} | options)))  # type: ignore[arg-type]  # as write_clip takes them


def difference(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.abs(a.astype(np.int16) - b).mean())


def retimed(packets: list[Packet], move: dict[int, float]) -> list[Packet]:
    """From packet number `n` on, captured later by `move[n]` seconds."""
    late, moved = 0.0, []
    for packet in packets:
        late += move.get(packet.index, 0.0)
        moved.append(replace(packet, captured_at=packet.captured_at + late))
    return moved


@pytest.mark.parametrize("b_frames", [0, 3])
@pytest.mark.parametrize("fps", [1, 25, 60])
@pytest.mark.parametrize(("codec", "name", "tag"), [("libx264", "h264", "avc1"), ("libx265", "hevc", "hvc1")])
@pytest.mark.parametrize("file", ["c.mp4", "c.ts"])
def test_every_picture_is_shown_at_its_time(
    tmp_path: Path, codec: str, name: str, tag: str, file: str, fps: int, b_frames: int
) -> None:
    packets = packets_of(tmp_path / file, codec=codec, fps=fps, b_frames=b_frames, frames=40, gop=10)
    clip = cut_clip(packets, START)
    assert (clip.codec, clip.width, clip.height, clip.pictures) == (name, 160, 120, 40)
    assert clip.starts_at == pytest.approx(START, abs=0.001)
    assert clip.ends_at == pytest.approx(START + 39 / fps, abs=0.001)
    played = play(clip)
    assert (played.codec, played.tag, played.size) == (name, tag, (160, 120))
    assert played.times == pytest.approx([number / fps for number in range(40)], abs=0.001)
    assert played.duration_s == pytest.approx(40 / fps, abs=0.002)
    assert played.keyframes[0] == 0
    assert [dts for _, dts in played.stamps] == sorted({dts for _, dts in played.stamps})
    assert all(dts <= pts for pts, dts in played.stamps)
    for number, shown in enumerate(played.pictures):
        assert difference(shown, picture(number, 160, 120)) < 12


def test_it_is_a_fragment_a_gop_and_nothing_needs_its_end(tmp_path: Path) -> None:
    clip = cut_clip(packets_of(tmp_path / "c.ts", frames=30, gop=10), START)
    assert boxes(clip.content) == ["ftyp", "moov", *["moof", "mdat"] * 3, "mfra"]


def test_the_same_packets_make_the_same_bytes(tmp_path: Path) -> None:
    packets = packets_of(tmp_path / "c.ts")
    assert cut_clip(packets, START).content == cut_clip(packets, START + 1).content


def test_it_begins_with_the_keyframe_before_and_its_times_tell_frames(tmp_path: Path) -> None:
    ring = PacketRing(1 << 24, 60)
    for packet in packets_of(tmp_path / "c.ts", frames=100, gop=25, b_frames=2):
        ring.append(packet)
    clip = cut_clip(ring.between(START + 1.3, START + 3.02), START + 2)
    played = play(clip)
    assert clip.starts_at == pytest.approx(START + 1.0, abs=0.001)
    for shown, time in zip(played.pictures, played.times, strict=True):
        number = round((clip.starts_at + time - START) * 25)
        assert difference(shown, picture(number, 160, 120)) < 12
    assert round((clip.starts_at + played.times[-1] - START) * 25) in (75, 76, 77)


@pytest.mark.parametrize("b_frames", [0, 2])
def test_a_gap_in_time_is_a_picture_that_stays(tmp_path: Path, b_frames: int) -> None:
    packets = retimed(packets_of(tmp_path / "c.ts", frames=40, gop=10, b_frames=b_frames), {20: 4.0})
    played = play(cut_clip(packets, START))
    expected = [number / 25 + (4.0 if number >= 20 else 0.0) for number in range(40)]
    assert played.times == pytest.approx(expected, abs=0.001)
    assert played.duration_s == pytest.approx(40 / 25 + 4.0, abs=0.002)


def test_corrected_capture_times_swap_no_pictures(tmp_path: Path) -> None:
    packets = packets_of(tmp_path / "c.ts", frames=40, gop=20, b_frames=3)
    shaken = [replace(p, captured_at=p.captured_at - 0.06 * (p.index % 5 == 2)) for p in packets]
    played = play(cut_clip(shaken, START))
    for number, shown in enumerate(played.pictures):
        assert difference(shown, picture(number, 160, 120)) < 12
    assert played.times == sorted(set(played.times))


def test_stamps_that_jump_within_a_gop_do_not_matter(tmp_path: Path) -> None:
    packets = packets_of(tmp_path / "c.ts", frames=40, gop=20)
    for packet in packets[7:]:
        packet.coded.pts -= 5_000_000  # type: ignore[operator]  # it has one
    played = play(cut_clip(packets, START))
    assert played.times == pytest.approx([number / 25 for number in range(40)], abs=0.001)


@pytest.mark.parametrize("missing", [range(40), range(13, 14)])
def test_missing_stamps_do_not_matter(tmp_path: Path, missing: range) -> None:
    packets = packets_of(tmp_path / "c.ts", frames=40, gop=20)
    for number in missing:
        packets[number].coded.pts = packets[number].coded.dts = None
    played = play(cut_clip(packets, START))
    assert played.times == pytest.approx([number / 25 for number in range(40)], abs=0.001)
    assert len(played.pictures) == 40


def test_many_pictures_of_one_moment_stay_in_order(tmp_path: Path) -> None:
    packets = [replace(packet, captured_at=START) for packet in packets_of(tmp_path / "c.ts", frames=20)]
    played = play(cut_clip(packets, START))
    assert len(played.pictures) == 20
    assert played.times == sorted(set(played.times))


@pytest.mark.parametrize("codec", ["libx264", "libx265"])
def test_parameter_sets_are_found_in_the_stream_itself(tmp_path: Path, codec: str) -> None:
    packets = packets_of(tmp_path / "c.ts", codec=codec, frames=20)
    bare = replace(packets[0].epoch, extradata=None, width=0, height=0)
    clip = cut_clip([replace(packet, epoch=bare) for packet in packets], START)
    assert (clip.width, clip.height) == (160, 120)
    assert len(play(clip).pictures) == 20


def test_without_parameter_sets_there_is_no_clip(tmp_path: Path) -> None:
    packets = packets_of(tmp_path / "c.mp4", frames=20)  # their sets are in the file's header only
    bare = replace(packets[0].epoch, extradata=None)
    with pytest.raises(NoClipError, match="has not sent") as caught:
        cut_clip([replace(packet, epoch=bare) for packet in packets], START)
    assert caught.value.reason == "no_parameter_sets"


def test_delimiters_and_messages_between_pictures_are_tolerated(tmp_path: Path) -> None:
    packets = packets_of(tmp_path / "c.ts", frames=20)
    noise = b"\0\0\0\1\x09\xf0" + b"\0\0\0\1\x06\x05\x02ab\x80" + b"\0\0\0\1\x0c\xff\xff\x80"
    packets = [repack(packet, noise + bytes(packet.coded)) for packet in packets]
    played = play(cut_clip(packets, START))
    assert len(played.pictures) == 20
    assert difference(played.pictures[15], picture(15, 160, 120)) < 12


@pytest.mark.parametrize(("codec", "name"), [("mjpeg", "c.avi"), ("mpeg4", "c.avi"), ("libvpx-vp9", "c.mkv")])
def test_other_codecs_are_said_to_make_no_clip(tmp_path: Path, codec: str, name: str) -> None:
    packets = packets_of(tmp_path / name, codec=codec, pix_fmt="yuvj420p" if codec == "mjpeg" else "yuv420p")
    with pytest.raises(NoClipError, match=r"set the camera to H\.264") as caught:
        cut_clip(packets, START)
    assert caught.value.reason == "codec"


def test_without_a_keyframe_there_is_no_clip(tmp_path: Path) -> None:
    packets = packets_of(tmp_path / "c.ts", frames=20, gop=10)
    for some in ([], packets[1:10]):
        with pytest.raises(NoClipError, match="no keyframe"):
            cut_clip(some, START)
    assert len(play(cut_clip(packets[3:], START)).pictures) == 10


def test_after_a_hole_it_goes_on_with_the_next_keyframe(tmp_path: Path) -> None:
    packets = packets_of(tmp_path / "c.ts", frames=40, gop=10)
    played = play(cut_clip(packets[:5] + packets[7:], START))
    assert played.times == pytest.approx([number / 25 for number in [*range(5), *range(10, 40)]], abs=0.001)


@pytest.mark.parametrize("empty", [5, 10])
def test_empty_packets_are_left_out(tmp_path: Path, empty: int) -> None:
    packets = packets_of(tmp_path / "c.ts", frames=40, gop=10)
    packets[empty] = repack(packets[empty], b"")
    clip = cut_clip(packets, START)
    assert clip.pictures == (39 if empty == 5 else 30)
    assert play(clip).times[-1] == pytest.approx(39 / 25, abs=0.001)


def test_a_stream_that_began_anew_in_the_same_form_goes_on(tmp_path: Path) -> None:
    packets = packets_of(tmp_path / "c.ts", frames=20, gop=10)
    other = replace(packets[0].epoch)
    again = [replace(p, epoch=other, index=p.index + 20, captured_at=p.captured_at + 3) for p in packets]
    clip = cut_clip(packets + again, START)
    played = play(clip)
    assert clip.pictures == len(played.pictures) == 40
    assert played.times[20] == pytest.approx(3.0, abs=0.001)


@pytest.mark.parametrize("inside", [True, False])
def test_where_the_size_changes_the_clip_is_of_the_run_around_the_event(tmp_path: Path, inside: bool) -> None:
    small = packets_of(tmp_path / "small.ts", frames=20)
    large = packets_of(tmp_path / "large.ts", frames=30, size=(320, 240))
    epoch = small[0].epoch if inside else large[0].epoch
    large = [
        repack(replace(p, captured_at=p.captured_at + 0.8), bytes(p.coded), index=20 + p.index, epoch=epoch)
        for p in large
    ]
    for at, pictures, size in ((START + 0.3, 20, (160, 120)), (START + 1.5, 30, (320, 240)), (9e9, 30, (320, 240))):
        clip = cut_clip(small + large, at)
        assert (clip.pictures, clip.width, clip.height) == (pictures, *size)
        assert play(clip).size == size


def test_a_codec_that_makes_no_clip_does_not_spoil_the_run_beside_it(tmp_path: Path) -> None:
    jpeg = packets_of(tmp_path / "c.avi", codec="mjpeg", pix_fmt="yuvj420p", frames=10)
    sound = [replace(p, index=p.index + 10, captured_at=p.captured_at + 1) for p in packets_of(tmp_path / "c.ts")]
    assert cut_clip(jpeg + sound, START + 2).pictures == 50
    with pytest.raises(NoClipError):
        cut_clip(jpeg + sound, START)


def test_pictures_before_the_first_keyframe_of_an_open_gop_are_left_out(tmp_path: Path) -> None:
    packets = packets_of(tmp_path / "c.ts", frames=60, gop=20, b_frames=3, options={"x264-params": "open-gop=1"})
    later = next(number for number, packet in enumerate(packets) if number and packet.is_keyframe)
    assert packets[later + 1].captured_at < packets[later].captured_at, "this stream has no open GOP"
    clip = cut_clip(packets[later:], START)
    played = play(clip)
    first = round((packets[later].captured_at - START) * 25)
    assert clip.starts_at == packets[later].captured_at
    for place, shown in enumerate(played.pictures):
        assert difference(shown, picture(first + place, 160, 120)) < 12


@pytest.mark.parametrize("codec", ["libx264", "libx265"])
@pytest.mark.parametrize("seed", range(6))
def test_flipped_bytes_make_a_clip_or_a_clear_no(tmp_path: Path, codec: str, seed: int) -> None:
    packets = packets_of(tmp_path / "c.ts", codec=codec, gop=5, frames=30)
    random = np.random.default_rng(seed)
    for place in range(0, 30, 2):
        data = np.frombuffer(bytes(packets[place].coded), np.uint8).copy()
        hits = random.integers(0, len(data), max(1, len(data) // 50))
        data[hits] = random.integers(0, 256, len(hits))
        packets[place] = repack(packets[place], data.tobytes())
    try:
        clip = cut_clip(packets, START)
    except NoClipError:
        return
    assert boxes(clip.content)[:2] == ["ftyp", "moov"]


VIDEOS = shared_videos()


@pytest.mark.skipif(VIDEOS is None, reason="the shared clips (../shared/data/videos) are not here")
@pytest.mark.parametrize(
    ("name", "count"),
    [("mediamtx_offline_h264.mp4", 30), ("mediamtx_offline_h265.mp4", 30), ("roboflow_example_video.mp4", 431)],
)
def test_real_clips_are_cut_whole(name: str, count: int) -> None:
    assert VIDEOS is not None
    packets = read_packets(VIDEOS / name)
    played = play(cut_clip(packets, START))
    assert len(played.pictures) == count
    times = sorted(packet.captured_at - packets[0].captured_at for packet in packets)
    assert played.times == pytest.approx([time - times[0] for time in times], abs=0.001)
