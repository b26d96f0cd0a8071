"""Bicycles with riders whose legs pedal, and cars."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from skynet.cli.bench.scenes.brush import Brush, Colour
from skynet.cli.bench.scenes.walker import Look

_PAINTS: tuple[Colour, ...] = (
    (205, 205, 205), (40, 40, 42), (120, 70, 40), (50, 50, 165), (120, 122, 126), (70, 90, 60), (150, 190, 200),
)  # fmt: skip


@dataclass(frozen=True)
class Paint:
    """A car's body colour and how long and high it is, metres."""

    colour: Colour
    length: float
    height: float

    @classmethod
    def random(cls, rng: np.random.Generator) -> Paint:
        colour = _PAINTS[int(rng.integers(len(_PAINTS)))]
        return cls(colour, float(rng.uniform(3.7, 4.7)), float(rng.uniform(1.4, 1.75)))


def draw_bicycle(brush: Brush, look: Look, phase: float, side_on: bool) -> None:
    """`phase` is the angle of the cranks, radians."""
    brush.ellipse((0, 0), (0.9 if side_on else 0.35, 0.1), (0, 0, 0), alpha=0.35)
    if not side_on:
        _rider_front(brush, look, phase)
        return
    metal = (46.0, 46.0, 52.0)
    for x in (-0.52, 0.52):
        brush.ellipse((x, 0.34), (0.33, 0.33), (28, 28, 30), rim=0.045)
        for spoke in range(4):
            angle = phase * 0.7 + spoke * math.pi / 4
            dx, dy = 0.31 * math.cos(angle), 0.31 * math.sin(angle)
            brush.line([(x - dx, 0.34 - dy), (x + dx, 0.34 + dy)], 0.01, (110, 110, 110))
    crank = (-0.05, 0.3)
    brush.line([(-0.52, 0.34), crank, (0.38, 0.82), (-0.18, 0.82), (-0.52, 0.34)], 0.04, metal)
    brush.line([(0.52, 0.34), (0.38, 0.98), (0.5, 1.02)], 0.035, metal)
    hip, shoulder = (-0.2, 0.98), (0.16, 1.45)
    for turn, dark in ((math.pi, 0.65), (0.0, 1.0)):
        foot = (crank[0] + 0.17 * math.cos(-phase + turn), crank[1] + 0.17 * math.sin(-phase + turn) + 0.04)
        knee = _knee(hip, foot, 0.44)
        trousers = tuple(part * dark for part in look.trousers)
        brush.line([hip, knee, foot], 0.12, (trousers[0], trousers[1], trousers[2]))
        brush.line([foot, (foot[0] + 0.12, foot[1] - 0.02)], 0.08, (30, 30, 34))
    brush.line([hip, shoulder], 0.24, look.coat)
    brush.line([shoulder, (0.34, 1.2), (0.46, 1.04)], 0.09, tuple(part * 0.8 for part in look.coat))  # type: ignore[arg-type]  # three of them
    brush.ellipse((0.24, 1.66), (0.1, 0.125), look.hair)
    brush.ellipse((0.27, 1.63), (0.075, 0.09), look.skin)


def _rider_front(brush: Brush, look: Look, phase: float) -> None:
    brush.line([(0, 0.05), (0, 0.66)], 0.06, (28, 28, 30))
    for side, turn in ((-1, 0.0), (1, math.pi)):
        lift = 0.14 * math.sin(phase + turn)
        brush.line([(side * 0.1, 0.95), (side * 0.17, 0.68 + lift), (side * 0.11, 0.28 + lift)], 0.12, look.trousers)
        brush.line([(side * 0.2, 1.4), (side * 0.3, 1.16), (side * 0.26, 1.04)], 0.09, look.coat)
    brush.polygon([(-0.22, 1.45), (0.22, 1.45), (0.15, 0.92), (-0.15, 0.92)], look.coat)
    brush.line([(-0.28, 1.03), (0.28, 1.03)], 0.035, (46, 46, 52))
    brush.ellipse((0, 1.65), (0.1, 0.125), look.hair)
    brush.ellipse((0, 1.62), (0.08, 0.09), look.skin)


def _knee(hip: tuple[float, float], foot: tuple[float, float], part: float) -> tuple[float, float]:
    """Where two bones of `part` metres each meet, knee forward."""
    dx, dy = foot[0] - hip[0], foot[1] - hip[1]
    apart = min(math.hypot(dx, dy), 2 * part - 1e-3)
    out = math.sqrt(part * part - apart * apart / 4)
    return (hip[0] + dx / 2 - dy / apart * out, hip[1] + dy / 2 + dx / apart * out)


def draw_car(brush: Brush, paint: Paint, phase: float, lit: bool) -> None:
    """From the side, driving to the right; `phase` turns the wheels, `lit` switches the lamps on."""
    half, top = paint.length / 2, paint.height
    dark = tuple(part * 0.72 for part in paint.colour)
    brush.polygon([(-half - 0.1, 0.1), (half + 0.1, 0.1), (half - 0.1, -0.16), (-half + 0.05, -0.16)], (0, 0, 0), 0.5)
    brush.polygon(
        [(-half, 0.3), (-half, 0.78), (-half + 0.15, 0.92), (half - 0.5, 0.9), (half - 0.05, 0.72), (half, 0.3)],
        paint.colour,
    )
    brush.polygon([(-half, 0.3), (-half, 0.5), (half, 0.48), (half, 0.3)], (dark[0], dark[1], dark[2]))
    roof = [(-half + 0.25, 0.9), (-half + 0.75, top), (0.35, top), (half - 1.15, 0.9)]
    brush.polygon(roof, paint.colour)
    brush.polygon([(-half + 0.45, 0.94), (-half + 0.84, top - 0.08), (-0.1, top - 0.08), (-0.1, 0.94)], (62, 54, 48))
    brush.polygon([(0.0, 0.94), (0.0, top - 0.08), (0.3, top - 0.08), (half - 1.32, 0.94)], (74, 64, 56))
    brush.ellipse((-0.5, 1.12), (0.1, 0.13), (60, 70, 90))
    for x in (-half + 0.78, half - 0.8):
        brush.ellipse((x, 0.32), (0.33, 0.33), (24, 24, 26))
        brush.ellipse((x, 0.32), (0.19, 0.19), (120, 120, 124))
        for spoke in range(5):
            angle = phase + spoke * 2 * math.pi / 5
            brush.line([(x, 0.32), (x + 0.18 * math.cos(angle), 0.32 + 0.18 * math.sin(angle))], 0.04, (50, 50, 54))
    brush.ellipse((half - 0.1, 0.66), (0.1, 0.07), (255, 255, 255) if lit else (210, 220, 225))
    brush.ellipse((-half + 0.05, 0.74), (0.06, 0.09), (60, 60, 255) if lit else (40, 40, 150))
