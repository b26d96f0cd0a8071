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


def small_picture(frame: Frame, width: int) -> Plane:
    """Luma at most `width` pixels wide, float32 (h, w), 0–255."""
    luma = frame.luma()
    width = min(width, frame.width)
    height = max(1, round(frame.height * width / frame.width))
    if (width, height) != (frame.width, frame.height):
        luma = np.asarray(cv2.resize(luma, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
    return np.asarray(cv2.blur(luma.astype(np.float32), (3, 3)), np.float32)


def in_light_of(scene: Plane, picture: Plane) -> Plane:
    """`scene` as it would look in the light of `picture`: lamps, clouds and automatic exposure put a factor on pixels.

    The factor is the median over a tile, so objects may cover nearly half of one, and runs smoothly between tiles.
    """
    columns, rows = _TILES
    now, before = picture[::_SPARSE, ::_SPARSE], scene[::_SPARSE, ::_SPARSE]
    ratio = (now + _PEDESTAL) / (before + _PEDESTAL)
    high, wide = ratio.shape[0] // rows, ratio.shape[1] // columns
    if not high or not wide:
        return scene
    tiles = ratio[: rows * high, : columns * wide].reshape(rows, high, columns, wide)
    factors = np.median(tiles.transpose(0, 2, 1, 3).reshape(rows, columns, -1), axis=2).astype(np.float32)
    if np.abs(factors - 1).max() < _CHANGED:
        return scene
    smooth = cv2.resize(factors, (scene.shape[1], scene.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray((scene + _PEDESTAL) * smooth - _PEDESTAL, np.float32)
