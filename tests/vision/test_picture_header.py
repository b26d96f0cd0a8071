import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skynet.vision.picture_header import stated_size


def encoded(suffix: str, width: int, height: int, *options: int) -> bytes:
    done, data = cv2.imencode(suffix, np.zeros((height, width, 3), np.uint8), options)
    assert done
    return data.tobytes()


@pytest.mark.parametrize("size", [(1, 1), (300, 20), (5, 4000)])
def test_png_and_jpeg_say_their_size(size: tuple[int, int]) -> None:
    assert stated_size(encoded(".png", *size)) == size
    assert stated_size(encoded(".jpg", *size)) == size
    assert stated_size(encoded(".jpg", *size, cv2.IMWRITE_JPEG_PROGRESSIVE, 1)) == size


def test_other_formats_say_nothing() -> None:
    assert stated_size(encoded(".bmp", 9, 9)) is None
    assert stated_size(b"") is None


@given(st.integers(0, 400), st.binary(max_size=40))
def test_no_bytes_break_it(cut: int, tail: bytes) -> None:
    for suffix in (".png", ".jpg"):
        stated_size(encoded(suffix, 30, 20)[:cut] + tail)
    stated_size(b"\xff\xd8" + tail)
