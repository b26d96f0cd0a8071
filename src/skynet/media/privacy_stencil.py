"""Areas that nobody may look at, burned into a picture before anything sees it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from skynet.domain.geometry import Polygon
from skynet.media.picture_planes import PicturePlanes

_BLACK, _BLACK_FULL_RANGE, _NO_COLOUR = 16, 0, 128


@dataclass(frozen=True, slots=True, eq=False)
class PrivacyStencil:
    """Masks rasterised for pictures of one size. A pixel that a polygon only touches is hidden too."""

    luma: NDArray[np.bool_]
    """(height, width), True where hidden."""
    chroma: NDArray[np.bool_]
    """(ceil(height/2), ceil(width/2)), True where any of the four pixels is hidden."""

    @classmethod
    def of(cls, masks: Sequence[Polygon], width: int, height: int) -> PrivacyStencil:
        """`masks` are normalised polygons."""
        drawn = np.zeros((height + height % 2, width + width % 2), np.uint8)
        for mask in masks:
            corners = np.array([(p.x * width, p.y * height) for p in mask.points])
            # Filled twice, rounded down and up, and outlined: the stencil never ends inside the polygon.
            for rounded in (np.floor(corners), np.ceil(corners)):
                points = rounded.astype(np.int32)
                cv2.fillPoly(drawn, [points], 1)
                cv2.polylines(drawn, [points], True, 1, thickness=2)
        hidden = drawn.astype(np.bool_)
        chroma = hidden[0::2, 0::2] | hidden[0::2, 1::2] | hidden[1::2, 0::2] | hidden[1::2, 1::2]
        return cls(hidden[:height, :width], chroma)

    def burn(self, planes: PicturePlanes) -> PicturePlanes:
        """Copies of the planes with the hidden pixels black and colourless."""
        black = _BLACK_FULL_RANGE if planes.full_range else _BLACK
        return PicturePlanes(
            _painted(planes.luma, self.luma, black),
            _painted(planes.u, self.chroma, _NO_COLOUR),
            _painted(planes.v, self.chroma, _NO_COLOUR),
            planes.full_range,
        )


def _painted(plane: NDArray[np.uint8], hidden: NDArray[np.bool_], value: int) -> NDArray[np.uint8]:
    copy = plane.copy()
    np.copyto(copy, np.uint8(value), where=hidden)
    copy.flags.writeable = False
    return copy
