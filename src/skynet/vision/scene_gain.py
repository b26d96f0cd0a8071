"""How much brighter a whole scene became: lamps, clouds and automatic exposure change all pixels by one factor."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

GRID = (32, 18)
MIN_LEVEL, MAX_LEVEL = 12.0, 243.0
"""Cells darker or brighter than this follow no factor: black stays black, clipped white stays white."""
MIN_CELLS = 24


def scene_gain(picture: NDArray[np.float32], reference: NDArray[np.float32]) -> float:
    """The factor that takes `reference` to `picture`, both float32 (H, W) luma 0–255; 1.0 where nothing can be said.

    The median over a coarse grid of cells: objects may cover nearly half of the picture without moving it.
    """
    now = cv2.resize(picture, GRID, interpolation=cv2.INTER_AREA)
    before = cv2.resize(reference, GRID, interpolation=cv2.INTER_AREA)
    usable = (now > MIN_LEVEL) & (now < MAX_LEVEL) & (before > MIN_LEVEL) & (before < MAX_LEVEL)
    if np.count_nonzero(usable) < MIN_CELLS:
        return 1.0
    return float(np.median(now[usable] / before[usable]))
