"""The picture that a gate compares: small, so that noise averages out and a look costs little."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from skynet.domain.frame import Frame

Plane = NDArray[np.float32]

_TILES = (8, 8)
"""Columns and rows in which the light may change each by its own factor."""
_SPARSE = 4
"""Every fourth pixel of every fourth row tells the light well enough."""
_PEDESTAL = 8.0
"""Added to both pictures: what is nearly black follows no factor."""
_CHANGED = 0.004
_SOFT, _SOFT_SIDES = 6.0, (25, 25)
"""Differences up to so many grey levels are light where they are even over so many pixels."""
_DIMMEST, _BRIGHTEST = 0.4, 2.5
"""Beyond these it is not the light: somebody has covered the camera, or shines into it."""


def reduced_luma(frame: Frame, width: int) -> NDArray[np.uint8]:
    """Luma about `width` pixels wide, uint8 (h, w); reducing what was reduced so changes nothing.

    Scaled down by a whole number, which is many times cheaper than by any other.
    """
    luma = frame.luma()
    factor = max(1, round(frame.width / width))
    if factor == 1:
        return luma
    high, wide = max(1, frame.height // factor), max(1, frame.width // factor)
    whole = luma[: high * factor, : wide * factor]
    return np.asarray(cv2.resize(whole, (wide, high), interpolation=cv2.INTER_AREA), np.uint8)


def small_picture(frame: Frame, width: int) -> Plane:
    """The picture that is compared: `reduced_luma`, a little blurred, float32 (h, w), 0–255."""
    return np.asarray(cv2.blur(reduced_luma(frame, width).astype(np.float32), (3, 3)), np.float32)


def in_light_of(scene: Plane, picture: Plane) -> Plane:
    """`scene` as it would look in the light of `picture`: lamps, clouds and automatic exposure put a factor on pixels.

    The factor is the median over a tile, so objects may cover nearly half of one, and runs smoothly between tiles.
    What is left is taken for light as far as it is faint and soft: shadows of clouds and glow of lamps have no edges.
    """
    columns, rows = _TILES
    now, before = picture[::_SPARSE, ::_SPARSE], scene[::_SPARSE, ::_SPARSE]
    ratio = (now + _PEDESTAL) / (before + _PEDESTAL)
    high, wide = ratio.shape[0] // rows, ratio.shape[1] // columns
    if not high or not wide:
        return scene
    tiles = ratio[: rows * high, : columns * wide].reshape(rows, high, columns, wide)
    factors = np.median(tiles.transpose(0, 2, 1, 3).reshape(rows, columns, -1), axis=2).astype(np.float32)
    factors = np.clip(factors, _DIMMEST, _BRIGHTEST)
    lit = scene
    if np.abs(factors - 1).max() >= _CHANGED:
        smooth = cv2.resize(factors, (scene.shape[1], scene.shape[0]), interpolation=cv2.INTER_LINEAR)
        lit = (scene + _PEDESTAL) * smooth - _PEDESTAL
    rest = cv2.blur(np.clip(picture - lit, -_SOFT, _SOFT), _SOFT_SIDES)
    return np.asarray(lit + rest, np.float32)
