from pathlib import Path

import cv2
import numpy as np
import pytest

from skynet.domain.geometry import Box
from skynet.vision import ImageError, StillImage


def written(path: Path, pixels: np.ndarray) -> Path:
    done, data = cv2.imencode(path.suffix, pixels)
    assert done
    path.write_bytes(data.tobytes())
    return path


@pytest.mark.parametrize(
    ("content", "fault"),
    [(b"", "is empty"), (b"hello", "is no picture"), (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "is no picture")],
)
def test_bad_files_are_one_clear_line(tmp_path: Path, content: bytes, fault: str) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(content)
    with pytest.raises(ImageError, match=fault) as caught:
        StillImage.load(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_files_and_folders_are_named(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="no such file"):
        StillImage.load(tmp_path / "a.png")
    with pytest.raises(ImageError, match="is a folder"):
        StillImage.load(tmp_path)


def test_a_jpeg_cut_short_is_refused_and_one_without_its_end_mark_is_not(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (200, 300, 3), np.uint8)
    path = written(tmp_path / "a.jpg", noise)
    whole = path.read_bytes()
    path.write_bytes(whole[:-2])
    assert StillImage.load(path).width == 300
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ImageError, match="cut short"):
        StillImage.load(path)


@pytest.mark.parametrize("shape", [(20, 30), (20, 30, 3), (20, 30, 4)])
@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
def test_grey_transparent_and_sixteen_bit_become_colour(tmp_path: Path, shape: tuple[int, ...], depth: type) -> None:
    image = StillImage.load(written(tmp_path / "a.png", np.full(shape, np.iinfo(depth).max // 2, depth)))
    assert image.pixels.shape == (20, 30, 3)
    assert image.pixels.dtype == np.uint8
    assert abs(int(image.pixels[0, 0, 0]) - 127) <= 1


def test_extreme_sizes_survive(tmp_path: Path) -> None:
    assert StillImage.load(written(tmp_path / "a.png", np.zeros((1, 1, 3), np.uint8))).luma().shape == (1, 1)
    wide = StillImage.load(written(tmp_path / "b.png", np.zeros((2, 10_000, 3), np.uint8)))
    assert wide.bgr(100, 1).shape == (1, 100, 3)


def test_crops_are_cut_at_the_edge() -> None:
    image = StillImage(np.zeros((50, 100, 3), np.uint8))
    assert image.crop(Box(-10, -10, 30, 30)).shape == (20, 20, 3)
    assert image.crop(Box(90, 40, 30, 30)).shape == (10, 10, 3)
    assert image.crop(Box(200, 200, 30, 30)).size == 0
