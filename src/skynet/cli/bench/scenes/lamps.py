"""Street lamps: how much light falls where, and the glow of the lamps themselves."""

from __future__ import annotations

import cv2
import numpy as np

from skynet.cli.bench.scenes.street import Street
from skynet.cli.bench.scenes.texture import FloatImage

_HEIGHT_M = 6.8
_ROW_M = (10.0, 24.0, 46.0, 70.0, 94.0, 112.0)
_SIDE_M = 5.2
LAMP_SHARE = 0.8
"""Light right below a lamp, beside a bright day's."""
_TINT = (0.62, 0.9, 1.12)
"""BGR of a sodium lamp."""


def lamp_light(street: Street) -> FloatImage:
    """Light per pixel, about 1 right below a lamp; float32 (h, w)."""
    view = street.view
    ray_x, ray_y, ray_z = view.rays()
    along_axis = np.where(street.depth < 1e5, street.depth, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        on_ground = np.where(ray_y < -1e-4, -view.camera_height / ray_y, 0)
    distance = np.where(along_axis > 0, along_axis, np.clip(on_ground, 0, 400)).astype(np.float32)
    x, y, z = ray_x * distance, view.camera_height + ray_y * distance, ray_z * distance
    light = np.zeros_like(distance)
    for number, row in enumerate(_ROW_M):
        side = _SIDE_M if number % 2 else -_SIDE_M
        squared = (x - side) ** 2 + (y - _HEIGHT_M) ** 2 + (z - row) ** 2
        light += (_HEIGHT_M**2 / np.maximum(squared, 3.0)) ** 1.15
    return np.where(distance > 0, np.minimum(light, 2.2), 0).astype(np.float32)


def lit_by_lamps(street: Street, light: FloatImage, ambient: float) -> FloatImage:
    """The street at night, BGR float32 (h, w, 3): lamps, a little light of the sky, glowing lamp heads."""
    tint = np.asarray(_TINT, np.float32)
    picture = street.picture * (light[..., None] * tint * LAMP_SHARE + np.float32(ambient))
    sky = (street.ground == 0) & (street.depth > 1e5)
    picture[sky] = (24, 17, 15)
    glow = np.zeros(light.shape, np.float32)
    for number, row in enumerate(_ROW_M):
        u, v = street.view.project(_SIDE_M if number % 2 else -_SIDE_M, _HEIGHT_M, row)
        radius = max(2, int(0.18 * street.view.focal_px / row))
        cv2.circle(glow, (int(u), int(v)), radius, 900.0, -1, cv2.LINE_AA)
    scale = street.view.height / 1080
    halo = cv2.GaussianBlur(glow, (0, 0), 9 * scale) * 0.7 + cv2.GaussianBlur(glow, (0, 0), 40 * scale) * 0.5 + glow
    return np.asarray(picture + halo[..., None] * tint, np.float32)
