"""Pictures as the detector may meet them: at other scales, from above, at night, in rain, blurred, compressed."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from street.pictures import Picture

GREY = 114
LEAST_SIDE = 4.0
"""Pixels below which a box is no longer asked for (it turns into an ignored place)."""
LEAST_SEEN = 0.3
"""A box of which less is left inside the picture is ignored."""


@dataclass(slots=True, eq=False)
class Scene:
    """One training input: as `Picture`, but of the training size, and `trusted` float32 (k, 6) by the quarter of the
    picture that a cell lies in (`quarters` float32 (k, 4))."""

    pixels: NDArray[np.uint8]
    boxes: NDArray[np.float32]
    classes: NDArray[np.int64]
    ignored: NDArray[np.float32]
    trusted: NDArray[np.float32]
    quarters: NDArray[np.float32]


def window(picture: Picture, rng: np.random.Generator, size: tuple[int, int], zoom: tuple[float, float]) -> Scene:
    """A piece of `picture` in a canvas of `size` (width, height), enlarged by `zoom` at random; perhaps mirrored,
    perhaps turned and tilted as if seen from above."""
    width, height = size
    source_h, source_w = picture.pixels.shape[:2]
    fit = min(width / source_w, height / source_h)
    scale = fit * float(np.exp(rng.uniform(np.log(zoom[0]), np.log(zoom[1]))))
    stretch = float(np.exp(rng.normal(0, 0.08)))
    sx, sy = scale * stretch, scale / stretch
    # Where the canvas hangs over: anywhere that keeps picture and canvas together.
    dx = _place(rng, width, sx * source_w)
    dy = _place(rng, height, sy * source_h)
    transform = np.array([[sx, 0, dx], [0, sy, dy], [0, 0, 1]], np.float64)
    if rng.random() < 0.5:
        transform = np.array([[-1, 0, width], [0, 1, 0], [0, 0, 1]], np.float64) @ transform
    steep = rng.random() < 0.2
    if steep:
        transform = _from_above(rng, width, height) @ transform
    if steep:
        flags = cv2.INTER_LINEAR
        pixels = cv2.warpPerspective(
            picture.pixels, transform, size, flags=flags, borderMode=cv2.BORDER_CONSTANT, borderValue=(GREY,) * 3
        )
    else:
        method = cv2.INTER_AREA if scale < 0.6 else cv2.INTER_LINEAR
        pixels = _placed(picture.pixels, transform, size, method)
    boxes = moved(picture.boxes, transform)
    ignored = [moved(picture.ignored, transform)]
    kept, lost = _inside(boxes, width, height)
    ignored.append(boxes[lost])
    return Scene(
        pixels=np.asarray(pixels, np.uint8),
        boxes=_clipped(boxes[kept], width, height),
        classes=picture.classes[kept],
        ignored=_clipped(np.concatenate(ignored), width, height),
        trusted=picture.trusted[None],
        quarters=np.array([[0, 0, width, height]], np.float32),
    )


def mosaic(pictures: list[Picture], rng: np.random.Generator, size: int, zoom: tuple[float, float]) -> Scene:
    """Four windows of four pictures around a point (Bochkovskiy et al., YOLOv4, §3.3)."""
    cx, cy = (round(size * float(rng.uniform(0.3, 0.7))) for _ in range(2))
    corners = ((0, 0, cx, cy), (cx, 0, size, cy), (0, cy, cx, size), (cx, cy, size, size))
    pixels = np.empty((size, size, 3), np.uint8)
    parts = []
    for picture, (x1, y1, x2, y2) in zip(pictures, corners, strict=True):
        part = window(picture, rng, (x2 - x1, y2 - y1), zoom)
        pixels[y1:y2, x1:x2] = part.pixels
        for boxes in (part.boxes, part.ignored, part.quarters):
            boxes += np.array([x1, y1, x1, y1], np.float32)
        parts.append(part)
    return Scene(
        pixels=pixels,
        boxes=np.concatenate([p.boxes for p in parts]),
        classes=np.concatenate([p.classes for p in parts]),
        ignored=np.concatenate([p.ignored for p in parts]),
        trusted=np.concatenate([p.trusted for p in parts]),
        quarters=np.concatenate([p.quarters for p in parts]),
    )


def weathered(pixels: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """The same scene under other light, weather, optics and compression."""
    if rng.random() < 0.8:
        pixels = _other_light(pixels, rng)
    if rng.random() < 0.12:
        pixels = _night(pixels, rng)
    if rng.random() < 0.06:
        pixels = _rain(pixels, rng)
    if rng.random() < 0.12:
        pixels = _blurred(pixels, rng)
    if rng.random() < 0.08:
        pixels = np.repeat(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)[..., None], 3, axis=2)
    if rng.random() < 0.2:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(12, 60))]
        pixels = cv2.imdecode(cv2.imencode(".jpg", pixels, quality)[1], cv2.IMREAD_COLOR)
    return np.asarray(pixels, np.uint8)


def moved(boxes: NDArray[np.float32], transform: NDArray[np.float64]) -> NDArray[np.float32]:
    """The upright boxes around `boxes` after `transform` (3, 3)."""
    if not len(boxes):
        return boxes.reshape(-1, 4)
    x1, y1, x2, y2 = boxes.T
    points = np.stack([x1, y1, x2, y1, x2, y2, x1, y2], axis=1).reshape(-1, 4, 2)
    flat = np.concatenate([points, np.ones((len(boxes), 4, 1))], axis=2) @ transform.T
    flat = flat[..., :2] / np.maximum(flat[..., 2:], 1e-3)
    return np.concatenate([flat.min(axis=1), flat.max(axis=1)], axis=1).astype(np.float32)


def _place(rng: np.random.Generator, room: float, length: float) -> float:
    """Where something of `length` begins in `room`: within it if it fits, else so that it fills it, a little over."""
    low, high = min(0.0, room - length), max(0.0, room - length)
    over = 0.1 * min(room, length)
    return float(rng.uniform(low - over, high + over))


def _placed(
    pixels: NDArray[np.uint8], transform: NDArray[np.float64], size: tuple[int, int], method: int
) -> NDArray[np.uint8]:
    if method == cv2.INTER_AREA:  # warpAffine has no area mode: shrink first
        small = cv2.resize(
            pixels,
            (max(1, round(pixels.shape[1] * abs(transform[0, 0]))), max(1, round(pixels.shape[0] * transform[1, 1]))),
            interpolation=cv2.INTER_AREA,
        )
        transform = transform @ np.diag([pixels.shape[1] / small.shape[1], pixels.shape[0] / small.shape[0], 1])
        pixels = small
    return np.asarray(
        cv2.warpAffine(
            pixels, transform[:2], size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(GREY,) * 3
        ),
        np.uint8,
    )


def _from_above(rng: np.random.Generator, width: int, height: int) -> NDArray[np.float64]:
    """A turn of up to 25° (sometimes a quarter) about the middle and a tilt that narrows the far edge."""
    angle = np.deg2rad(rng.uniform(-25, 25) + (90 * rng.integers(0, 4) if rng.random() < 0.15 else 0))
    cos, sin = np.cos(angle), np.sin(angle)
    tilt = rng.uniform(-0.4, 0.5)
    to_middle = np.array([[1, 0, -width / 2], [0, 1, -height / 2], [0, 0, 1]])
    turn = np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]])
    lean = np.array([[1, rng.normal(0, 0.08), 0], [0, rng.uniform(0.75, 1.1), 0], [0, tilt / height, 1]])
    back = np.array([[1, 0, width / 2], [0, 1, height / 2], [0, 0, 1]])
    return np.asarray(back @ lean @ turn @ to_middle)


def _inside(boxes: NDArray[np.float32], width: int, height: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which boxes are still to be found, and which are cut so far, or so small, that they count for nothing."""
    cut = _clipped(boxes, width, height)
    sides, whole = cut[:, 2:] - cut[:, :2], boxes[:, 2:] - boxes[:, :2]
    seen = sides.prod(axis=1) / np.maximum(whole.prod(axis=1), 1e-6)
    kept = (seen >= LEAST_SEEN) & (sides.min(axis=1, initial=1e9) >= LEAST_SIDE)
    return kept, ~kept & (sides.min(axis=1, initial=1e9) > 0)


def _clipped(boxes: NDArray[np.float32], width: int, height: int) -> NDArray[np.float32]:
    return np.clip(boxes, 0, np.array([width, height, width, height], np.float32)).astype(np.float32)


def _other_light(pixels: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    hsv = cv2.cvtColor(pixels, cv2.COLOR_BGR2HSV)
    steps = np.arange(256)
    hue = ((steps + rng.uniform(-8, 8)) % 180).astype(np.uint8)
    saturation = np.clip(steps * rng.uniform(0.5, 1.5), 0, 255).astype(np.uint8)
    value = np.clip(((steps / 255) ** rng.uniform(0.7, 1.5)) * 255 * rng.uniform(0.7, 1.25), 0, 255).astype(np.uint8)
    channels = cv2.split(hsv)
    tables = (hue, saturation, value)
    mixed = cv2.merge([cv2.LUT(channel, table) for channel, table in zip(channels, tables, strict=True)])
    return np.asarray(cv2.cvtColor(mixed, cv2.COLOR_HSV2BGR), np.uint8)


def _night(pixels: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    dark = (np.arange(256) / 255.0) ** rng.uniform(1.4, 2.4) * 255 * rng.uniform(0.3, 0.8)
    dim = cv2.LUT(pixels, np.clip(dark, 0, 255).astype(np.uint8))
    noise = rng.normal(0, rng.uniform(2, 12), (pixels.shape[0] // 2, pixels.shape[1] // 2, 1)).astype(np.float32)
    grain = cv2.resize(noise, (pixels.shape[1], pixels.shape[0]), interpolation=cv2.INTER_NEAREST)[..., None]
    return np.clip(dim + grain, 0, 255).astype(np.uint8)


def _rain(pixels: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    height, width = pixels.shape[:2]
    streaks = np.zeros((height, width), np.uint8)
    lean = rng.uniform(-0.3, 0.3)
    for x, y in rng.uniform(0, 1, (int(rng.integers(80, 300)), 2)):
        length = rng.uniform(6, 24)
        start = (round(x * width), round(y * height))
        end = (round(start[0] + lean * length), round(start[1] + length))
        cv2.line(streaks, start, end, int(rng.integers(60, 160)), 1, cv2.LINE_AA)
    veil = cv2.addWeighted(pixels, rng.uniform(0.7, 0.95), np.full_like(pixels, 150), 0.12, 0)
    return np.asarray(cv2.add(veil, cv2.cvtColor(streaks, cv2.COLOR_GRAY2BGR)), np.uint8)


def _blurred(pixels: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    if rng.random() < 0.5:
        return np.asarray(cv2.GaussianBlur(pixels, (0, 0), rng.uniform(0.6, 2.0)), np.uint8)
    length = int(rng.integers(3, 9))
    kernel = np.zeros((length, length), np.float32)
    angle = rng.uniform(0, np.pi)
    half = (length - 1) / 2
    for step in np.linspace(-half, half, 2 * length):
        kernel[round(half + step * np.sin(angle)), round(half + step * np.cos(angle))] = 1
    return np.asarray(cv2.filter2D(pixels, -1, kernel / kernel.sum()), np.uint8)
