from pathlib import Path

import numpy as np
import pytest

from skynet.domain.geometry import Box
from skynet.vision import ImageError, StillImage
from tests.vision.odd_pictures import grey_png, turned_jpeg, written


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


def test_grey_tiff_of_sixteen_bits_keeps_its_brightness(tmp_path: Path) -> None:
    image = StillImage.load(written(tmp_path / "a.tif", np.full((20, 30), 40_000, np.uint16)))
    assert image.pixels[0, 0].tolist() == [156, 156, 156]


@pytest.mark.parametrize(("orientation", "white_at"), [(6, (30, 5)), (8, (30, 35)), (3, (5, 30))])
def test_a_picture_that_is_to_be_turned_is_turned(tmp_path: Path, orientation: int, white_at: tuple[int, int]) -> None:
    pixels = np.zeros((40, 60, 3), np.uint8)
    pixels[20:] = 255
    image = StillImage.load(turned_jpeg(tmp_path / "a.jpg", pixels, orientation))
    assert (image.width, image.height) == ((60, 40) if orientation == 3 else (40, 60))
    assert image.pixels[white_at].min() > 200
    assert image.pixels[-1 - white_at[0], -1 - white_at[1]].max() < 50


def test_extreme_sizes_survive(tmp_path: Path) -> None:
    assert StillImage.load(written(tmp_path / "a.png", np.zeros((1, 1, 3), np.uint8))).luma().shape == (1, 1)
    wide = StillImage.load(written(tmp_path / "b.png", np.zeros((2, 10_000, 3), np.uint8)))
    assert wide.bgr(100, 1).shape == (1, 100, 3)
    assert StillImage.load(grey_png(tmp_path / "c.png", 100_000, 1)).bgr(640, 1).shape == (1, 640, 3)
    assert StillImage.load(grey_png(tmp_path / "d.png", 1, 100_000)).height == 100_000


def test_what_would_unfold_to_gigabytes_is_refused_before_it_does(tmp_path: Path) -> None:
    for size in ((30_000, 30_000), (60_000, 60_000)):
        with pytest.raises(ImageError, match=rf"{size[0]}×{size[1]} is too large; scale it below 200 megapixels"):
            StillImage.load(grey_png(tmp_path / "a.png", *size, rows=1))


def test_a_png_cut_short_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="or a damaged one"):
        StillImage.load(grey_png(tmp_path / "a.png", 300, 300, rows=100))


def test_crops_are_cut_at_the_edge() -> None:
    image = StillImage(np.zeros((50, 100, 3), np.uint8))
    assert image.crop(Box(-10, -10, 30, 30)).shape == (20, 20, 3)
    assert image.crop(Box(90, 40, 30, 30)).shape == (10, 10, 3)
    assert image.crop(Box(200, 200, 30, 30)).size == 0
