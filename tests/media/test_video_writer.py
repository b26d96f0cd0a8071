from __future__ import annotations

import os
from pathlib import Path

import av
import numpy as np
import pytest

from skynet.domain.errors import BadInputError, WorkFailedError
from skynet.media import VideoWriter
from tests.media.clips import picture


def test_what_was_written_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "out.mp4"
    with VideoWriter(path, 161, 121, 12.5) as writer:
        for number in range(25):
            writer.write(picture(number, 161, 121))
    assert list(tmp_path.iterdir()) == [path]
    with av.open(str(path)) as file:
        stream = file.streams.video[0]
        frames = list(file.decode(stream))
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert stream.average_rate == 12.5
    assert len(frames) == 25
    assert (frames[0].width, frames[0].height) == (160, 120)
    assert [frame.time for frame in frames] == pytest.approx([i / 12.5 for i in range(25)], abs=1e-3)
    assert np.abs(frames[7].to_ndarray(format="bgr24").astype(int) - picture(7, 160, 120)).mean() < 10
    content = path.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")  # plays while it is still being loaded


def test_pictures_of_another_size_are_scaled(tmp_path: Path) -> None:
    with VideoWriter(tmp_path / "out.mp4", 64, 48, 25) as writer:
        writer.write(picture(0, 64, 48))
        writer.write(picture(1, 320, 240))
    with av.open(str(tmp_path / "out.mp4")) as file:
        assert {(frame.width, frame.height) for frame in file.decode(video=0)} == {(64, 48)}


def test_an_error_in_between_leaves_nothing_and_keeps_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "out.mp4"
    path.write_bytes(b"earlier")
    with pytest.raises(ValueError, match="uint8"), VideoWriter(path, 64, 48, 25) as writer:
        writer.write(np.zeros((48, 64), np.uint8))
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == b"earlier"


def test_a_full_disk_is_said_clearly_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "out.mp4"
    writer = VideoWriter(path, 64, 48, 25)
    writer.write(picture(0, 64, 48))

    def full(*_: object) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(WorkFailedError, match="No space left on device"):
        writer.close()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"nowhere/out\.mp4: .*No such file"):
        VideoWriter(tmp_path / "nowhere" / "out.mp4", 64, 48, 25)


@pytest.mark.parametrize(("width", "height", "fps"), [(1, 48, 25), (64, 0, 25), (64, 48, 0), (64, 48, float("nan"))])
def test_a_video_that_cannot_be(tmp_path: Path, width: int, height: int, fps: float) -> None:
    with pytest.raises(BadInputError, match="cannot be made"):
        VideoWriter(tmp_path / "out.mp4", width, height, fps)


def test_only_pictures_are_written(tmp_path: Path) -> None:
    writer = VideoWriter(tmp_path / "out.mp4", 64, 48, 25)
    with pytest.raises(ValueError, match="uint8"):
        writer.write(np.zeros((48, 64), np.uint8))
    writer.discard()
    with pytest.raises(RuntimeError, match="closed"):
        writer.write(picture(0, 64, 48))
    assert list(tmp_path.iterdir()) == []


def test_only_a_regular_file_is_ever_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path, words in (
        (tmp_path, "folder"),
        (Path(), "folder"),
        (pipe, "device or a pipe"),
        (Path("/dev/null"), "device"),
    ):
        with pytest.raises(BadInputError, match=words):
            VideoWriter(path, 64, 48, 25)
    assert list(tmp_path.iterdir()) == [pipe]
    assert pipe.is_fifo()


def test_without_a_picture_nothing_is_made_and_nothing_replaced(tmp_path: Path) -> None:
    path = tmp_path / "out.mp4"
    path.write_bytes(b"earlier")
    with VideoWriter(path, 64, 48, 25):
        pass
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == b"earlier"
