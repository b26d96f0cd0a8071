"""Puts a flat drawing into a picture: perspective, rim, light of the place, sharpness of the place."""

from __future__ import annotations

import cv2
import numpy as np

from .scene import Picture, Quad

RIM_COLOURS = ((20, 20, 20), (60, 60, 60), (200, 200, 200), (235, 235, 235), (120, 130, 140))


def paste(picture: Picture, drawing: Picture, corners: Quad, rng: np.random.Generator) -> None:
    """Draw ``drawing`` into ``picture`` (in place) so that its four corners fall on ``corners``.

    A rim (the holder, a screw frame, the recess of a bumper) is drawn outside the corners, never inside. What falls
    outside the picture is cut off.
    """
    drawing = _shrunk(drawing, corners)
    height, width = drawing.shape[:2]
    rim = int(rng.uniform(0.02, 0.12) * height) + 1 if rng.random() < 0.6 else 0
    canvas = cv2.copyMakeBorder(drawing, rim, rim, rim, rim, cv2.BORDER_CONSTANT, value=_rim_colour(rng))
    # corners are edges of pixels, not centres: the drawing spans -0.5 … width-0.5 in warp coordinates
    source = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32) + (rim - 0.5)
    reach = 6 + int(0.15 * max(np.ptp(corners[:, 0]), np.ptp(corners[:, 1])))
    x0, y0 = np.maximum(np.floor(corners.min(0)).astype(int) - reach, 0)
    x1, y1 = np.minimum(np.ceil(corners.max(0)).astype(int) + reach, (picture.shape[1], picture.shape[0]))
    if x1 - x0 < 3 or y1 - y0 < 3:
        return
    spot = picture[y0:y1, x0:x1]
    matrix = cv2.getPerspectiveTransform(source, corners - np.array([x0, y0], np.float32) - 0.5)
    size = (int(x1 - x0), int(y1 - y0))
    warped = cv2.warpPerspective(canvas, matrix, size, flags=cv2.INTER_LINEAR).astype(np.float32)
    cover = cv2.warpPerspective(np.ones(canvas.shape[:2], np.float32), matrix, size, flags=cv2.INTER_LINEAR)
    warped, cover = _softened(warped, cover, float(np.ptp(corners[:, 0])), rng)
    lit = _lit(warped, cover, spot, rng)
    spot[:] = np.clip(lit + spot * (1 - cover[..., None]), 0, 255).astype(np.uint8)


def _shrunk(drawing: Picture, corners: Quad) -> Picture:
    """The drawing at no more than about 1.5 times the size it will have, so that warping does not alias."""
    wanted = 1.5 * max(np.hypot(*(corners[1] - corners[0])), np.hypot(*(corners[2] - corners[3])))
    factor = wanted / drawing.shape[1]
    if factor >= 0.9:
        return drawing
    size = (max(8, round(drawing.shape[1] * factor)), max(4, round(drawing.shape[0] * factor)))
    return cv2.resize(drawing, size, interpolation=cv2.INTER_AREA)


def _rim_colour(rng: np.random.Generator) -> tuple[float, float, float]:
    colour = np.array(RIM_COLOURS[rng.integers(len(RIM_COLOURS))]) + rng.normal(0, 12, 3)
    return tuple(float(c) for c in np.clip(colour, 0, 255))  # type: ignore[return-value]  # three, by construction


def _softened(
    warped: np.ndarray, cover: np.ndarray, width: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Lens or motion blur of the plate alone, colour and coverage together."""
    draw = rng.random()
    if draw < 0.45:
        sigma = rng.uniform(0.3, 0.5 + 0.012 * width)
        return cv2.GaussianBlur(warped, (0, 0), sigma), cv2.GaussianBlur(cover, (0, 0), sigma)
    if draw < 0.6:
        length = int(rng.uniform(2, 3 + 0.05 * width))
        kernel = np.zeros((length, length), np.float32)
        end = length - 1
        line = ((0, end // 2, end, end // 2), (end // 2, 0, end // 2, end), (0, 0, end, end))[rng.integers(3)]
        cv2.line(kernel, line[:2], line[2:], 1.0)
        kernel /= kernel.sum()
        return cv2.filter2D(warped, -1, kernel), cv2.filter2D(cover, -1, kernel)
    return warped, cover


def _lit(warped: np.ndarray, cover: np.ndarray, spot: Picture, rng: np.random.Generator) -> np.ndarray:
    """The plate under the light of its surrounding; sometimes brighter (it reflects), with a shadow or a glare."""
    here = spot.reshape(-1, 3).mean(0).astype(np.float32)
    level = float(here.mean())
    gain = (max(level, 12.0) / 115.0) ** rng.uniform(0.35, 0.9) * rng.uniform(0.65, 1.35)
    cast = (here / max(level, 1.0)) ** rng.uniform(0, 0.5)
    height, width = cover.shape
    lit = warped * (np.clip(gain, 0.12, 1.5) * cast)
    if rng.random() < 0.4:
        slope_x, slope_y = rng.uniform(-0.35, 0.35, 2)
        ramp = 1 + slope_x * np.linspace(-1, 1, width)[None, :] + slope_y * np.linspace(-1, 1, height)[:, None]
        lit *= ramp[..., None].astype(np.float32)
    if rng.random() < 0.15:
        _shadow(lit, rng)
    if rng.random() < 0.08:
        _glare(lit, cover, rng)
    if rng.random() < 0.3:
        lit += cover[..., None] * np.float32(rng.uniform(0, 30))  # haze: the whole plate paler
    return lit


def _shadow(lit: np.ndarray, rng: np.random.Generator) -> None:
    height, width = lit.shape[:2]
    cut = int(rng.uniform(0.2, 0.8) * height)
    tilt = int(rng.uniform(-0.3, 0.3) * height)
    area = np.zeros((height, width), np.float32)
    cv2.fillPoly(area, [np.array([[0, 0], [width, 0], [width, cut + tilt], [0, cut - tilt]], np.int32)], 1.0)
    lit *= 1 - np.float32(rng.uniform(0.2, 0.6)) * area[..., None]


def _glare(lit: np.ndarray, cover: np.ndarray, rng: np.random.Generator) -> None:
    height, width = lit.shape[:2]
    x, y = rng.uniform(0, width), rng.uniform(0, height)
    radius = rng.uniform(0.1, 0.35) * width
    far = (np.arange(width) - x)[None, :] ** 2 + (np.arange(height) - y)[:, None] ** 2
    lit += (cover * np.exp(-far / (2 * radius**2)) * rng.uniform(80, 220))[..., None].astype(np.float32)
