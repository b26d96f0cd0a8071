"""Regions of a foreground mask as boxes: one box an object, though a mask shows it in pieces. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.uint8]

MAX_BLOBS = 60
"""More is no scene with objects but weather or a broken picture; the largest are kept."""


@dataclass(frozen=True, slots=True, eq=False)
class Blobs:
    """`boxes` int32 (N, 4) x1, y1, x2, y2 in mask pixels, `sizes` int32 (N,) foreground pixels in each, `regions`
    int32 (H, W) number of the region of each pixel, `members` the region numbers of each box; `dropped` counts boxes
    over the cap."""

    boxes: NDArray[np.int32]
    sizes: NDArray[np.int32]
    regions: NDArray[np.int32]
    members: tuple[tuple[int, ...], ...]
    dropped: int

    def region(self, row: int) -> NDArray[np.bool_]:
        """The pixels of one box's object, bool (H, W)."""
        return np.isin(self.regions, self.members[row])


def find_blobs(mask: Mask, *, min_size: int, min_piece: int, reach: float) -> Blobs:
    """Objects in `mask` (uint8 0 or 255): connected regions of at least `min_piece` pixels, joined where they belong
    together, of at least `min_size` pixels in all.

    `reach` is how far apart, in mask pixels, the pieces of one object may be side by side; one above the other they
    may be twice as far (a head, a coat, legs in the colour of the street).
    """
    closed = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5)))
    count, regions, stats, _ = cv2.connectedComponentsWithStats(closed, connectivity=8)
    numbers = [i for i in range(1, count) if stats[i, cv2.CC_STAT_AREA] >= min_piece]
    groups = _joined({i: _box(stats[i]) for i in numbers}, reach)
    found = []
    for members, box in groups:
        size = int(sum(stats[i, cv2.CC_STAT_AREA] for i in members))
        if size >= min_size:
            found.append((size, box, members))
    found.sort(key=lambda item: -item[0])
    kept = found[:MAX_BLOBS]
    return Blobs(
        np.array([box for _, box, _ in kept], np.int32).reshape(-1, 4),
        np.array([size for size, _, _ in kept], np.int32),
        np.asarray(regions, np.int32),
        tuple(members for _, _, members in kept),
        len(found) - len(kept),
    )


PixelBox = tuple[int, int, int, int]
Group = tuple[tuple[int, ...], PixelBox]


def _box(stat: NDArray[np.int32]) -> PixelBox:
    x, y = int(stat[cv2.CC_STAT_LEFT]), int(stat[cv2.CC_STAT_TOP])
    return x, y, x + int(stat[cv2.CC_STAT_WIDTH]), y + int(stat[cv2.CC_STAT_HEIGHT])


def _joined(pieces: dict[int, PixelBox], reach: float) -> list[Group]:
    """Groups of pieces that belong together, joined until nothing changes; the largest piece draws the small ones."""
    groups: list[Group] = sorted(
        (((number,), box) for number, box in pieces.items()), key=lambda group: -_pixels(group[1])
    )
    row = 0
    while row < len(groups):
        members, box = groups[row]
        for other in range(row + 1, len(groups)):
            if _belong(box, groups[other][1], reach):
                joint = _union(box, groups[other][1])
                groups[row] = (members + groups[other][0], joint)
                del groups[other]
                break
        else:
            row += 1
            continue
        row = 0
    return groups


def _belong(a: PixelBox, b: PixelBox, reach: float) -> bool:
    gap_x = max(a[0], b[0]) - min(a[2], b[2])
    gap_y = max(a[1], b[1]) - min(a[3], b[3])
    if gap_x <= 0 and gap_y <= 0:
        return True
    narrow = min(a[2] - a[0], b[2] - b[0])
    low = min(a[3] - a[1], b[3] - b[1])
    stacked = -gap_x >= narrow / 2 and gap_y <= 2 * reach
    beside = -gap_y >= low / 2 and gap_x <= reach
    return stacked or beside


def _union(a: PixelBox, b: PixelBox) -> PixelBox:
    return min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])


def _pixels(box: PixelBox) -> int:
    return (box[2] - box[0]) * (box[3] - box[1])
