"""How well a frame is likely to show a vehicle's plate: told from its brightness, before anything is read. Pure."""

from __future__ import annotations

import numpy as np

from skynet.domain import Box, Frame

ENOUGH_WIDTH = 360.0
"""Pixels. The plate of a car as wide as this is some 120 wide: more do not make it more legible."""
STROKE = 1 / 180
"""Of a vehicle's width: how wide the strokes of its plate are."""
LOWER = 0.4
"""Plates hang below this share of a vehicle's height."""
EVERY_ROW = 3
LEAST_SHARP = 0.05
"""Of what shows no edge at all."""


def legibility(frame: Frame, box: Box) -> float:
    """For comparing frames of one vehicle: its width in pixels as far as that helps, times how sharp it is (0.05–1).

    Sharp is what changes over the width of a stroke as much as it does over the whole of the vehicle (mean absolute
    difference by standard deviation); motion and focus take that away, darkness and distance do not.
    """
    luma = frame.luma()
    top, bottom = max(0, round(box.y + LOWER * box.height)), round(box.y + box.height)
    left, right = max(0, round(box.x)), round(box.x + box.width)
    seen = luma[top:bottom:EVERY_ROW, left:right].astype(np.float32)
    step = max(1, round(box.width * STROKE))
    if seen.shape[0] == 0 or seen.shape[1] <= step:
        return LEAST_SHARP * size_legibility(box)
    spread = max(1.0, float(seen.std()))
    change = float(np.abs(seen[:, step:] - seen[:, :-step]).mean())
    return size_legibility(box) * max(LEAST_SHARP, min(1.0, change / spread))


def size_legibility(box: Box) -> float:
    """The same where the picture is not at hand yet: as if all frames were equally sharp."""
    return min(box.width, ENOUGH_WIDTH)
