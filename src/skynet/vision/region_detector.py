"""Objects where something moves, by looking at that part of the picture alone and at its full resolution.

What does not move and is not looked at still stands where it was seen last. The whole picture is looked at as well,
every few seconds, so that nothing is believed for longer. Remembers what it saw: one a camera, one thread at a time.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from skynet.domain.detections import Detections
from skynet.domain.frame import Frame
from skynet.domain.geometry import Box
from skynet.vision.crop_plan import area, plan_crops
from skynet.vision.detector import Detector
from skynet.vision.frame_region import FrameRegion
from skynet.vision.overlap import iou, without_duplicates

MOST_CROPS = 2
MOST_AREA = 0.4
"""Share of the picture from which on crops show hardly more than the whole of it."""
EDGE = 0.01
"""A box that ends so near to a crop's edge, as a share of the crop, is taken to go on beyond it."""


class RegionDetector:
    """`inner` on crops of at least `side` pixels around what moves, and every `whole_every_s` seconds on everything.

    `side` is the input size of the model: smaller crops would only be blown up.
    """

    def __init__(self, inner: Detector, *, side: int = 416, whole_every_s: float = 3.0) -> None:
        self.inner = inner
        self._side = side
        self._whole_every_s = whole_every_s
        self._whole_at = math.inf
        self._seen = Detections.empty()
        self.whole = 0
        """Frames of which the whole picture was looked at; `crops` the parts looked at of others; `widened` the
        frames whose crop had cut an object that moves, so that the whole picture had to follow."""
        self.crops = 0
        self.widened = 0

    @property
    def name(self) -> str:
        return self.inner.name

    @property
    def trusted_score(self) -> float:
        return self.inner.trusted_score

    def detect(self, frame: Frame, regions: Sequence[Box] | None = None) -> Detections:
        """Objects of `frame`, in which only the `regions` (pixels) have changed since the frame before.

        None: not known, the whole picture is looked at. Empty: nothing has; what was seen last is there still.
        """
        crops = None if regions is None or self._due(frame) else self._crops(frame, regions)
        if regions is None or crops is None:
            return self._look_at_all(frame)
        seen = self._look_at(frame, crops, regions)
        if seen is None:
            self.widened += 1
            return self._look_at_all(frame)
        self._seen = seen
        return seen

    def _due(self, frame: Frame) -> bool:
        """Also for the first frame of all, and when time was turned back to earlier frames."""
        return not 0 <= frame.captured_at - self._whole_at < self._whole_every_s

    def _crops(self, frame: Frame, regions: Sequence[Box]) -> list[Box] | None:
        crops = plan_crops(regions, frame.width, frame.height, self._side)
        covered = sum(area(crop) for crop in crops)
        return crops if len(crops) <= MOST_CROPS and covered <= MOST_AREA * frame.width * frame.height else None

    def _look_at_all(self, frame: Frame) -> Detections:
        self.whole += 1
        self._whole_at = frame.captured_at
        self._seen = self.inner.detect(frame)
        return self._seen

    def _look_at(self, frame: Frame, crops: Sequence[Box], regions: Sequence[Box]) -> Detections | None:
        """Objects in the crops, and outside them those seen before; None when a moving object is cut."""
        self.crops += len(crops)
        looks = [FrameRegion(frame, crop) for crop in crops]
        parts = [self._outside(crops)]
        for look, found in zip(looks, self.inner.detect_batch(looks), strict=True):
            placed = _moved(found, look.x, look.y)
            cut = _cut(found, look, frame)
            if (iou(placed.boxes[cut & (found.scores >= self.trusted_score)], _rows(regions)) > 0).any():
                return None
            parts.append(placed.select(~cut))
        return without_duplicates(_joined(parts))

    def _outside(self, crops: Sequence[Box]) -> Detections:
        """What was seen before and is not wholly within one of `crops`."""
        if not crops:
            return self._seen
        boxes, squares = self._seen.boxes[:, None], _rows(crops)[None]
        inside = np.concatenate([boxes[..., :2] >= squares[..., :2], boxes[..., 2:] <= squares[..., 2:]], axis=2)
        return self._seen.select(~np.any(np.all(inside, axis=2), axis=1))


def _moved(found: Detections, x: int, y: int) -> Detections:
    return Detections.of(found.boxes + np.array([x, y, x, y], np.float32), found.scores, found.labels)


def _cut(found: Detections, look: FrameRegion, frame: Frame) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which boxes (in pixels of the crop) end at an edge of the crop that is none of the picture; bool (N,)."""
    x1, y1, x2, y2 = found.boxes.T
    near_x, near_y = EDGE * look.width, EDGE * look.height
    cut = (x1 < near_x) & (look.x > 0)
    cut |= (y1 < near_y) & (look.y > 0)
    cut |= (x2 > look.width - near_x) & (look.x + look.width < frame.width)
    cut |= (y2 > look.height - near_y) & (look.y + look.height < frame.height)
    return np.asarray(cut, np.bool_)


def _rows(boxes: Sequence[Box]) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    return np.array([(b.x, b.y, b.x + b.width, b.y + b.height) for b in boxes], np.float32).reshape(-1, 4)


def _joined(parts: Sequence[Detections]) -> Detections:
    return Detections.of(
        np.concatenate([part.boxes for part in parts]),
        np.concatenate([part.scores for part in parts]),
        [label for part in parts for label in part.labels],
    )
