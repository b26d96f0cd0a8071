from pathlib import Path

import pytest

from skynet.cli.bench.eyes.clip_frames import ClipLabels, load_clip_frames
from skynet.domain.errors import BadInputError
from skynet.domain.label import ObjectLabel
from tests.cli.bench.eyes.clip_files import CLIP, clip_labels, write_clip
from tests.vision.conftest import shared_data

__all__ = ["shared_data"]


def test_the_frames_with_labels_are_those_that_come(tmp_path: Path) -> None:
    write_clip(tmp_path)
    dark, bright = load_clip_frames(tmp_path, clip_labels(0, 3))
    assert (dark.name, bright.name) == (f"{CLIP}#0", f"{CLIP}#3")
    assert dark.frame().pixels.mean() < 10
    assert bright.frame().pixels.mean() > 90
    assert bright.of(ObjectLabel.CAR).tolist() == [[16, 16, 48, 32]]
    assert bright.ignored.tolist() == [[0, 0, 8, 8]]


def test_a_clip_that_is_missing_or_too_short_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"intel_car-detection\.mp4: cannot be read"):
        load_clip_frames(tmp_path, clip_labels(0))
    write_clip(tmp_path)
    with pytest.raises(BadInputError, match="ends before frame 9"):
        load_clip_frames(tmp_path, clip_labels(1, 9))


def test_the_labels_that_come_along_say_how_they_were_made() -> None:
    labels = ClipLabels.load()
    assert "by hand" in labels.made
    frames = [frame for clip in labels.clips for frame in clip.frames]
    assert all(width > 0 and height > 0 for frame in frames for _, _, _, width, height in frame.boxes)
    assert sum(box[0] == "person" for frame in frames for box in frame.boxes) >= 50


def test_every_labelled_box_lies_in_its_frame(shared_data: Path) -> None:
    pictures = load_clip_frames(shared_data / "videos")
    for picture in pictures:
        frame = picture.frame()
        for boxes in (*picture.boxes.values(), picture.ignored):
            assert (boxes >= 0).all(), picture.name
            assert (boxes[:, [0, 2]] <= frame.width).all(), picture.name
            assert (boxes[:, [1, 3]] <= frame.height).all(), picture.name
