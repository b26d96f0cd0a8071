from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from skynet.domain import Box, Frame
from skynet.media import VideoFrame
from tests.media.clips import picture


def frame_of(pix_fmt: str, width: int = 160, height: int = 120) -> tuple[VideoFrame, av.VideoFrame]:
    decoded = av.VideoFrame.from_ndarray(picture(5, width, height), format="bgr24").reformat(format=pix_fmt)
    decoded.time_base = Fraction(1, 25)
    return VideoFrame(7, 1000.5, decoded, None), decoded


def swscale(decoded: av.VideoFrame) -> NDArray[np.uint8]:
    return np.asarray(decoded.reformat(format="bgr24").to_ndarray(), np.uint8)


def far_off(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> float:
    """Mean absolute difference in levels."""
    return float(np.abs(a.astype(np.int16) - b).mean())


FORMATS = ["yuv420p", "yuvj420p", "nv12", "yuv422p", "yuvj422p", "yuv444p", "gray", "bgr24", "yuv420p10le"]


@pytest.mark.parametrize("pix_fmt", FORMATS)
@pytest.mark.parametrize(("width", "height"), [(160, 120), (161, 121), (63, 120)])
def test_colours_are_those_of_swscale(pix_fmt: str, width: int, height: int) -> None:
    frame, decoded = frame_of(pix_fmt, width, height)
    assert frame.bgr().shape == (height, width, 3)
    assert frame.luma().shape == (height, width)
    assert far_off(frame.bgr(), swscale(decoded)) < 4


@pytest.mark.parametrize("pix_fmt", ["yuv420p", "yuvj420p", "nv12"])
@pytest.mark.parametrize(("width", "height"), [(80, 60), (81, 61), (64, 64), (320, 240)])
def test_scaling_keeps_the_picture(pix_fmt: str, width: int, height: int) -> None:
    frame, decoded = frame_of(pix_fmt)
    expected = decoded.reformat(width=width, height=height, format="bgr24", interpolation="BILINEAR").to_ndarray()
    assert frame.bgr(width, height).shape == (height, width, 3)
    assert far_off(frame.bgr(width, height), np.asarray(expected, np.uint8)) < 6


def test_a_scaled_picture_is_made_once() -> None:
    frame, _ = frame_of("yuv420p")
    assert frame.bgr(64, 48) is frame.bgr(64, 48)
    assert frame.bgr() is frame.bgr(160, 120)


@pytest.mark.parametrize("pix_fmt", FORMATS)
@pytest.mark.parametrize(
    "box",
    [Box(0, 0, 160, 120), Box(33, 21, 31, 17), Box(32, 20, 30, 18), Box(150.6, 110.2, 40, 40), Box(-9, -3, 20, 20)],
)
def test_a_crop_is_the_picture_there(pix_fmt: str, box: Box) -> None:
    frame, _ = frame_of(pix_fmt)
    x1, y1 = max(0, int(box.x)), max(0, int(box.y))
    x2, y2 = min(160, int(np.ceil(box.x + box.width))), min(120, int(np.ceil(box.y + box.height)))
    crop = frame.crop(box)
    assert crop.flags.c_contiguous
    np.testing.assert_array_equal(crop, frame.bgr()[y1:y2, x1:x2])


@pytest.mark.parametrize("box", [Box(200, 10, 5, 5), Box(10, 10, 0, 5), Box(-50, -50, 10, 10)])
def test_a_crop_of_nothing_is_empty(box: Box) -> None:
    crop = frame_of("yuv420p")[0].crop(box)
    assert crop.size == 0
    assert crop.ndim == 3


def test_luma_is_the_decoders_own_plane_and_read_only() -> None:
    frame, decoded = frame_of("yuv420p")
    luma = frame.luma()
    assert np.shares_memory(luma, np.frombuffer(decoded.planes[0], np.uint8))
    for array in (luma, frame.bgr(), frame.bgr(64, 48)):
        with pytest.raises(ValueError, match="read-only"):
            array[0, 0] = 0


def test_it_is_a_frame_of_the_domain() -> None:
    frame: Frame = frame_of("yuv420p")[0]
    assert (frame.index, frame.captured_at, frame.width, frame.height) == (7, 1000.5, 160, 120)


def test_a_size_must_have_pixels() -> None:
    with pytest.raises(ValueError, match="no pixels"):
        frame_of("yuv420p")[0].bgr(0, 5)
