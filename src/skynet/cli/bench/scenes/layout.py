"""What stands in a street, from a seed: houses with gaps between them, parked vans, kiosks, hedges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

Kind = Literal["house", "van", "kiosk", "hedge"]

_HOUSE_COLOURS = ((118, 140, 168), (150, 165, 178), (128, 128, 134), (105, 122, 160), (160, 172, 176), (96, 112, 136))
_VAN_COLOURS = ((200, 200, 200), (70, 68, 66), (120, 80, 50), (60, 60, 140), (110, 116, 120))


@dataclass(frozen=True)
class Block:
    """A box on the ground, metres: x from `left` to `right`, z from `near` to `far`. BGR 0…255."""

    kind: Kind
    left: float
    right: float
    near: float
    far: float
    height: float
    colour: tuple[float, float, float]
    salt: int


@dataclass(frozen=True)
class Layout:
    """`gaps` are the side streets: (side -1 or 1, near z, far z)."""

    blocks: tuple[Block, ...]
    gaps: tuple[tuple[int, float, float], ...]
    road_half: float = 4.0
    wall: float = 8.5
    crossing_near: float = 8.0
    crossing_far: float = 15.0
    end: float = 122.0


def random_layout(rng: np.random.Generator) -> Layout:
    """Houses on both sides from z = 18 to 118 with three side streets each, and four to six things that stand."""
    empty = Layout((), ())
    blocks: list[Block] = []
    gaps: list[tuple[int, float, float]] = []
    for side in (-1, 1):
        corner = 18.0
        for about in (38.0, 68.0, 98.0):
            near = about + rng.uniform(-6, 6)
            far = near + rng.uniform(5, 8)
            blocks += _houses(rng, side, empty.wall, corner, near)
            gaps.append((side, near, far))
            corner = far
        blocks += _houses(rng, side, empty.wall, corner, 118.0)
    blocks.append(_block(rng, "house", -45, 45, empty.end, empty.end + 8, rng.uniform(11, 17)))
    for _ in range(int(rng.integers(4, 7))):
        blocks.append(_standing(rng, empty))
    return Layout(tuple(blocks), tuple(gaps))


def _houses(rng: np.random.Generator, side: int, wall: float, near: float, far: float) -> list[Block]:
    houses = []
    while near < far - 1:
        until = min(far, near + rng.uniform(9, 18))
        if far - until < 5:
            until = far
        left, right = (wall, wall + 30) if side > 0 else (-wall - 30, -wall)
        houses.append(_block(rng, "house", left, right, near, until, rng.uniform(8, 17)))
        near = until
    return houses


def _standing(rng: np.random.Generator, layout: Layout) -> Block:
    side = -1 if rng.random() < 0.5 else 1
    kind: Kind = ("van", "van", "kiosk", "hedge")[int(rng.integers(4))]
    near = rng.uniform(22, 84)
    if kind == "van":
        inner = layout.road_half - rng.uniform(1.9, 2.1)
        outer, length, height = layout.road_half - 0.1, rng.uniform(4.2, 5.6), rng.uniform(1.6, 2.3)
    elif kind == "kiosk":
        inner, outer, length, height = 4.7, 6.4, rng.uniform(1.8, 3.0), 2.6
    else:
        inner, outer, length, height = 4.4, 5.0, rng.uniform(4, 9), rng.uniform(0.8, 1.3)
    left, right = (inner, outer) if side > 0 else (-outer, -inner)
    return _block(rng, kind, left, right, near, near + length, height)


def _block(
    rng: np.random.Generator, kind: Kind, left: float, right: float, near: float, far: float, height: float
) -> Block:
    palette = {"house": _HOUSE_COLOURS, "van": _VAN_COLOURS, "kiosk": ((90, 120, 70),), "hedge": ((48, 92, 66),)}[kind]
    colour = palette[int(rng.integers(len(palette)))]
    return Block(kind, left, right, near, far, height, colour, int(rng.integers(1 << 16)))
