"""Objects by background subtraction: no model, no classes, everything that stands in front of the learned scene.

Remembers its scene: one instance a camera, one thread at a time. No I/O; frames must come in order of time. The first
one to two seconds of a stream, and after a change of the whole picture, yield nothing while the scene is learned.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from skynet.domain.detections import Detections
from skynet.domain.frame import Frame
from skynet.domain.label import ObjectLabel
from skynet.vision.background import Background, BackgroundOptions, Foreground, edge_strength
from skynet.vision.blobs import Blobs, find_blobs

GHOST_AFTER_S = 1.0
DISPLACED_BY = 3
DISPLACED_LIKENESS = 0.9
"""A region that the scene itself shows within so many pixels, so alike, is the scene: the camera was nudged."""
GHOST_EDGES = 0.6
"""A region whose outline has less than this share of the scene's edges is no object but the hole that one left."""


@dataclass(frozen=True, slots=True)
class MotionOptions:
    """`width` of the small picture that is looked at, in pixels; `min_height` and `min_area` of an object as shares of
    the picture's height and area; `reach` between the pieces of one object as a share of its width."""

    width: int = 480
    min_height: float = 0.028
    min_area: float = 0.0005
    reach: float = 0.008


class MotionDetector:
    """The `motion` detector."""

    name = "motion"
    trusted_score = 0.35
    batch_limit = 1

    def __init__(self, options: MotionOptions | None = None, background: BackgroundOptions | None = None) -> None:
        self._options = options or MotionOptions()
        self._background = Background(background)
        self.dropped = 0
        """Regions over the cap of one frame, counted since the start."""

    @property
    def relearned(self) -> int:
        """How often a change of the whole picture made the scene be learned again."""
        return self._background.relearned

    def detect(self, frame: Frame) -> Detections:
        picture = self._small(frame)
        foreground = self._background.apply(picture, frame.captured_at)
        if foreground is None or not foreground.mask.any():
            return Detections.empty()
        blobs = self._blobs(foreground)
        self.dropped += blobs.dropped
        real = self._without_ghosts(blobs, foreground, picture)
        return self._detections(blobs, real, foreground, frame)

    def detect_batch(self, frames: Sequence[Frame]) -> list[Detections]:
        return [self.detect(frame) for frame in frames]

    def _small(self, frame: Frame) -> NDArray[np.float32]:
        width = min(self._options.width, frame.width)
        height = max(1, round(frame.height * width / frame.width))
        small = cv2.resize(frame.luma(), (width, height), interpolation=cv2.INTER_AREA)
        return np.asarray(cv2.GaussianBlur(small, (3, 3), 0), np.float32)

    def _blobs(self, foreground: Foreground) -> Blobs:
        height, width = foreground.mask.shape
        min_size = max(6, round(self._options.min_area * height * width))
        reach = self._options.reach * width
        return find_blobs(foreground.mask, min_size=min_size, min_piece=max(3, min_size // 5), reach=reach)

    def _without_ghosts(self, blobs: Blobs, foreground: Foreground, picture: NDArray[np.float32]) -> list[int]:
        """Rows of `blobs` that are objects; the holes among them become scene at once."""
        real, edges_now, edges_before = [], None, None
        for row in range(len(blobs.boxes)):
            region = blobs.region(row)
            if float(np.median(foreground.age_s[region])) < GHOST_AFTER_S:
                real.append(row)
                continue
            if edges_now is None or edges_before is None:
                edges_now, edges_before = edge_strength(picture), self._background.edges()
            if _is_displaced_scene(picture, self._background.scene(), blobs.boxes[row].tolist()):
                self._background.absorb(region, picture)
                continue
            outline = cv2.morphologyEx(region.astype(np.uint8), cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)) > 0
            if edges_now[outline].mean() < GHOST_EDGES * edges_before[outline].mean():
                self._background.absorb(region, picture)
            else:
                real.append(row)
        return real

    def _detections(self, blobs: Blobs, rows: list[int], foreground: Foreground, frame: Frame) -> Detections:
        height, width = foreground.mask.shape
        boxes, scores = [], []
        for row in rows:
            x1, y1, x2, y2 = blobs.boxes[row].tolist()
            if y2 - y1 < self._options.min_height * height:
                continue
            inside = foreground.mask[y1:y2, x1:x2] > 0
            contrast = float(foreground.contrast[y1:y2, x1:x2][inside].mean()) if inside.any() else 0.0
            fill = float(inside.mean())
            boxes.append((x1, y1, x2, y2))
            scores.append(min(1.0, 0.2 + 0.1 * min(contrast, 5.0) + 0.3 * fill))
        scale = np.array([frame.width / width, frame.height / height] * 2, np.float32)
        found = np.array(boxes, np.float32).reshape(-1, 4) * scale
        order = np.argsort(-np.array(scores, np.float32), kind="stable")
        labels = (ObjectLabel.MOTION,) * len(boxes)
        return Detections.of(found, np.array(scores, np.float32), labels).select(order)


def _is_displaced_scene(picture: NDArray[np.float32], scene: NDArray[np.float32], box: list[int]) -> bool:
    x1, y1, x2, y2 = box
    height, width = picture.shape
    reach = DISPLACED_BY
    pattern = picture[y1:y2, x1:x2]
    around = scene[max(0, y1 - reach) : min(height, y2 + reach), max(0, x1 - reach) : min(width, x2 + reach)]
    if float(pattern.std()) < 2 * DISPLACED_BY:
        return False
    return float(cv2.matchTemplate(around, pattern, cv2.TM_CCOEFF_NORMED).max()) > DISPLACED_LIKENESS
