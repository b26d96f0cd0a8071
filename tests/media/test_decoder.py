from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from skynet.domain import Box, Point, Polygon
from skynet.media import Decoder, FileSource, Packet, VideoFrame
from tests.media.clips import StillClock, picture, read_packets, repack, shared_videos, write_clip

RIGHT_HALF = Polygon((Point(0.5, 0.0), Point(1.0, 0.0), Point(1.0, 1.0), Point(0.5, 1.0)))


def decode(packets: list[Packet], decoder: Decoder | None = None) -> list[VideoFrame]:
    decoder = decoder or Decoder()
    frames = [frame for packet in packets for frame in decoder.decode(packet)]
    return frames + decoder.flush()


def difference(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.abs(a.astype(np.int16) - b).mean())


@pytest.mark.parametrize(
    ("codec", "name"),
    [("libx264", "c.mp4"), ("libx265", "c.mp4"), ("libvpx-vp9", "c.mkv"), ("mjpeg", "c.avi"), ("mpeg4", "c.avi")],
)
def test_every_picture_comes_out_once_with_its_time(tmp_path: Path, codec: str, name: str) -> None:
    pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
    options = {"x265-params": "log-level=none"} if codec == "libx265" else {}
    path = write_clip(tmp_path / name, codec=codec, frames=20, pix_fmt=pix_fmt, options=options)
    frames = decode(read_packets(path))
    assert [frame.captured_at for frame in frames] == pytest.approx([1000 + i * 0.04 for i in range(20)], abs=0.002)
    for number, frame in enumerate(frames):
        assert (frame.width, frame.height) == (160, 120)
        assert difference(frame.bgr(), picture(number, 160, 120)) < 12


def test_pictures_coded_out_of_order_come_in_order_of_showing(tmp_path: Path) -> None:
    decoder = Decoder()
    frames = decode(read_packets(write_clip(tmp_path / "b.mp4", b_frames=3, frames=30)), decoder)
    assert [frame.captured_at for frame in frames] == pytest.approx([1000 + i * 0.04 for i in range(30)], abs=0.002)
    assert sorted(frame.index for frame in frames) == list(range(30))
    assert (decoder.decoded, decoder.errors, decoder.skipped) == (30, 0, 0)
    assert [frame.index for frame in frames] == list(range(len(frames)))


def test_one_picture_a_second_and_long_gops(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "slow.mp4", fps=1, frames=30, gop=10)
    frames = decode(read_packets(path))
    assert [frame.captured_at for frame in frames] == pytest.approx([1000.0 + i for i in range(30)])


def test_nothing_is_decoded_before_a_keyframe(tmp_path: Path) -> None:
    packets = read_packets(write_clip(tmp_path / "c.mp4", gop=10, frames=30))
    decoder = Decoder()
    frames = decode(packets[4:], decoder)
    assert [frame.index for frame in frames] == list(range(10, 30))
    assert (decoder.skipped, decoder.errors) == (6, 0)


def test_after_a_gap_decoding_waits_for_a_keyframe(tmp_path: Path) -> None:
    packets = read_packets(write_clip(tmp_path / "c.mp4", gop=10, frames=30))
    decoder = Decoder()
    frames = decode(packets[:5] + packets[7:], decoder)
    assert [frame.index for frame in frames] == [*range(5), *range(10, 30)]
    assert decoder.skipped == 3


def test_keyframes_alone_can_be_decoded(tmp_path: Path) -> None:
    packets = read_packets(write_clip(tmp_path / "c.mp4", gop=10, frames=30))
    frames = decode([packet for packet in packets if packet.is_keyframe])
    assert [frame.index for frame in frames] == [0, 10, 20]


def test_a_broken_packet_is_counted_and_its_gop_left_out(tmp_path: Path) -> None:
    packets = read_packets(write_clip(tmp_path / "c.mp4", gop=10, frames=30))
    packets[3] = repack(packets[3], bytes(8))
    decoder = Decoder()
    frames = decode(packets, decoder)
    assert decoder.errors == 1
    assert decoder.skipped == 6
    assert [frame.index for frame in frames] == [0, 1, 2, *range(10, 30)]


def test_an_empty_packet_does_not_end_the_stream(tmp_path: Path) -> None:
    packets = read_packets(write_clip(tmp_path / "c.mp4", gop=10, frames=30))
    packets[15] = repack(packets[15], b"")
    decoder = Decoder()
    frames = decode(packets, decoder)
    assert decoder.errors == 1
    assert frames[-1].index == 29


@pytest.mark.parametrize("codec", ["libx264", "libx265", "libvpx-vp9", "mpeg4", "mjpeg"])
@pytest.mark.parametrize("seed", range(4))
def test_flipped_bytes_never_stop_the_decoder(tmp_path: Path, codec: str, seed: int) -> None:
    pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
    options = {"x265-params": "log-level=none"} if codec == "libx265" else {}
    path = write_clip(tmp_path / "c.mkv", codec=codec, gop=5, frames=30, pix_fmt=pix_fmt, options=options)
    packets = read_packets(path)
    random = np.random.default_rng(seed)
    for place in range(20):
        data = np.frombuffer(bytes(packets[place].coded), np.uint8).copy()
        hits = random.integers(0, len(data), max(1, len(data) // 50))
        data[hits] = random.integers(0, 256, len(hits))
        packets[place] = repack(packets[place], data.tobytes())
    decoder = Decoder()
    frames = decode(packets, decoder)
    times = [frame.captured_at for frame in frames]
    assert times == sorted(times)
    assert difference(frames[-1].bgr(), picture(29, 160, 120)) < 12  # sound again after a sound keyframe


def test_another_epoch_starts_afresh_and_may_have_another_size_and_codec(tmp_path: Path) -> None:
    packets = read_packets(write_clip(tmp_path / "a.mp4", frames=10))
    packets += read_packets(write_clip(tmp_path / "b.mkv", codec="libvpx-vp9", size=(96, 64), frames=10))
    frames = decode(packets)
    assert [(frame.width, frame.height) for frame in frames] == [(160, 120)] * 10 + [(96, 64)] * 10


def test_the_size_may_change_within_a_stream(tmp_path: Path) -> None:
    small = read_packets(write_clip(tmp_path / "small.ts", frames=10))
    large = read_packets(write_clip(tmp_path / "large.ts", size=(320, 240), frames=10))
    packets = small + [
        repack(packet, bytes(packet.coded), index=10 + i, epoch=small[0].epoch) for i, packet in enumerate(large)
    ]
    decoder = Decoder(masks=[RIGHT_HALF])
    frames = decode(packets, decoder)
    assert decoder.errors == 0
    assert [(frame.width, frame.height) for frame in frames] == [(160, 120)] * 10 + [(320, 240)] * 10
    assert all((frame.luma()[:, frame.width // 2 :] == 16).all() for frame in frames)


@pytest.mark.parametrize(
    ("codec", "pix_fmt", "black"),
    [("libx264", "yuv420p", 16), ("mjpeg", "yuvj420p", 0), ("mjpeg", "yuvj422p", 16), ("libx264", "yuv444p", 16)],
)
def test_masks_hide_in_every_view_of_every_frame(tmp_path: Path, codec: str, pix_fmt: str, black: int) -> None:
    path = write_clip(tmp_path / "c.mkv", codec=codec, pix_fmt=pix_fmt, frames=12, gop=6)
    for frame in decode(read_packets(path), Decoder(masks=[RIGHT_HALF])):
        assert (frame.luma()[:, 80:] == black).all()
        assert frame.bgr()[:, 80:].max() <= 1
        assert frame.bgr(64, 48)[:, 33:].max() <= 1
        assert frame.crop(Box(70, 10, 60, 40))[:, 10:].max() <= 1
        assert frame.luma()[:, :78].std() > 5


def test_masks_do_not_damage_what_is_predicted_from_the_hidden_picture(tmp_path: Path) -> None:
    packets = read_packets(write_clip(tmp_path / "c.mp4", frames=40, gop=40))
    open_frames = decode(packets)
    decoder = Decoder(masks=[RIGHT_HALF])
    for packet, shown in zip(packets, open_frames, strict=True):
        for frame in decoder.decode(packet):
            np.testing.assert_array_equal(frame.luma()[:, :78], shown.luma()[:, :78])
            np.testing.assert_array_equal(frame.bgr()[:, :76], shown.bgr()[:, :76])


def test_a_kept_frame_stays_as_it_was(tmp_path: Path) -> None:
    packets = read_packets(write_clip(tmp_path / "c.mp4", frames=40))
    decoder = Decoder()
    (first,) = decoder.decode(packets[0])
    luma = first.luma()
    before = luma.copy()
    decode(packets[1:], decoder)
    np.testing.assert_array_equal(luma, before)


VIDEOS = shared_videos()


@pytest.mark.skipif(VIDEOS is None, reason="the shared clips (../shared/data/videos) are not here")
@pytest.mark.parametrize(
    ("name", "codec", "count"),
    [
        ("mediamtx_offline_h264.mp4", "h264", 30),
        ("mediamtx_offline_h265.mp4", "hevc", 30),
        ("mediamtx_offline_vp9.mp4", "vp9", 30),
        ("mediamtx_offline_av1.mp4", "av1", 30),
        ("bgs_video.avi", "msmpeg4v2", 374),
        ("roboflow_example_video.mp4", "h264", 431),
    ],
)
def test_real_clips_decode_whole(name: str, codec: str, count: int) -> None:
    assert VIDEOS is not None
    source = FileSource(VIDEOS / name, clock=StillClock())
    assert source.open().codec == codec
    decoder = Decoder()
    frames = sum(len(decoder.decode(packet)) for packet in source.packets()) + len(decoder.flush())
    assert (frames, decoder.errors, decoder.skipped) == (count, 0, 0)
