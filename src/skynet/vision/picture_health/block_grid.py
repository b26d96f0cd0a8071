"""A picture in blocks: what is wrong with a part of it is told from what is wrong with all of it."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from skynet.domain.geometry import Polygon

COLUMNS, ROWS = 16, 9
WIDTH, HEIGHT = 160, 90
"""Of the picture in which structure is compared, whatever the camera's own size: 10 × 10 pixels a block."""

Blocks = NDArray[np.float32]
"""One value a block, float32 (ROWS, COLUMNS)."""


def block_means(picture: NDArray[np.float32] | NDArray[np.uint8]) -> Blocks:
    """Means of a picture of any size over the blocks of the grid."""
    return np.asarray(cv2.resize(picture.astype(np.float32), (COLUMNS, ROWS), interpolation=cv2.INTER_AREA), np.float32)


def hidden_pixels(masks: Sequence[Polygon]) -> NDArray[np.bool_]:
    """(HEIGHT, WIDTH), True where a privacy mask (normalised) or its edge shows or is smeared to by scaling."""
    drawn = np.zeros((HEIGHT, WIDTH), np.uint8)
    for mask in masks:
        corners = np.array([(p.x * WIDTH, p.y * HEIGHT) for p in mask.points])
        cv2.fillPoly(drawn, [corners.round().astype(np.int32)], 1)
        cv2.polylines(drawn, [corners.round().astype(np.int32)], True, 1, thickness=5)
    return drawn.astype(np.bool_)


def seen_blocks(hidden: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """True for blocks without a hidden pixel."""
    touched = hidden.reshape(ROWS, HEIGHT // ROWS, COLUMNS, WIDTH // COLUMNS).any(axis=(1, 3))
    return np.asarray(~touched, np.bool_)


def largest_region(blocks: NDArray[np.bool_]) -> int:
    """How many blocks the largest connected region of True blocks has."""
    count, _, stats, _ = cv2.connectedComponentsWithStats(blocks.astype(np.uint8), connectivity=4)
    return int(stats[1:, cv2.CC_STAT_AREA].max()) if count > 1 else 0
