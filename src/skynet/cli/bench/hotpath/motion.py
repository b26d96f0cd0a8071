"""Motion as NVRs commonly find it: a luma picture of 100 lines against a running average, a fixed threshold.

Written from the public description of Frigate's motion detector and its default settings.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from skynet.cli.bench.hotpath.journal import Shares

_LINES = 100
_THRESHOLD = 30
_LEAST_AREA = 10
_ALPHA = 0.02
_LIGHTNING = 0.8
"""Of the picture changed at once: light, not motion; the average starts anew."""


class RunningAverage:
    """Looks at luma pictures uint8 (h, w), one after the other."""

    def __init__(self) -> None:
        self._average: NDArray[np.float32] | None = None

    def moved(self, luma: NDArray[np.uint8]) -> list[Shares]:
        """Boxes of what has changed."""
        size = (max(1, luma.shape[1] * _LINES // luma.shape[0]), _LINES)
        small = cv2.GaussianBlur(cv2.resize(luma, size, interpolation=cv2.INTER_LINEAR), (3, 3), 0)
        if self._average is None:
            self._average = small.astype(np.float32)
            return []
        change = cv2.absdiff(small, cv2.convertScaleAbs(self._average))
        _, mask = cv2.threshold(change, _THRESHOLD, 255, cv2.THRESH_BINARY)
        cv2.accumulateWeighted(small, self._average, _ALPHA)
        if cv2.countNonZero(mask) > _LIGHTNING * mask.size:
            self._average = small.astype(np.float32)
            return []
        outlines, _ = cv2.findContours(cv2.dilate(mask, None, iterations=2), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)  # type: ignore[call-overload]  # None is the 3 × 3 kernel
        found = []
        for outline in outlines:
            if cv2.contourArea(outline) > _LEAST_AREA:
                x, y, w, h = cv2.boundingRect(outline)
                found.append((x / size[0], y / size[1], w / size[0], h / size[1]))
        return found


def regions_of(boxes: list[Shares], width: int, height: int, side: int = 320) -> list[Shares]:
    """Square regions of at least `side` pixels around boxes; what overlaps is looked at together."""
    squares: list[tuple[float, float, float, float]] = []
    for x, y, w, h in sorted(boxes, key=lambda box: -box[2] * box[3]):
        if any(_inside((x, y, w, h), square) for square in squares):
            continue
        size = min(float(height), max(side, 1.35 * max(w * width, h * height)))
        left = min(max(0.0, (x + w / 2) * width - size / 2), width - size)
        top = min(max(0.0, (y + h / 2) * height - size / 2), height - size)
        squares.append((left / width, top / height, size / width, size / height))
    return squares


def _inside(box: Shares, square: Shares) -> bool:
    return (
        box[0] >= square[0]
        and box[1] >= square[1]
        and box[0] + box[2] <= square[0] + square[2]
        and box[1] + box[3] <= square[1] + square[3]
    )
