"""Noise that surfaces are made of: tiles that wrap, sampled at metres."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

FloatImage = NDArray[np.float32]
SIDE = 512


def fractal_tile(rng: np.random.Generator, roughness: float = 0.55) -> FloatImage:
    """A tile of `SIDE`² that wraps, mean 0 and deviation 1: octaves of smooth noise, each `roughness` as strong."""
    total = np.zeros((SIDE, SIDE), np.float32)
    strength = 1.0
    for octave in range(2, 10):
        cells = rng.standard_normal((1 << octave, 1 << octave)).astype(np.float32)
        wrapped = np.pad(cells, 2, mode="wrap")
        scale = SIDE >> octave
        grown = cv2.resize(wrapped, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
        total += strength * grown[2 * scale : 2 * scale + SIDE, 2 * scale : 2 * scale + SIDE]
        strength *= roughness
    return np.asarray((total - total.mean()) / total.std(), np.float32)


def sample(tile: FloatImage, x: FloatImage, y: FloatImage, metres: float) -> FloatImage:
    """The tile laid out every `metres`, read at x, y (float32, one shape)."""
    scale = np.float32(SIDE / metres)
    wrapped_x, wrapped_y = np.mod(x * scale, SIDE - 1), np.mod(y * scale, SIDE - 1)
    read = cv2.remap(
        tile, wrapped_x.astype(np.float32), wrapped_y.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP
    )
    return np.asarray(read, np.float32)


def cell_random(a: NDArray[np.int64], b: NDArray[np.int64], salt: int) -> FloatImage:
    """A number in 0…1 for each pair of cell indices, always the same for the same pair."""
    mixed = (a * 374761393 + b * 668265263 + salt * 2246822519) & 0xFFFFFFFF
    mixed = ((mixed ^ (mixed >> 13)) * 1274126177) & 0xFFFFFFFF
    return np.asarray(((mixed ^ (mixed >> 16)) & 0xFFFF) / 65535.0, np.float32)
