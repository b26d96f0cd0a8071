"""Plane geometry of the picture. Normalised coordinates: (0, 0) top left, (1, 1) bottom right."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple


class Point(NamedTuple):
    """A point in the picture, normalised unless said otherwise."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle in pixels of the source picture, `x, y` its top left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def anchor(self) -> Point:
        """Bottom centre: where the object touches the ground, and the point that zones and lines look at (pixels)."""
        return Point(self.x + self.width / 2, self.y + self.height)

    @property
    def diagonal(self) -> float:
        return math.hypot(self.width, self.height)

    def normalised(self, width: int, height: int) -> Box:
        """The same box as fractions of a picture of `width` × `height` pixels, cut at the picture's edge."""
        x1, y1 = max(0.0, self.x / width), max(0.0, self.y / height)
        x2, y2 = min(1.0, (self.x + self.width) / width), min(1.0, (self.y + self.height) / height)
        return Box(x1, y1, max(0.0, x2 - x1), max(0.0, y2 - y1))

    def scaled(self, across: float, down: float) -> Box:
        """The same box in a picture that is so many times as wide and as high."""
        return Box(self.x * across, self.y * down, self.width * across, self.height * down)

    def padded(self, share: float) -> Box:
        """The box grown on every side by `share` of its own width and height."""
        dx, dy = self.width * share, self.height * share
        return Box(self.x - dx, self.y - dy, self.width + 2 * dx, self.height + 2 * dy)


@dataclass(frozen=True, slots=True)
class Line:
    """A directed segment. Seen from `start` towards `end`, *forward* is a crossing from its left to its right side
    (the picture's y axis points down)."""

    start: Point
    end: Point

    def side(self, point: Point) -> float:
        """> 0 right of the line, < 0 left of it, 0 on it."""
        (ax, ay), (bx, by) = self.start, self.end
        return (bx - ax) * (point.y - ay) - (by - ay) * (point.x - ax)

    def crossing(self, before: Point, after: Point) -> int:
        """+1 when the step `before` → `after` crosses the segment forward, -1 backward, 0 when it does not.

        A point on the line counts as on its right side, so a path that stops on the line and goes on crosses once.
        """
        right_before, right_after = self.side(before) >= 0, self.side(after) >= 0
        if right_before == right_after:
            return 0
        path = Line(before, after)
        if (path.side(self.start) > 0) == (path.side(self.end) > 0):
            return 0
        return 1 if right_after else -1


@dataclass(frozen=True, slots=True)
class Polygon:
    """A simple polygon of at least three points with an area.

    Raises ValueError when the points do not span one.
    """

    points: tuple[Point, ...]

    def __post_init__(self) -> None:
        if len(set(self.points)) < 3:
            raise ValueError(f"a zone needs at least 3 different points, this one has {len(set(self.points))}")
        if self._crosses_itself():
            raise ValueError("the sides of this zone cross each other; list its points in order around the edge")
        if self.area < 1e-6:
            raise ValueError("the points of this zone enclose no area")

    @property
    def area(self) -> float:
        """Shoelace formula; share of the picture when normalised."""
        pairs = zip(self.points, self.points[1:] + self.points[:1], strict=True)
        return abs(sum(a.x * b.y - b.x * a.y for a, b in pairs)) / 2

    def contains(self, point: Point) -> bool:
        """Even-odd rule by ray casting; the edge itself may fall on either side."""
        inside = False
        previous = self.points[-1]
        for current in self.points:
            if (current.y > point.y) != (previous.y > point.y):
                share = (point.y - current.y) / (previous.y - current.y)
                if point.x < current.x + share * (previous.x - current.x):
                    inside = not inside
            previous = current
        return inside

    def _crosses_itself(self) -> bool:
        sides = list(zip(self.points, self.points[1:] + self.points[:1], strict=True))
        count = len(sides)
        for i in range(count):
            for j in range(i + 2, count):
                if (i, j) != (0, count - 1) and Line(*sides[i]).crossing(*sides[j]) != 0:
                    return True
        return False
