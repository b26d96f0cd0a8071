"""Where a change is only light: shadows, the pools of headlamps, reflections. Pure.

Light changes the brightness of a surface and leaves its texture; an object hides it. So where the texture of the
scene still shows, nothing stands in front of it. Where the scene has no texture nothing can be said.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float32]

WINDOW = (7, 7)
SAME_TEXTURE = 0.8
"""Normalised cross-correlation from which two windows show the same surface."""
TEXTURE_TO_NOISE = 2.0
"""A window has texture when its contrast is this many times the noise."""
DARKEST, BRIGHTEST = 0.35, 2.5
"""Light changes a surface by no more than these factors; black under a car is the car's."""


def lit_scene(picture: Plane, scene: Plane, noise: Plane) -> NDArray[np.bool_]:
    """Pixels of `picture` that show `scene` under other light; all float32 (H, W), grey levels."""
    mean_now, mean_before = cv2.blur(picture, WINDOW), cv2.blur(scene, WINDOW)
    spread_now = cv2.blur(picture * picture, WINDOW) - mean_now * mean_now
    spread_before = cv2.blur(scene * scene, WINDOW) - mean_before * mean_before
    together = cv2.blur(picture * scene, WINDOW) - mean_now * mean_before
    textured = spread_before > (TEXTURE_TO_NOISE * noise) ** 2
    alike = together > SAME_TEXTURE * np.sqrt(np.maximum(spread_now * spread_before, 1e-6))
    plausible = (picture > DARKEST * scene) & (picture < BRIGHTEST * scene)
    return np.asarray(textured & alike & plausible, np.bool_)
