from __future__ import annotations

import os
import threading
from pathlib import Path

import av
import numpy as np
import pytest

from skynet.domain import CameraState, SystemClock
from skynet.media import Decoder, FileSource, SourceError
from tests.media.clips import HurriedClock, StillClock, picture, read_packets, write_clip, write_song_with_cover


def failure(path: Path) -> SourceError:
    source = FileSource(path, clock=StillClock())
    with pytest.raises(SourceError) as caught:
        source.open()
    assert "\n" not in caught.value.detail
    return caught.value


@pytest.mark.parametrize("name", ["clip.mp4", "clip.mkv", "clip.avi"])
@pytest.mark.parametrize("b_frames", [0, 2])
def test_a_file_is_read_whole(tmp_path: Path, name: str, b_frames: int) -> None:
    path = write_clip(tmp_path / name, codec="mpeg4" if name.endswith("avi") else "libx264", b_frames=b_frames)
    source = FileSource(path, clock=StillClock(), start_time=1000.0)
    info = source.open()
    packets = list(source.packets())
    assert (info.width, info.height, info.fps) == (160, 120, 25.0)
    assert info.duration_s == pytest.approx(2.0, abs=0.1)
    assert len(packets) == 50
    assert packets[0].is_keyframe
    assert [packet.index for packet in packets] == list(range(50))
    assert sorted(packet.captured_at for packet in packets) == pytest.approx(
        [1000 + i * 0.04 for i in range(50)], abs=0.002
    )
    assert (source.skipped, source.reanchors) == (0, 0)


def test_what_is_no_video_is_told_apart(tmp_path: Path) -> None:
    text, empty, folder = tmp_path / "text.mp4", tmp_path / "empty.mp4", tmp_path / "folder.mp4"
    text.write_text("not a video\n" * 1000)
    empty.touch()
    folder.mkdir()
    pipe, song = tmp_path / "pipe.mp4", write_song_with_cover(tmp_path / "song.mp4")
    os.mkfifo(pipe)
    for path, state, words in (
        (tmp_path / "missing.mp4", CameraState.NOT_FOUND, "no such file"),
        (text, CameraState.UNSUPPORTED, "no video file"),
        (empty, CameraState.UNSUPPORTED, "empty"),
        (folder, CameraState.UNSUPPORTED, "folder"),
        (pipe, CameraState.UNSUPPORTED, "pipe"),
        (song, CameraState.UNSUPPORTED, "no video in this file"),
    ):
        error = failure(path)
        assert error.state is state
        assert words in error.detail


@pytest.mark.parametrize(
    ("name", "codec", "pix_fmt"),
    [("clip.mov", "qtrle", "argb"), ("clip.avi", "rawvideo", "bgr24"), ("clip.avi", "rawvideo", "yuv420p")],
)
def test_formats_that_keep_their_depth_outside_the_packets_are_decoded(
    tmp_path: Path, name: str, codec: str, pix_fmt: str
) -> None:
    packets = read_packets(write_clip(tmp_path / name, codec=codec, frames=5, pix_fmt=pix_fmt))
    decoder = Decoder()
    frames = [frame for packet in packets for frame in decoder.decode(packet)]
    assert (len(frames), decoder.errors) == (5, 0)
    assert np.abs(frames[3].bgr().astype(int) - picture(3, 160, 120)).mean() < 12


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")  # for root, too, who may read everything

    path = tmp_path / "clip.mp4"
    path.touch()
    monkeypatch.setattr(Path, "open", refuse)
    assert failure(path).state is CameraState.UNAUTHORISED


def test_a_playlist_is_not_followed(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4", frames=5)
    playlist = tmp_path / "list.mp4"
    playlist.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{clip.name}\n#EXT-X-ENDLIST\n")
    assert failure(playlist).state is CameraState.UNSUPPORTED


def test_sound_alone_is_no_video(tmp_path: Path) -> None:
    path = tmp_path / "sound.mp4"
    with av.open(str(path), "w") as file:
        stream = file.add_stream("aac", rate=8000)
        sound = av.AudioFrame.from_ndarray(np.zeros((1, 8000), np.float32), format="fltp", layout="mono")
        sound.sample_rate = 8000
        file.mux(stream.encode(sound))
        file.mux(stream.encode(None))
    error = failure(path)
    assert error.state is CameraState.UNSUPPORTED
    assert "no video" in error.detail


def test_a_codec_without_a_decoder_is_unsupported(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "clip.mp4")
    path.write_bytes(path.read_bytes().replace(b"avc1", b"zzz1").replace(b"avcC", b"zzzC"))
    error = failure(path)
    assert error.state is CameraState.UNSUPPORTED
    assert "not supported" in error.detail


def test_a_recording_without_its_index_says_that_it_was_cut(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "clip.mp4")
    path.write_bytes(path.read_bytes()[:-3000])
    error = failure(path)
    assert error.state is CameraState.UNSUPPORTED
    assert "cut short" in error.detail


@pytest.mark.parametrize("name", ["clip.mp4", "clip.mkv", "clip.avi"])
def test_a_cut_file_delivers_what_is_there_and_says_so(tmp_path: Path, name: str) -> None:
    codec = "mpeg4" if name.endswith("avi") else "libx264"
    container = {"movflags": "faststart"} if name.endswith("mp4") else {}
    path = write_clip(tmp_path / name, codec=codec, frames=100, container=container)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 6 // 10])
    source = FileSource(path, clock=StillClock())
    source.open()
    packets = []
    with pytest.raises(SourceError, match=r"cut short") as caught:
        packets.extend(source.packets())
    assert caught.value.state is CameraState.FAILED
    assert 20 < len(packets) < 100


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("name", ["clip.mp4", "clip.mkv", "clip.avi"])
def test_flipped_bytes_give_packets_or_a_clear_error(tmp_path: Path, name: str, seed: int) -> None:
    path = write_clip(tmp_path / name, codec="mpeg4" if name.endswith("avi") else "libx264", frames=20)
    content = np.frombuffer(path.read_bytes(), np.uint8).copy()
    random = np.random.default_rng(seed)
    content[random.integers(0, len(content), 40)] = random.integers(0, 256, 40)
    path.write_bytes(content.tobytes())
    source = FileSource(path, clock=StillClock())
    newest = 0.0
    try:
        source.open()
        for packet in source.packets():
            assert packet.size > 0
            newest = max(newest, packet.captured_at)
    except SourceError as error:
        said = error.detail
    else:
        said = "read whole"
    assert said
    assert newest < 1e9


def test_pacing_follows_the_clock_and_captures_now(tmp_path: Path) -> None:
    clock = HurriedClock()
    began = clock.now
    source = FileSource(write_clip(tmp_path / "clip.mp4"), clock=clock, paced=True)
    source.open()
    for packet in source.packets():
        assert packet.captured_at == pytest.approx(clock.now, abs=0.1)
    assert clock.now - began == pytest.approx(49 * 0.04, abs=0.1)


@pytest.mark.parametrize("b_frames", [0, 2])
def test_a_loop_goes_on_seamlessly(tmp_path: Path, b_frames: int) -> None:
    path = write_clip(tmp_path / "clip.mp4", b_frames=b_frames)
    source = FileSource(path, clock=StillClock(), loop=True, start_time=0.0)
    source.open()
    packets = [packet for packet, _ in zip(source.packets(), range(150), strict=False)]
    source.close()
    times = sorted(packet.captured_at for packet in packets)
    assert times == pytest.approx([i * 0.04 for i in range(150)], abs=0.002)
    orders = [packet.coded.dts for packet in packets]
    assert orders == sorted(set(orders))
    assert [packet.index for packet in packets] == list(range(150))
    assert len({packet.epoch for packet in packets}) == 1
    assert source.reanchors == 0


def test_closing_ends_a_paced_wait(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "slow.mp4", fps=1, frames=5, gop=1)
    source = FileSource(path, clock=SystemClock(), paced=True)
    source.open()
    packets = source.packets()
    next(packets)
    threading.Timer(0.05, source.close).start()
    assert next(packets, None) is None


def test_a_closed_source_can_be_opened_again(tmp_path: Path) -> None:
    source = FileSource(write_clip(tmp_path / "clip.mp4"), clock=StillClock(), start_time=0.0)
    source.open()
    first = next(source.packets())
    source.close()
    source.open()
    again = next(source.packets())
    assert again.is_keyframe
    assert again.index == first.index + 1
    assert again.captured_at > first.captured_at
    assert again.epoch is not first.epoch


def test_leading_packets_without_a_keyframe_are_counted(tmp_path: Path) -> None:
    packets = read_packets(write_clip(tmp_path / "clip.mp4", gop=10))
    headless = tmp_path / "headless.mkv"
    with av.open(str(tmp_path / "clip.mp4")) as original, av.open(str(headless), "w") as copy:
        stream = original.streams.video[0]
        out = copy.add_stream_from_template(stream)
        for coded in [coded for coded in original.demux(stream) if coded.size][3:]:
            coded.stream = out
            copy.mux(coded)
    source = FileSource(headless, clock=StillClock())
    source.open()
    kept = list(source.packets())
    assert kept[0].is_keyframe
    assert source.skipped == 7
    assert len(kept) == len(packets) - 10


def test_packets_need_an_open_file(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="open"):
        next(FileSource(tmp_path / "clip.mp4", clock=StillClock()).packets())
