"""What stands along a street: trees, lamps, fences, signs, kerbs, bollards, hedges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from .mesh import Colour, Mesh, box, merged, quad, rod, rotation, superellipsoid, surface, translation, tube
from .plate_art import FONT


@dataclass(frozen=True)
class Prop:
    """A part of the street that does not move, with its textures."""

    mesh: Mesh
    albedo: npt.NDArray[np.uint8] | None = None
    mask: npt.NDArray[np.uint8] | None = None
    cutout: bool = False
    detail: float = 0.0
    casts: bool = True
    repeat: bool = False


def leaf_texture(rng: np.random.Generator, size: int = 256) -> npt.NDArray[np.uint8]:
    """A spray of leaves with transparent gaps, uint8 (size, size, 4)."""
    picture = np.zeros((size, size, 4), dtype=np.uint8)
    picture[..., :3] = (58, 82, 38)
    for _ in range(95):
        radius = size * 0.46 * np.sqrt(rng.uniform(0, 1))
        angle = rng.uniform(0, 2 * np.pi)
        centre = (int(size / 2 + radius * np.cos(angle)), int(size / 2 + radius * np.sin(angle)))
        tone = rng.uniform(0.65, 1.3)
        colour = (int(62 * tone), int(92 * tone), int(40 * tone), 255)
        axes = (int(size * rng.uniform(0.05, 0.085)), int(size * rng.uniform(0.02, 0.035)))
        cv2.ellipse(picture, centre, axes, float(rng.uniform(0, 180)), 0, 360, colour, -1)
    return picture


def _cards(
    centres: npt.NDArray[np.float64],
    normals: npt.NDArray[np.float64],
    size: float,
    tint: npt.NDArray[np.float64],
    rng: np.random.Generator,
) -> Mesh:
    """Leaf cards facing all ways, shaded as part of a round crown."""
    count = len(centres)
    first = rng.normal(size=(count, 3))
    first /= np.linalg.norm(first, axis=1, keepdims=True)
    second = np.cross(first, rng.normal(size=(count, 3)))
    second /= np.linalg.norm(second, axis=1, keepdims=True)
    half = size * rng.uniform(0.7, 1.25, (count, 1)) / 2
    corners = np.stack(
        [
            centres - first * half - second * half,
            centres + first * half - second * half,
            centres + first * half + second * half,
            centres - first * half + second * half,
        ],
        axis=1,
    )
    vertices = np.zeros((count, 4, 13), dtype=np.float32)
    vertices[..., 0:3] = corners
    vertices[..., 3:6] = normals[:, None]
    vertices[..., 6:8] = np.array([[0, 1], [1, 1], [1, 0], [0, 0]])
    vertices[..., 8:11] = tint[:, None]
    base = np.arange(count)[:, None] * 4
    faces = np.concatenate([base + np.array([0, 1, 2]), base + np.array([0, 2, 3])])
    return Mesh(vertices.reshape(-1, 13), faces.astype(np.int32))


def crown(
    centre: Sequence[float], radii: Sequence[float], cards: int, rng: np.random.Generator, size: float = 0.7
) -> Mesh:
    """Foliage as clumps of leaf cards."""
    clumps = max(6, cards // 40)
    directions = rng.normal(size=(clumps, 3))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    middles = directions * rng.uniform(0.45, 0.88, (clumps, 1)) * np.asarray(radii)
    owner = rng.integers(0, clumps, cards)
    spread = rng.normal(size=(cards, 3)) * 0.24 * np.asarray(radii)
    places = middles[owner] + spread
    normals = places / np.asarray(radii) + spread * 0.9 + np.array([0, 0, 0.35])
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-6)
    depth = np.linalg.norm(places / np.asarray(radii), axis=1)
    tone = (0.55 + 0.5 * depth.clip(0, 1.1)) * rng.uniform(0.85, 1.15, cards) * rng.uniform(0.8, 1.15, clumps)[owner]
    tint = tone[:, None] * np.array([1.0, 1.0, 0.95]) * (1 + rng.normal(0, 0.04, (cards, 3)))
    return _cards(places + np.asarray(centre), normals, size, tint, rng)


def tree(x: float, y: float, height: float, rng: np.random.Generator, cards: int = 520) -> tuple[Mesh, Mesh]:
    """Trunk with limbs, and foliage."""
    bark = (0.09, 0.072, 0.055)
    lean = rng.normal(0, 0.12, 2)
    split = height * 0.42
    path = np.array([[x, y, 0], [x + lean[0] * 0.4, y + lean[1] * 0.4, split * 0.6], [x + lean[0], y + lean[1], split]])
    parts = [tube(path, np.array([0.17, 0.13, 0.11]) * height / 7, bark, 10)]
    top = path[-1]
    for angle in np.linspace(0, 2 * np.pi, 5, endpoint=False) + rng.uniform(0, 1):
        out = np.array([np.cos(angle), np.sin(angle), 0]) * height * 0.2
        rise = np.array([0.0, 0.0, height])
        limb = np.array([top, top + out * 0.5 + rise * 0.14, top + out + rise * 0.3])
        parts.append(tube(limb, np.array([0.08, 0.055, 0.02]) * height / 7, bark, 7))
    radius = height * 0.30
    leaves = crown((top[0], top[1], height * 0.72), (radius, radius, height * 0.30), cards, rng, size=height * 0.085)
    return merged(parts), leaves


def hedge(low: Sequence[float], high: Sequence[float], rng: np.random.Generator) -> Mesh:
    """A clipped hedge."""
    size = np.asarray(high) - np.asarray(low)
    count = int(90 * size[0] * size[1] + 130 * (size[0] + size[1]) * size[2])
    places = rng.uniform(low, high, (count, 3))
    axis = rng.integers(0, 3, count)
    top = rng.uniform(size=count) < 0.45
    places[top, 2] = high[2]
    side = ~top & (axis < 2)
    places[side, 0] = np.where(rng.uniform(size=side.sum()) < 0.5, low[0], high[0])
    normals = np.tile([0.0, 0.0, 1.0], (count, 1))
    normals[side] = [0.0, -0.8, 0.5]
    normals += rng.normal(0, 0.3, normals.shape)
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    tint = rng.uniform(0.75, 1.1, (count, 1)) * np.array([0.85, 1.0, 0.7])
    return _cards(places, normals, 0.28, tint, rng)


def lamp_post(x: float, y: float, height: float, arm: float, lit: float = 0.0) -> Mesh:
    """A street lamp with its arm along x (sign of `arm`) and a flat LED head."""
    steel = (0.30, 0.31, 0.32)
    parts = [
        tube(
            np.array([[x, y, 0], [x, y, height * 0.5], [x, y, height]]),
            np.array([0.10, 0.08, 0.06]),
            steel,
            10,
            gloss=0.2,
        )
    ]
    parts += [
        tube(
            np.array([[x, y, height - 0.3], [x + arm * 0.5, y, height + 0.15], [x + arm, y, height + 0.2]]),
            np.array([0.05, 0.045, 0.04]),
            steel,
            8,
        )
    ]
    parts += [superellipsoid((x + arm * 1.12, y, height + 0.2), (abs(arm) * 0.22, 0.15, 0.05), steel, 0.6)]
    low = height + 0.14
    reach = abs(arm) * 0.18
    glass = [(x + arm * 1.12 - reach, y + 0.12, low), (x + arm * 1.12 + reach, y + 0.12, low)]
    glass += [(x + arm * 1.12 + reach, y - 0.12, low), (x + arm * 1.12 - reach, y - 0.12, low)]
    parts += [quad(glass, (1.0, 0.92, 0.75) if lit else (0.6, 0.6, 0.6), glow=lit)]
    parts += [box((x - 0.2, y - 0.2, 0), (x + 0.2, y + 0.2, 0.12), (0.3, 0.3, 0.29))]
    return merged(parts)


def kerb(start: tuple[float, float], end: tuple[float, float], width: float = 0.16, height: float = 0.15) -> Mesh:
    """Kerb stones with dark joints between two points along x or y."""
    parts = []
    length = float(np.hypot(end[0] - start[0], end[1] - start[1]))
    count = max(1, round(length / 1.0))
    direction = np.array([end[0] - start[0], end[1] - start[1]]) / length
    angle = float(np.arctan2(direction[1], direction[0]))
    for index in range(count):
        tone = 0.34 + 0.05 * np.sin(index * 2.39)
        stone = box((0.012, -width / 2, 0), (length / count - 0.012, width / 2, height), (tone, tone, tone * 0.97))
        at = np.array(start) + direction * index * length / count
        parts.append(stone.moved(translation(float(at[0]), float(at[1]), 0) @ rotation("z", angle)))
    return merged(parts)


def railing(
    start: tuple[float, float], end: tuple[float, float], height: float = 1.0, colour: Colour = (0.62, 0.63, 0.64)
) -> Mesh:
    """A municipal steel railing with posts every two metres."""
    a, b = np.array(start), np.array(end)
    length = float(np.linalg.norm(b - a))
    posts = max(1, round(length / 2.0))
    parts = []
    for index in range(posts + 1):
        x, y = a + (b - a) * index / posts
        parts.append(box((x - 0.045, y - 0.045, 0), (x + 0.045, y + 0.045, height + 0.08), colour, 0.3))
    parts += [rod((*a, z), (*b, z), 0.028, colour, 0.3) for z in (height, height * 0.22)]
    for index in range(posts * 10):
        x, y = a + (b - a) * (index + 0.5) / (posts * 10)
        parts.append(rod((x, y, height * 0.22), (x, y, height), 0.011, colour, 0.3))
    return merged(parts)


def pole(x: float, y: float, height: float, radius: float = 0.05, colour: Colour = (0.45, 0.46, 0.47)) -> Mesh:
    """A plain post."""
    return rod((x, y, 0), (x, y, height), radius, colour, 0.2)


def bollard(x: float, y: float, colour: Colour = (0.55, 0.40, 0.05)) -> Mesh:
    """A short post with a dark band."""
    return merged(
        [rod((x, y, 0), (x, y, 0.75), 0.07, colour, 0.2), rod((x, y, 0.52), (x, y, 0.62), 0.075, (0.03, 0.03, 0.03))]
    )


def sign_picture(
    words: str,
    size: tuple[int, int],
    field: tuple[int, int, int],
    ink: tuple[int, int, int],
    border: int = 6,
) -> npt.NDArray[np.uint8]:
    """A lettered board, uint8 (h, w, 3)."""
    picture = Image.new("RGB", size, field)
    pen = ImageDraw.Draw(picture)
    if border:
        pen.rectangle(
            (border, border, size[0] - border - 1, size[1] - border - 1), outline=ink, width=max(2, border // 2)
        )
    lines = words.split("\n")
    points = int(min((size[1] - 4 * border) / len(lines) * 0.82, (size[0] - 5 * border) / max(map(len, lines)) * 0.96))
    font = ImageFont.truetype(str(FONT), max(10, points), index=2)
    for index, text in enumerate(lines):
        left, top, right, bottom = font.getbbox(text)
        y = size[1] * (index + 0.5) / len(lines) - (bottom + top) / 2
        pen.text((size[0] / 2 - (right + left) / 2, y), text, font=font, fill=ink)
    return np.asarray(picture)


def round_sign(words: str, ring: tuple[int, int, int] = (200, 20, 25), size: int = 256) -> npt.NDArray[np.uint8]:
    """A round prohibition sign with characters, transparent outside, uint8 (size, size, 4)."""
    picture = Image.new("RGBA", (size, size), (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    pen.ellipse((2, 2, size - 3, size - 3), fill=(*ring, 255))
    pen.ellipse((26, 26, size - 27, size - 27), fill=(240, 240, 240, 255))
    font = ImageFont.truetype(str(FONT), 96, index=2)
    left, top, right, bottom = font.getbbox(words)
    pen.text(((size - right - left) / 2, (size - bottom - top) / 2), words, font=font, fill=(15, 15, 15, 255))
    return np.asarray(picture)


def board(
    centre: Sequence[float], width: float, height: float, facing: float, glow: float = 0.0, lean: float = 0.0
) -> Mesh:
    """A thin board; `facing` is the heading of its face in radians."""
    half, up = width / 2, height / 2
    face = quad([(0, -half, -up), (0, half, -up), (-lean, half, up), (-lean, -half, up)], glow=glow)
    return face.moved(translation(*centre) @ rotation("z", facing))


def plane(low: tuple[float, float], high: tuple[float, float], z: float, colour: Colour) -> Mesh:
    """A level rectangle, for the ground far away."""
    points = np.array([(low[0], low[1], z), (high[0], low[1], z), (high[0], high[1], z), (low[0], high[1], z)])
    return surface(points, np.array([[0, 1, 2], [0, 2, 3]]), colour)
