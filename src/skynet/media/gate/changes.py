"""The places in a picture that have changed, taken together to what may be one thing each."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from skynet.media.gate.options import GateOptions
from skynet.media.gate.small_picture import Plane

MAX_CHANGES = 8
_JOIN = np.ones((3, 3), np.uint8)


@dataclass(frozen=True, slots=True)
class Change:
    """Bounds in pixels of the small picture, right and bottom excluded; `weight` in thresholds times pixels."""

    left: int
    top: int
    right: int
    bottom: int
    area: int
    weight: float


def find_changes(news: Plane, options: GateOptions) -> list[Change]:
    """Changes that count, the weightiest first, at most `MAX_CHANGES`; `news` as of `Scene.news`."""
    mask = (news >= 1).astype(np.uint8)
    if cv2.countNonZero(mask) < options.min_area:
        return []
    count, labels, stats, _ = cv2.connectedComponentsWithStats(cv2.dilate(mask, _JOIN), connectivity=8)
    changed = np.flatnonzero(mask)
    owners = labels.ravel()[changed]
    areas = np.bincount(owners, minlength=count)
    weights = np.bincount(owners, weights=news.ravel()[changed], minlength=count)
    found = []
    for label in np.argsort(-weights)[:MAX_CHANGES].tolist():
        if label and areas[label] >= options.min_area and weights[label] >= options.min_weight:
            left, top, width, height = stats[label, :4].tolist()
            found.append(Change(left, top, left + width, top + height, int(areas[label]), float(weights[label])))
    return found
