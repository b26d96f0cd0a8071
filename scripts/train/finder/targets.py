"""What the network should say about a scene, cell by cell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .cells import STRIDE, UNIT
from .scene import Plate

SMALLEST_PX = 10.0
"""Plates narrower than this are not asked for, only not punished."""
REGRESSED_FROM = 0.3
"""Cells whose share in a plate is above this learn its corners."""


@dataclass(frozen=True, slots=True, eq=False)
class Targets:
    """Maps of rows × columns cells, all float32.

    ``heat`` is 1 in the cell nearest a plate's centre and falls off around it; ``judged`` is 0 where the plate score is
    not judged; ``share`` weighs the corners' loss; ``size`` is the plate's geometric mean of width and height in pixels
    (1 where none); ``two_row`` is 0 or 1; ``corners`` (8, rows, columns) are offsets from the cell's centre in units of
    32 px.
    """

    heat: NDArray[np.float32]
    judged: NDArray[np.float32]
    share: NDArray[np.float32]
    size: NDArray[np.float32]
    two_row: NDArray[np.float32]
    corners: NDArray[np.float32]


def targets_of(plates: list[Plate], rows: int, columns: int) -> Targets:
    """The targets of a picture of 8·rows × 8·columns pixels."""
    flat = (rows, columns)
    maps = Targets(
        np.zeros(flat, np.float32),
        np.ones(flat, np.float32),
        np.zeros(flat, np.float32),
        np.ones(flat, np.float32),
        np.zeros(flat, np.float32),
        np.zeros((8, *flat), np.float32),
    )
    for plate in plates:
        _mark(maps, plate, rows, columns)
    return maps


def _mark(maps: Targets, plate: Plate, rows: int, columns: int) -> None:
    low, high = plate.corners.min(0), plate.corners.max(0)
    x0, y0 = np.clip(np.floor(low / STRIDE).astype(int) - 1, 0, (columns, rows))
    x1, y1 = np.clip(np.ceil(high / STRIDE).astype(int) + 1, 0, (columns, rows))
    if x1 <= x0 or y1 <= y0:
        return
    window = (slice(y0, y1), slice(x0, x1))
    centre = plate.corners.mean(0)
    if (
        plate.doubtful
        or plate.width < SMALLEST_PX
        or not ((centre >= 0) & (centre < (columns * STRIDE, rows * STRIDE))).all()
    ):
        maps.judged[window] = 0
        return
    xs = ((np.arange(x0, x1) + 0.5) * STRIDE)[None, :]
    ys = ((np.arange(y0, y1) + 0.5) * STRIDE)[:, None]
    heat = _falloff(plate, xs - centre[0], ys - centre[1])
    heat /= heat.max()
    nearer = heat > maps.heat[window]
    np.maximum(maps.heat[window], heat, out=maps.heat[window])
    kept = nearer & (heat > REGRESSED_FROM)
    maps.share[window][kept] = heat[kept]
    maps.size[window][kept] = np.sqrt(plate.width * plate.height)
    maps.two_row[window][kept] = plate.two_row
    for index, (x, y) in enumerate(plate.corners):
        maps.corners[(2 * index, *window)][kept] = np.broadcast_to((x - xs) / UNIT, heat.shape)[kept]
        maps.corners[(2 * index + 1, *window)][kept] = np.broadcast_to((y - ys) / UNIT, heat.shape)[kept]


def _falloff(plate: Plate, dx: NDArray[np.float64], dy: NDArray[np.float64]) -> NDArray[np.float32]:
    """A normal bell along and across the text; at least half a cell wide, so that its peak always meets a cell."""
    along = plate.corners[1] + plate.corners[2] - plate.corners[0] - plate.corners[3]
    along = along / np.hypot(*along)
    u, v = dx * along[0] + dy * along[1], dy * along[0] - dx * along[1]
    wide, tall = max(0.55 * STRIDE, 0.12 * plate.width), max(0.55 * STRIDE, 0.17 * plate.height)
    bell = np.exp(-(u**2) / (2 * wide**2) - v**2 / (2 * tall**2))
    return np.asarray(bell, np.float32)
