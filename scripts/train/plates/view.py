"""How a finder hands a plate over: cut out of its surroundings, nearly upright, stretched to the reader's rectangle."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from .backdrop import Backdrops

Picture = NDArray[np.uint8]
Quad = NDArray[np.float32]
"""Corners (4, 2) float32, x and y: top left, top right, bottom right, bottom left."""

VIEW_HEIGHT, VIEW_WIDTH = 48, 144
MARGIN = 0.04
"""The room that a rectification leaves around a plate, as a share of the plate's sides."""
_PAD = 0.35
BOX_CHANCE = 0.25
"""How many plates come as upright boxes around a tilted plate, not as rectified corners."""


def view_plate(rng: np.random.Generator, plate: Picture, backdrops: Backdrops) -> Picture:
    """`plate` uint8 (h, w, 3) as the reader gets it: uint8 (48, 144, 3), with what is around it."""
    if rng.random() < BOX_CHANCE:
        return _warp(plate, _boxed(rng, plate.shape[1] / plate.shape[0]), rng, backdrops)
    return _warp(plate, _rectified(rng), rng, backdrops)


def cut_plate(rng: np.random.Generator, plate: Picture, backdrops: Backdrops) -> Picture:
    """A view that shows only a part of `plate`, as a wrong find does: less than three quarters of it."""
    share = float(rng.uniform(0.35, 0.72))
    if rng.random() < 0.75:
        shift = -1.0 / share if rng.random() < 0.5 else 0.0
        left, top, width, height = (0.0 if shift == 0.0 else VIEW_WIDTH * (1 + shift)), 2.0, VIEW_WIDTH / share, 44.0
    else:
        upper = rng.random() < 0.5
        height = VIEW_HEIGHT / share
        left, top, width = 3.0, (0.0 if upper else VIEW_HEIGHT - height), 138.0
    quad = np.array([[left, top], [left + width, top], [left + width, top + height], [left, top + height]], np.float32)
    return _warp(plate, quad + rng.normal(0, 1.5, (4, 2)).astype(np.float32), rng, backdrops)


def _rectified(rng: np.random.Generator) -> Quad:
    """Where the plate's corners come to lie when the found corners are off by a few per cent."""
    margin = MARGIN + (rng.uniform(0.05, 0.15) if rng.random() < 0.12 else rng.normal(0.0, 0.02))
    inset_x, inset_y = margin / (1 + 2 * margin) * VIEW_WIDTH, margin / (1 + 2 * margin) * VIEW_HEIGHT
    right, bottom = VIEW_WIDTH - inset_x, VIEW_HEIGHT - inset_y
    quad = np.array([[inset_x, inset_y], [right, inset_y], [right, bottom], [inset_x, bottom]], np.float32)
    spread = rng.choice((0.6, 1.0, 1.8), p=(0.45, 0.4, 0.15))
    shift = rng.normal(0.0, (VIEW_WIDTH * 0.012 * spread, VIEW_HEIGHT * 0.03 * spread), 2)
    jitter = rng.normal(0.0, (VIEW_WIDTH * 0.013 * spread, VIEW_HEIGHT * 0.04 * spread), (4, 2))
    return np.asarray(quad + shift + jitter, np.float32)


def _boxed(rng: np.random.Generator, aspect: float) -> Quad:
    """The plate tilted, sheared and foreshortened inside the upright box around it."""
    quad = np.array([[0, 0], [aspect, 0], [aspect, 1], [0, 1]], np.float64)
    quad[:, 0] *= rng.uniform(0.6, 1.05)
    tilt, shear = np.deg2rad(rng.normal(0.0, 7.0)), rng.normal(0.0, 0.15)
    turn = np.array([[np.cos(tilt), -np.sin(tilt)], [np.sin(tilt), np.cos(tilt)]]) @ np.array(
        [[1.0, shear], [0.0, 1.0]]
    )
    quad = quad @ turn.T + rng.normal(0.0, 0.025, (4, 2))
    low, high = quad.min(axis=0), quad.max(axis=0)
    margin = rng.normal(0.01, 0.02, (2, 2)) * (high - low)
    low, high = low - margin[0], high + margin[1]
    return np.asarray((quad - low) / (high - low) * (VIEW_WIDTH, VIEW_HEIGHT), np.float32)


def _warp(plate: Picture, quad: Quad, rng: np.random.Generator, backdrops: Backdrops) -> Picture:
    height, width = plate.shape[:2]
    pad_x, pad_y = int(width * _PAD), int(height * _PAD)
    canvas = backdrops.patch(rng, width + 2 * pad_x, height + 2 * pad_y)
    if rng.random() < 0.35:
        _frame(rng, canvas, pad_x, pad_y)
    canvas[pad_y : pad_y + height, pad_x : pad_x + width] = plate
    right, bottom = pad_x + width, pad_y + height
    corners = np.array([[pad_x, pad_y], [right, pad_y], [right, bottom], [pad_x, bottom]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, quad)
    view = cv2.warpPerspective(
        canvas, matrix, (VIEW_WIDTH, VIEW_HEIGHT), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(view, np.uint8)


def _frame(rng: np.random.Generator, canvas: Picture, pad_x: int, pad_y: int) -> None:
    """A dealer's or chrome frame around the plate."""
    thick = int(rng.uniform(0.02, 0.12) * (canvas.shape[0] - 2 * pad_y)) + 1
    colour = float(rng.choice((15, 40, 190, 230)))
    near = (pad_x - thick, pad_y - thick)
    far = (canvas.shape[1] - pad_x + thick, canvas.shape[0] - pad_y + thick)
    cv2.rectangle(canvas, near, far, (colour, colour, colour), -1)
