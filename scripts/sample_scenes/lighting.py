"""The light of a scene: sun, sky, street lamps, and what the camera's exposure makes of them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Vector3 = tuple[float, float, float]
MAX_LAMPS = 8
MAX_HEADS = 12


@dataclass(frozen=True)
class Lamp:
    """A street lamp shining down; colour in units where the noon sun is about 3."""

    position: Vector3
    colour: Vector3
    focus: float = 1.5


@dataclass(frozen=True)
class Lighting:
    """Light sources and exposure. `sun_towards` points to the sun; `sun_spread` softens its shadow edges."""

    sun_towards: Vector3
    sun_colour: Vector3
    sky_colour: Vector3
    bounce_colour: Vector3
    horizon_colour: Vector3
    haze_density: float = 0.0008
    sun_spread: float = 0.012
    exposure: float = 1.0
    lamps: tuple[Lamp, ...] = field(default=())
    head_glow: float = 0.0
    tail_glow: float = 0.0
    bloom: float = 0.0
    saturation: float = 1.0


@dataclass(frozen=True)
class HeadLight:
    """One beam on the road."""

    position: Vector3
    direction: Vector3
    colour: Vector3


def sun_matrix(
    towards: npt.NDArray[np.floating], centre: Vector3, half_width: float, half_depth: float = 90.0
) -> npt.NDArray[np.float32]:
    """World to the clip space of a parallel light, 4x4, covering `half_width` metres around `centre`."""
    forward = -np.asarray(towards, dtype=float)
    forward /= np.linalg.norm(forward)
    aside = np.array([0.0, 1.0, 0.0]) if abs(forward[2]) > 0.95 else np.array([0.0, 0.0, 1.0])
    right = np.cross(forward, aside)
    right /= np.linalg.norm(right)
    up = np.cross(right, forward)
    matrix = np.eye(4)
    matrix[0, :3], matrix[1, :3], matrix[2, :3] = right / half_width, up / half_width, forward / half_depth
    matrix[:3, 3] = -matrix[:3, :3] @ np.asarray(centre)
    return matrix.astype(np.float32)
