import numpy as np
import pytest

from skynet.domain.geometry import Box
from skynet.vision import StillImage
from skynet.vision.frame_region import FrameRegion


def picture() -> StillImage:
    pixels = np.random.default_rng(1).integers(0, 255, (60, 100, 3)).astype(np.uint8)
    return StillImage(pixels, captured_at=7.5, index=3, time_error_s=0.2)


def test_a_region_is_that_part_of_the_picture() -> None:
    frame = picture()
    region = FrameRegion(frame, Box(10, 20, 30, 40))
    assert (region.width, region.height) == (30, 40)
    assert (region.index, region.captured_at, region.time_error_s) == (3, 7.5, 0.2)
    assert np.array_equal(region.bgr(), frame.pixels[20:60, 10:40])
    assert np.array_equal(region.luma(), frame.luma()[20:60, 10:40])
    assert region.bgr(15, 20).shape == (20, 15, 3)


def test_a_crop_of_a_region_never_leaves_it() -> None:
    frame = picture()
    region = FrameRegion(frame, Box(10, 20, 30, 20))
    assert np.array_equal(region.crop(Box(-5, 5, 10, 100)), frame.pixels[25:40, 10:15])
    assert region.crop(Box(50, 0, 10, 10)).size == 0


def test_a_region_is_cut_at_the_edge_of_the_picture() -> None:
    region = FrameRegion(picture(), Box(-10, 50.5, 40.2, 100))
    assert (region.x, region.y, region.width, region.height) == (0, 50, 31, 10)


def test_a_region_outside_the_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="outside the picture of 100 × 60"):
        FrameRegion(picture(), Box(200, 0, 10, 10))
