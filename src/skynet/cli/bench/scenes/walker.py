"""People on foot: legs and arms that swing as the gait says, seen from the side, the front or the back."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from skynet.cli.bench.scenes.brush import Brush, Colour

_SKINS: tuple[Colour, ...] = ((130, 160, 205), (100, 130, 180), (70, 95, 140), (145, 175, 220))
_COATS: tuple[Colour, ...] = (
    (42, 38, 36), (52, 48, 110), (96, 66, 40), (200, 200, 196), (60, 90, 62), (150, 170, 186), (70, 150, 210),
    (40, 40, 150), (110, 104, 100), (180, 150, 120),
)  # fmt: skip
_TROUSERS: tuple[Colour, ...] = ((38, 34, 32), (86, 60, 40), (66, 66, 66), (110, 122, 134), (48, 56, 70))


@dataclass(frozen=True)
class Look:
    """How one person is built and dressed; `height` in metres."""

    height: float
    coat: Colour
    trousers: Colour
    skin: Colour
    hair: Colour
    bag: bool
    long_coat: bool

    @classmethod
    def random(cls, rng: np.random.Generator) -> Look:
        def pick(colours: tuple[Colour, ...]) -> Colour:
            return colours[int(rng.integers(len(colours)))]

        grey = float(rng.uniform(20, 70))
        return cls(
            height=float(rng.uniform(1.55, 1.88)),
            coat=pick(_COATS),
            trousers=pick(_TROUSERS),
            skin=pick(_SKINS),
            hair=(grey, grey, grey * 1.2),
            bag=bool(rng.random() < 0.4),
            long_coat=bool(rng.random() < 0.25),
        )


def draw_walker(brush: Brush, look: Look, phase: float, stride: float, side_on: bool, away: bool) -> None:
    """`phase` radians of the gait (2π is two steps); `stride` 0 stands, 1 walks, up to 1.7 runs."""
    tall = look.height
    brush.ellipse((0.06 * tall, 0.0), (0.22 * tall, 0.045 * tall), (0, 0, 0), alpha=0.3)
    if side_on:
        _side(brush, look, phase, stride)
    else:
        _front(brush, look, phase, stride, away)


def _side(brush: Brush, look: Look, phase: float, stride: float) -> None:
    tall = look.height
    swing = 0.44 * min(stride, 1.6)
    bob = 0.012 * tall * stride * math.cos(2 * phase)
    lean = 0.03 * tall * stride * stride
    hip, shoulder = (0.0, 0.52 * tall + bob), (lean, 0.81 * tall + bob)
    _arm(brush, look, shoulder, swing * math.sin(phase), stride, dark=0.6)
    _leg(brush, look, hip, phase + math.pi, swing, stride, dark=0.68)
    _leg(brush, look, hip, phase, swing, stride, dark=1.0)
    hem = (0.30 if look.long_coat else 0.47) * tall
    flare = 0.02 * tall * math.sin(phase) * stride
    brush.polygon(
        [
            (shoulder[0] - 0.085 * tall, shoulder[1]),
            (shoulder[0] + 0.075 * tall, shoulder[1] + 0.01 * tall),
            (0.08 * tall + flare, hem),
            (-0.09 * tall - flare, hem),
        ],
        look.coat,
    )
    if look.bag:
        brush.ellipse(
            (shoulder[0] - 0.11 * tall, 0.68 * tall + bob), (0.06 * tall, 0.11 * tall), _shade(look.trousers, 1.3)
        )
    _arm(brush, look, shoulder, -swing * math.sin(phase), stride, dark=0.85)
    _head(brush, look, (shoulder[0] + 0.015 * tall, 0.91 * tall + bob), nose=0.02 * tall)


def _front(brush: Brush, look: Look, phase: float, stride: float, away: bool) -> None:
    tall = look.height
    bob = 0.012 * tall * stride * math.cos(2 * phase)
    sway = 0.015 * tall * math.sin(phase) * max(stride, 0.3)
    for side, turn in ((-1, 0.0), (1, math.pi)):
        lift = max(0.0, math.sin(phase + turn)) * 0.1 * tall * min(stride, 1.5)
        knee = (side * 0.055 * tall + sway / 2, 0.27 * tall + lift * 0.8)
        foot = (side * 0.06 * tall, 0.02 * tall + lift)
        brush.line(
            [(side * 0.045 * tall + sway, 0.5 * tall + bob), knee, foot], 0.082 * tall, _shade(look.trousers, 0.9)
        )
        brush.line([foot, (foot[0] + side * 0.015 * tall, foot[1])], 0.065 * tall, (30, 30, 34))
        swing = 0.07 * tall * math.sin(phase + turn + math.pi) * stride
        elbow = (side * 0.15 * tall + sway, 0.63 * tall + bob + swing * 0.4)
        hand = (side * 0.15 * tall + sway, 0.5 * tall + bob + swing)
        brush.line([(side * 0.11 * tall + sway, 0.79 * tall + bob), elbow, hand], 0.06 * tall, _shade(look.coat, 0.8))
        brush.ellipse(hand, (0.025 * tall, 0.03 * tall), look.skin)
    hem = (0.30 if look.long_coat else 0.46) * tall
    brush.polygon(
        [
            (-0.125 * tall + sway, 0.81 * tall + bob),
            (0.125 * tall + sway, 0.81 * tall + bob),
            (0.1 * tall + sway, hem),
            (-0.1 * tall + sway, hem),
        ],
        look.coat,
    )
    if look.bag and away:
        brush.ellipse((sway, 0.69 * tall + bob), (0.085 * tall, 0.11 * tall), _shade(look.trousers, 1.3))
    _head(brush, look, (sway, 0.91 * tall + bob), nose=0 if away else None)


def _leg(
    brush: Brush, look: Look, hip: tuple[float, float], phase: float, swing: float, stride: float, dark: float
) -> None:
    tall = look.height
    thigh = swing * math.sin(phase)
    bend = (0.12 + 0.75 * max(0.0, math.cos(phase)) * min(stride, 1.5)) * min(stride, 1) + 0.02
    knee = (hip[0] + 0.25 * tall * math.sin(thigh), hip[1] - 0.25 * tall * math.cos(thigh))
    shank = thigh - bend
    ankle = (knee[0] + 0.25 * tall * math.sin(shank), max(0.03 * tall, knee[1] - 0.25 * tall * math.cos(shank)))
    brush.line([hip, knee], 0.095 * tall, _shade(look.trousers, dark))
    brush.line([knee, ankle], 0.075 * tall, _shade(look.trousers, dark))
    brush.line([ankle, (ankle[0] + 0.07 * tall, ankle[1] - 0.01 * tall)], 0.05 * tall, _shade((34, 34, 40), dark))


def _arm(brush: Brush, look: Look, shoulder: tuple[float, float], angle: float, stride: float, dark: float) -> None:
    tall = look.height
    elbow = (shoulder[0] + 0.17 * tall * math.sin(angle), shoulder[1] - 0.03 * tall - 0.17 * tall * math.cos(angle))
    bent = angle + 0.15 + 0.5 * max(0.0, stride - 1) * 2
    hand = (elbow[0] + 0.15 * tall * math.sin(bent), elbow[1] - 0.15 * tall * math.cos(bent))
    brush.line([(shoulder[0], shoulder[1] - 0.03 * tall), elbow, hand], 0.058 * tall, _shade(look.coat, dark))
    brush.ellipse(hand, (0.026 * tall, 0.026 * tall), _shade(look.skin, dark))


def _head(brush: Brush, look: Look, at: tuple[float, float], nose: float | None) -> None:
    tall = look.height
    brush.line([(at[0], at[1] - 0.12 * tall), at], 0.05 * tall, look.skin)
    brush.ellipse((at[0], at[1] + 0.012 * tall), (0.056 * tall, 0.068 * tall), look.hair)
    if nose is None:
        brush.ellipse((at[0], at[1] - 0.015 * tall), (0.046 * tall, 0.05 * tall), look.skin)
    elif nose > 0:
        brush.ellipse((at[0] + nose, at[1] - 0.015 * tall), (0.038 * tall, 0.05 * tall), look.skin)


def _shade(colour: Colour, by: float) -> Colour:
    return (min(255.0, colour[0] * by), min(255.0, colour[1] * by), min(255.0, colour[2] * by))
