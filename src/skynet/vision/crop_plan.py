"""Which parts of a picture to look at where only some of it has changed. Pure geometry, in pixels of the picture."""

from __future__ import annotations

from collections.abc import Sequence

from skynet.domain.geometry import Box

MARGIN = 0.2
"""Around a change, of its size: what moves is often less than the whole object."""


def plan_crops(changes: Sequence[Box], width: int, height: int, side: int) -> list[Box]:
    """Squares around `changes`, at least `side` pixels wide and high, the one with the most change first.

    They lie within the picture of `width` × `height`, where they lose their square shape if they are larger. Changes
    whose squares would overlap share one, so that no two overlap.
    """
    groups = [change.padded(MARGIN) for change in changes]
    merged = True
    while merged:
        merged = False
        for index, group in enumerate(groups):
            square = _square(group, width, height, side)
            other = next(
                (n for n in range(index) if overlap(square, _square(groups[n], width, height, side)) > 0), None
            )
            if other is not None:
                groups[other] = _around(groups[other], group)
                del groups[index]
                merged = True
                break
    groups.sort(key=area, reverse=True)
    return [_square(group, width, height, side) for group in groups]


def overlap(a: Box, b: Box) -> float:
    """The area that both cover, in square pixels."""
    width = min(a.x + a.width, b.x + b.width) - max(a.x, b.x)
    height = min(a.y + a.height, b.y + b.height) - max(a.y, b.y)
    return width * height if width > 0 and height > 0 else 0.0


def area(box: Box) -> float:
    return box.width * box.height


def _around(a: Box, b: Box) -> Box:
    x, y = min(a.x, b.x), min(a.y, b.y)
    return Box(x, y, max(a.x + a.width, b.x + b.width) - x, max(a.y + a.height, b.y + b.height) - y)


def _square(box: Box, width: int, height: int, side: int) -> Box:
    """The square with `box` in its middle, moved into the picture; all of the picture's height or width at most."""
    side = max(side, round(box.width), round(box.height))
    square_width, square_height = min(width, side), min(height, side)
    x = min(max(0, round(box.x + box.width / 2 - square_width / 2)), width - square_width)
    y = min(max(0, round(box.y + box.height / 2 - square_height / 2)), height - square_height)
    return Box(x, y, square_width, square_height)
