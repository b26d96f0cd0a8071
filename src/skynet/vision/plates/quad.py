"""Plates as four corners: float32 (4, 2) or (N, 4, 2) in pixels, the text's top left, then clockwise. Pure geometry."""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from skynet.vision.overlap import iou

Corners = NDArray[np.float32]

PLATE_WIDTH, PLATE_HEIGHT = 144, 48
MARGIN = 0.04
"""Of the plate's width and height, on each side of it: corners are a little off, and characters must not be cut."""
SAME_PLATE_IOU = 0.3
"""Of the upright boxes around two quads: plates never stand in front of one another by more, nor does one's box reach
the other's middle."""


def rectified(image: NDArray[np.uint8], corners: Corners) -> NDArray[np.uint8]:
    """The plate between `corners` of `image`, seen from the front: uint8 (48, 144, 3)."""
    sides = [float(np.linalg.norm(corners[a] - corners[b])) for a, b in ((0, 1), (3, 2), (0, 3), (1, 2))]
    shrinking = max(max(sides[:2]) / PLATE_WIDTH, max(sides[2:]) / PLATE_HEIGHT)
    # A plate much larger than the target is cut out larger, then averaged down: a warp alone would skip pixels.
    factor = int(np.clip(round(shrinking), 1, 8))
    width, height = PLATE_WIDTH * factor, PLATE_HEIGHT * factor
    x, y = width * MARGIN / (1 + 2 * MARGIN), height * MARGIN / (1 + 2 * MARGIN)
    target = np.array([[x, y], [width - x, y], [width - x, height - y], [x, height - y]], np.float32)
    # The centre of the first pixel is 0,0 for OpenCV and ½,½ here.
    turn = cv2.getPerspectiveTransform(corners.astype(np.float32) - np.float32(0.5), target - np.float32(0.5))
    flat = cv2.warpPerspective(image, turn, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return cast("NDArray[np.uint8]", flat if factor == 1 else stretched(np.asarray(flat, np.uint8)))


def stretched(plate: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A picture that is one plate, as the reader wants it: uint8 (48, 144, 3)."""
    shrinks = plate.shape[0] > PLATE_HEIGHT or plate.shape[1] > PLATE_WIDTH
    method = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return cast("NDArray[np.uint8]", cv2.resize(plate, (PLATE_WIDTH, PLATE_HEIGHT), interpolation=method))


def distinct(quads: Corners, scores: NDArray[np.float32]) -> list[int]:
    """Which of the quads (N, 4, 2) to keep so that no plate is found twice: the best scores first."""
    boxes = np.concatenate([quads.min(axis=1), quads.max(axis=1)], axis=1)
    middles = quads.mean(axis=1)[:, None]
    within = ((middles > boxes[None, :, :2]) & (middles < boxes[None, :, 2:])).all(axis=2)
    same = within | within.T | (iou(boxes, boxes) > SAME_PLATE_IOU)
    kept: list[int] = []
    for place in np.argsort(-scores, kind="stable").tolist():
        if not same[place, kept].any():
            kept.append(place)
    return kept


def is_plate_like(corners: Corners) -> bool:
    """Whether a flat plate seen by a camera can have these corners: convex, not mirrored, neither thread nor point."""
    along, down = np.roll(corners, -1, axis=0) - corners, np.roll(corners, -2, axis=0) - np.roll(corners, -1, axis=0)
    turns = along[:, 0] * down[:, 1] - along[:, 1] * down[:, 0]
    if not (turns > 0).all():
        return False
    width = float(np.linalg.norm(corners[1] - corners[0]) + np.linalg.norm(corners[2] - corners[3]))
    height = float(np.linalg.norm(corners[3] - corners[0]) + np.linalg.norm(corners[2] - corners[1]))
    return height > 0 and MIN_ASPECT < width / height < MAX_ASPECT


MIN_ASPECT, MAX_ASPECT = 0.7, 9.0
"""Width over height, seen slanting: 1.57 (two rows) and 3.43 (new energy) from the front."""
