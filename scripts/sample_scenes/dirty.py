"""Which rectangles of the picture a moment touches, so that only those are drawn again."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .camera_view import CameraView

Rect = tuple[int, int, int, int]
MARGIN_PX = 6
CONTACT_M = 0.5


def touched(
    camera: CameraView, outline: npt.NDArray[np.floating], sun_towards: tuple[float, float, float] | None
) -> Rect | None:
    """The picture rectangle (x0, y0, x1, y1; rows from the top) of an object with its shadow, None when outside."""
    points = [np.asarray(outline, dtype=float)]
    low, high = points[0].min(axis=0), points[0].max(axis=0)
    foot = [(low[0], low[1]), (low[0], high[1]), (high[0], low[1]), (high[0], high[1])]
    middle = (low + high) / 2
    grown = [(x + CONTACT_M * np.sign(x - middle[0]), y + CONTACT_M * np.sign(y - middle[1]), 0.0) for x, y in foot]
    points.append(np.array(grown))
    if sun_towards:
        towards = np.asarray(sun_towards)
        points.append(points[0] - towards[None] * (points[0][:, 2:] / towards[2]))
    projected = camera.project(np.concatenate(points))
    seen = projected[projected[:, 2] > 1.0]
    if not len(seen):
        return None
    if len(seen) < len(projected):
        return 0, 0, camera.width, camera.height
    x0, y0 = np.floor(seen[:, :2].min(axis=0)).astype(int) - MARGIN_PX
    x1, y1 = np.ceil(seen[:, :2].max(axis=0)).astype(int) + MARGIN_PX
    rect = max(int(x0), 0), max(int(y0), 0), min(int(x1), camera.width), min(int(y1), camera.height)
    return rect if rect[0] < rect[2] and rect[1] < rect[3] else None


def grown(rect: Rect) -> Rect:
    """A rectangle with a pixel more on each side, for what reads its neighbours."""
    return max(rect[0] - 1, 0), max(rect[1] - 1, 0), rect[2] + 1, rect[3] + 1


def disjoint(rects: list[Rect]) -> list[Rect]:
    """Overlapping rectangles joined until none overlap."""
    left = list(rects)
    done: list[Rect] = []
    while left:
        one = left.pop()
        for index, other in enumerate(done):
            if one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]:
                done.pop(index)
                left.append(
                    (min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3]))
                )
                break
        else:
            done.append(one)
    return done
