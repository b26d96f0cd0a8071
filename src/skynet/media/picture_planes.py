"""The planes of one decoded picture as arrays, and their way to BGR.

Scaling works on the planes with OpenCV before the colours are converted: at 1080p → 416 × 416 it costs as much as
swscale's crudest filter (FAST_BILINEAR) and 0.6 of its BILINEAR. Colours are converted with
the BT.601 matrix; HD cameras that code with BT.709 come out a few levels off in saturated colours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import av
import cv2
import numpy as np
from numpy.typing import NDArray

_PLANAR = ("yuv420p", "yuvj420p")
_JPEG_RANGE = 2
"""AVCOL_RANGE_JPEG: 0–255 instead of 16–235."""

Plane = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class PicturePlanes:
    """4:2:0 picture: `luma` uint8 (h, w), `u` and `v` uint8 (ceil(h/2), ceil(w/2)); read only.

    `full_range` when black is 0 and white 255, else 16 and 235.
    """

    luma: Plane
    u: Plane
    v: Plane
    full_range: bool

    @classmethod
    def of(cls, picture: av.VideoFrame) -> PicturePlanes:
        """Views of the decoder's planes for 4:2:0 in 8 bits, converted copies for every other format."""
        name = picture.format.name
        converted = name not in (*_PLANAR, "nv12")
        if converted:
            picture = picture.reformat(format="yuv420p", dst_color_range="MPEG")
            name = "yuv420p"
        full_range = not converted and (name == "yuvj420p" or picture.color_range == _JPEG_RANGE)
        width, height = picture.width, picture.height
        half_width, half_height = (width + 1) // 2, (height + 1) // 2
        luma = _plane(picture, 0, width, height)
        if name == "nv12":
            pairs = _plane(picture, 1, 2 * half_width, half_height)
            return cls(luma, pairs[:, 0::2], pairs[:, 1::2], full_range)
        u, v = _plane(picture, 1, half_width, half_height), _plane(picture, 2, half_width, half_height)
        return cls(luma, u, v, full_range)

    def bgr(self, width: int, height: int) -> Plane:
        """The picture scaled to `width` × `height`, uint8 (height, width, 3)."""
        if self.luma.shape == (height, width):
            return _to_bgr(self.luma, self.u, self.v, self.full_range)
        half = ((width + 1) // 2, (height + 1) // 2)
        luma = cv2.resize(self.luma, (width, height), interpolation=cv2.INTER_LINEAR)
        u = cv2.resize(self.u, half, interpolation=cv2.INTER_LINEAR)
        v = cv2.resize(self.v, half, interpolation=cv2.INTER_LINEAR)
        return _to_bgr(_u8(luma), _u8(u), _u8(v), self.full_range)

    def crop_bgr(self, x1: int, y1: int, x2: int, y2: int) -> Plane:
        """The pixels x1 ≤ x < x2, y1 ≤ y < y2 (within the picture), uint8 (y2 - y1, x2 - x1, 3)."""
        left, top = x1 // 2, y1 // 2  # colour is shared by 2 × 2 pixels: cut along those, then trim
        right, bottom = (x2 + 1) // 2, (y2 + 1) // 2
        block = _to_bgr(
            self.luma[2 * top : 2 * bottom, 2 * left : 2 * right],
            self.u[top:bottom, left:right],
            self.v[top:bottom, left:right],
            self.full_range,
        )
        trimmed = block[y1 - 2 * top : y2 - 2 * top, x1 - 2 * left : x2 - 2 * left]
        return np.ascontiguousarray(trimmed)


def _plane(picture: av.VideoFrame, index: int, width: int, height: int) -> Plane:
    plane = picture.planes[index]
    stride = plane.line_size
    rows = np.frombuffer(plane, np.uint8, count=stride * height)  # type: ignore[call-overload]  # a buffer, but typed so only from 3.12
    view: Plane = rows.reshape(height, stride)[:, :width]
    view.flags.writeable = False
    return view


def _to_bgr(luma: Plane, u: Plane, v: Plane, full_range: bool) -> Plane:
    height, width = luma.shape
    if full_range:  # cv2's I420 conversion assumes 16–235, its YCrCb one 0–255
        wide_u, wide_v = (plane.repeat(2, axis=0).repeat(2, axis=1)[:height, :width] for plane in (u, v))
        return _u8(cv2.cvtColor(cv2.merge([luma, wide_v, wide_u]), cv2.COLOR_YCrCb2BGR))
    even_width, even_height = width + width % 2, height + height % 2
    packed = np.empty((even_height * 3 // 2, even_width), np.uint8)
    packed[:height, :width] = luma
    if even_width > width:
        packed[:height, width] = luma[:, -1]
    if even_height > height:
        packed[height, :] = packed[height - 1, :]
    colour = packed[even_height:].reshape(2, even_height // 2, even_width // 2)
    colour[0], colour[1] = u, v
    picture = _u8(cv2.cvtColor(packed, cv2.COLOR_YUV2BGR_I420))
    return picture if (even_height, even_width) == (height, width) else np.ascontiguousarray(picture[:height, :width])


def _u8(array: Any) -> Plane:
    """OpenCV's results are typed as any number; these are bytes."""
    return np.asarray(array, np.uint8)
