"""How a plate is seen: the corners of a flat rectangle turned in space and projected."""

from __future__ import annotations

from math import cos, radians, sin

import numpy as np
from numpy.typing import NDArray

from .scene import Quad

WORST_ROLL_DEG = 45.0


def seen_from(yaw: float, pitch: float, roll: float, aspect: float, distance: float) -> Quad:
    """Corners of a plate of unit width around its centre.

    ``yaw``, ``pitch`` and ``roll`` are degrees, ``aspect`` is width over height, ``distance`` of the pinhole camera is
    in plate widths (small: strong perspective). The mean width on the picture is one.
    """
    half = 0.5 / aspect
    flat = np.array([[-0.5, -half, 0], [0.5, -half, 0], [0.5, half, 0], [-0.5, half, 0]])
    y, p, r = radians(yaw), radians(pitch), radians(roll)
    about_y = np.array([[cos(y), 0, sin(y)], [0, 1, 0], [-sin(y), 0, cos(y)]])
    about_x = np.array([[1, 0, 0], [0, cos(p), -sin(p)], [0, sin(p), cos(p)]])
    about_z = np.array([[cos(r), -sin(r), 0], [sin(r), cos(r), 0], [0, 0, 1]])
    turned: NDArray[np.float64] = flat @ (about_z @ about_x @ about_y).T
    seen = turned[:, :2] / (1 + turned[:, 2:] / distance)
    width = (np.hypot(*(seen[1] - seen[0])) + np.hypot(*(seen[2] - seen[3]))) / 2
    return (seen / width).astype(np.float32)


def random_pose(rng: np.random.Generator, aspect: float) -> Quad:
    """Mostly nearly upright as on a road, one in three anywhere up to 45° of tilt."""
    if rng.random() < 0.35:
        yaw, pitch, roll = rng.uniform(-55, 55), rng.uniform(-40, 40), rng.uniform(-WORST_ROLL_DEG, WORST_ROLL_DEG)
    else:
        yaw, pitch, roll = rng.normal(0, 18), rng.normal(0, 12), rng.normal(0, 6)
        yaw, pitch, roll = np.clip(yaw, -55, 55), np.clip(pitch, -40, 40), np.clip(roll, -45, 45)
    return seen_from(yaw, pitch, roll, aspect, rng.uniform(3, 20))
