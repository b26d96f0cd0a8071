"""House fronts: rows of windows, balconies, air conditioners, shops with signs, and which windows are lit at night."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from .ground_art import noise
from .mesh import Colour, box, merged, quad
from .scenery import Prop, sign_picture

PIXELS_PER_M = 40


@dataclass(frozen=True)
class FacadeStyle:
    """A house front: wall colour (sRGB 0-1), storeys, window spacing, share of lit windows, shops below."""

    wall: tuple[float, float, float] = (0.62, 0.58, 0.52)
    storey: float = 3.0
    bay: float = 3.2
    lit: float = 0.0
    shops: tuple[str, ...] = ()
    shop_glow: float = 0.0


class _Front:
    """Two layers under paint: albedo and mask (paint, gloss, glow, tail)."""

    def __init__(self, width: float, height: float, style: FacadeStyle, rng: np.random.Generator) -> None:
        self.shape = (round(height * PIXELS_PER_M), round(width * PIXELS_PER_M))
        self.height = height
        tone = 1 + 0.03 * noise(self.shape, 4, rng) + 0.05 * noise(self.shape, 160, rng)
        streaks = cv2.resize(
            rng.normal(size=(2, self.shape[1] // 6 + 2)).astype(np.float32),
            self.shape[::-1],
            interpolation=cv2.INTER_CUBIC,
        )
        tone += 0.03 * streaks
        self.albedo = ((tone[..., None] * np.array(style.wall)).clip(0.03, 0.95) * 255).astype(np.uint8)
        self.mask = np.zeros((*self.shape, 4), dtype=np.uint8)

    def fill(
        self, x0: float, z0: float, x1: float, z1: float, colour: tuple[int, int, int], gloss: int = 0, glow: int = 0
    ) -> None:
        """Fill a rectangle in metres, z up."""
        left, right = round(x0 * PIXELS_PER_M), round(x1 * PIXELS_PER_M)
        top, bottom = round((self.height - z1) * PIXELS_PER_M), round((self.height - z0) * PIXELS_PER_M)
        top, left = max(top, 0), max(left, 0)
        self.albedo[top:bottom, left:right] = colour
        self.mask[top:bottom, left:right] = (0, gloss, glow, 0)

    def stamp(self, picture: npt.NDArray[np.uint8], x0: float, z1: float, glow: int) -> None:
        """Put a picture with its upper left corner at (x0, z1)."""
        left, top = round(x0 * PIXELS_PER_M), max(round((self.height - z1) * PIXELS_PER_M), 0)
        target = self.albedo[top : top + picture.shape[0], left : left + picture.shape[1]]
        target[:] = picture[: target.shape[0], : target.shape[1]]
        self.mask[top : top + target.shape[0], left : left + target.shape[1]] = (0, 30, glow, 0)


def _window(front: _Front, x: float, z: float, style: FacadeStyle, rng: np.random.Generator) -> None:
    """One window with frame, curtain, sill, perhaps an air conditioner below."""
    width, height = style.bay * 0.52, 1.55
    front.fill(x - 0.06, z - 0.06, x + width + 0.06, z + height + 0.06, (196, 196, 192))
    lit = rng.uniform() < style.lit
    if lit:
        warm = rng.uniform()
        colour = (250, int(205 + 30 * (1 - warm)), int(120 + 100 * (1 - warm)))
        front.fill(x, z, x + width, z + height, colour, 80, int(rng.uniform(90, 255)))
    else:
        shade = int(rng.uniform(22, 60))
        front.fill(x, z, x + width, z + height, (shade, shade + 4, shade + 8), 255)
    if rng.uniform() < 0.6:
        part = width * rng.uniform(0.2, 0.5)
        shade = int(rng.uniform(120, 190))
        front.fill(x, z, x + part, z + height, (shade, shade - 6, shade - 16), 60, 90 if lit else 0)
    front.fill(x + width / 2 - 0.03, z, x + width / 2 + 0.03, z + height, (200, 200, 198))
    front.fill(x - 0.12, z - 0.14, x + width + 0.12, z - 0.06, (150, 148, 144))
    if rng.uniform() < 0.5:
        left = x + width + 0.2
        front.fill(left, z - 0.1, left + 0.8, z + 0.48, (206, 206, 202))
        front.fill(left + 0.1, z - 0.03, left + 0.55, z + 0.40, (120, 122, 124))


def _shops(front: _Front, width: float, style: FacadeStyle, rng: np.random.Generator) -> None:
    """Ground-floor shops: glass, doors and sign boards."""
    share = width / len(style.shops)
    fields = [(178, 24, 28), (20, 92, 60), (18, 60, 130), (214, 120, 20), (235, 235, 230), (96, 24, 96)]
    glow = round(255 * style.shop_glow)
    for index, name in enumerate(style.shops):
        x = index * share
        front.fill(x + 0.15, 0.1, x + share - 0.15, 2.7, (40, 44, 48) if not glow else (225, 214, 190), 220, glow // 2)
        for post in np.linspace(x + 0.15, x + share - 0.15, max(3, round(share / 1.4))):
            front.fill(post - 0.04, 0.1, post + 0.04, 2.7, (160, 162, 164))
        for _ in range(26):
            left = x + rng.uniform(0.3, max(0.4, share - 0.9))
            tone = rng.integers(50, 190, 3)
            top = rng.uniform(0.5, 1.5)
            tone = (tone * 0.35 + 0.65 * float(tone.mean()) + (70 if glow else -40)).clip(10, 235)
            front.fill(left, 0.25, left + rng.uniform(0.15, 0.4), top, tuple(int(v) for v in tone), 60, glow // 3)
        field = fields[(index + int(rng.integers(0, 6))) % len(fields)]
        ink = (250, 246, 220) if sum(field) < 600 else (190, 30, 30)
        size = (round((share - 0.3) * PIXELS_PER_M), round(1.0 * PIXELS_PER_M))
        front.stamp(sign_picture(name, size, field, ink, 0), x + 0.15, 3.75, glow)


def facade(
    width: float, height: float, style: FacadeStyle, rng: np.random.Generator
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """Albedo (h, w, 3) and mask (h, w, 4) of a house front."""
    front = _Front(width, height, style, rng)
    start = 4.2 if style.shops else 0.9
    bays = max(1, int(width / style.bay))
    margin = (width - bays * style.bay) / 2
    z = start
    while z + 2.4 < height:
        for index in range(bays):
            _window(front, margin + index * style.bay + style.bay * 0.16, z + 0.5, style, rng)
        front.fill(0, z - 0.45, width, z - 0.33, tuple(int(v * 210) for v in style.wall))
        z += style.storey
    if style.shops:
        _shops(front, width, style, rng)
    else:
        front.fill(0, 0, width, 0.6, (110, 106, 102))
    return front.albedo, front.mask


def house(
    start: tuple[float, float],
    end: tuple[float, float],
    height: float,
    depth: float,
    style: FacadeStyle,
    rng: np.random.Generator,
    side_colour: Colour = (0.3, 0.28, 0.26),
) -> list[Prop]:
    """A block whose front runs from `start` to `end` (left to right as seen from the street)."""
    a, b = np.array(start), np.array(end)
    width = float(np.linalg.norm(b - a))
    along = (b - a) / width
    back = np.array([-along[1], along[0]]) * depth
    albedo, mask = facade(width, height, style, rng)
    front = quad([(*a, 0), (*b, 0), (*b, height), (*a, height)], gloss=0.8)
    c, d = b + back, a + back
    sides = [
        quad([(*b, 0), (*c, 0), (*c, height), (*b, height)], side_colour),
        quad([(*d, 0), (*a, 0), (*a, height), (*d, height)], side_colour),
    ]
    roof = quad([(*a, height), (*b, height), (*c, height), (*d, height)], (0.25, 0.24, 0.23))
    rail = box(
        (min(a[0], b[0]) - 0.1, min(a[1], b[1]) - 0.1, height),
        (max(a[0], b[0]) + 0.1, max(a[1], b[1]) + 0.1, height + 0.5),
        side_colour,
    )
    return [Prop(front, albedo, mask), Prop(merged([*sides, roof, rail]))]
