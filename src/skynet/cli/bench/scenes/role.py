"""Who appears in a scene: a kind, a way through the street, a time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from skynet.cli.bench.scenes.brush import Brush
from skynet.cli.bench.scenes.vehicle import Paint, draw_bicycle, draw_car
from skynet.cli.bench.scenes.view import View
from skynet.cli.bench.scenes.walker import Look, draw_walker

Kind = Literal["person", "bicycle", "car"]
SizeClass = Literal["tiny", "small", "medium", "large"]
Manner = Literal["pass", "fast", "loiter"]

_EXTENT = {"person": (1.0, 2.05), "bicycle": (1.3, 2.0), "car": (2.8, 2.0)}
"""Metres: half the width and the height of what may be drawn."""
_SIZES: tuple[tuple[SizeClass, float], ...] = (("tiny", 0.03), ("small", 0.06), ("medium", 0.15))


@dataclass(frozen=True)
class Step:
    """From (x, z) on the ground to the next, metres, in `seconds`; standing still where they are the same."""

    x: float
    z: float
    to_x: float
    to_z: float
    seconds: float


@dataclass(frozen=True)
class Role:
    """`start_s` is when its first step begins; what is seen of it may begin later."""

    kind: Kind
    manner: Manner
    steps: tuple[Step, ...]
    look: Look
    paint: Paint
    start_s: float = 0.0

    @property
    def seconds(self) -> float:
        return sum(step.seconds for step in self.steps)

    @property
    def height(self) -> float:
        """Metres."""
        return {"person": self.look.height, "bicycle": 1.78, "car": self.paint.height}[self.kind]

    @property
    def half_width(self) -> float:
        return {"person": 0.28, "bicycle": 0.85, "car": self.paint.length / 2}[self.kind]

    def at(self, time_s: float) -> tuple[Step, float, float] | None:
        """The step at `time_s` of the scene, with x and z; None before and after."""
        left = time_s - self.start_s
        if left < 0:
            return None
        for step in self.steps:
            if left < step.seconds:
                share = left / step.seconds
                return step, step.x + (step.to_x - step.x) * share, step.z + (step.to_z - step.z) * share
            left -= step.seconds
        return None

    def draw(self, view: View, time_s: float, lit: bool) -> tuple[Brush, float] | None:
        """A brush that has drawn it, and its distance along the optical axis in metres; None when it is not there."""
        found = self.at(time_s)
        if found is None:
            return None
        step, x, z = found
        u, v = view.project(x, 0, z)
        depth = view.depth(0, z)
        half_width, top = _EXTENT[self.kind]
        across, along = step.to_x - step.x, step.to_z - step.z
        brush = Brush(u, v, view.focal_px / depth, half_width, top, mirrored=across < 0)
        self._draw(brush, time_s - self.start_s, math.hypot(across, along) / step.seconds, across, along, lit)
        return brush, depth

    def _draw(self, brush: Brush, time_s: float, speed: float, across: float, along: float, lit: bool) -> None:
        side_on = abs(across) > 0.6 * abs(along)
        if self.kind == "car":
            draw_car(brush, self.paint, speed / 0.33 * time_s, lit)
        elif self.kind == "bicycle":
            draw_bicycle(brush, self.look, 1.1 * speed * time_s, side_on)
        elif speed > 0.05:
            stride = min(1.7, 0.45 + 0.42 * speed)
            draw_walker(brush, self.look, (3.4 + 1.9 * speed) * time_s, stride, side_on, along > 0)
        else:
            draw_walker(brush, self.look, 1.3 * math.sin(0.9 * time_s), 0.12, side_on=False, away=False)


def size_class(height_share: float) -> SizeClass:
    """The class of an object that is `height_share` of the picture's height."""
    return next((name for name, below in _SIZES if height_share < below), "large")
