"""Adapter for FastestDet: one grid, one object a cell, the picture stretched to the model's input.

Source: the reference decoder of github.com/dog-qiuqiu/FastestDet (score = objectness^0.6 · class^0.4).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from skynet.domain.detections import Detections
from skynet.domain.frame import Frame
from skynet.vision.class_list import ClassList
from skynet.vision.onnx_session import OnnxSession
from skynet.vision.overlap import without_duplicates

STRIDE = 16
FLOOR_SCORE = 0.3
"""The score of an empty cell is far from 0 (roots of small numbers), hence the higher floor."""


class FastestDetDetector:
    """A FastestDet model: input 1×3×H×W BGR 0–1, output 1×(5 + classes)×H/16×W/16.

    Channels: objectness, centre offset (tanh, in cells), size (sigmoid, of the picture), then class scores.
    Keeps nothing between frames; any thread. Raises ModelError when the model's shapes are others.
    """

    def __init__(
        self,
        name: str,
        session: OnnxSession,
        classes: ClassList,
        size: tuple[int, int],
        trusted_score: float = 0.5,
        floor_score: float = FLOOR_SCORE,
    ) -> None:
        self.name = name
        self.trusted_score = trusted_score
        self._floor_score = floor_score
        self._session = session
        self._classes = classes
        self._width, self._height = size
        self._columns, self._rows = self._width // STRIDE, self._height // STRIDE
        session.require((1, 3, self._height, self._width), (1, 5 + len(classes), self._rows, self._columns))

    @property
    def batch_limit(self) -> int:
        return self._session.batch_limit

    def detect(self, frame: Frame) -> Detections:
        return self.detect_batch([frame])[0]

    def detect_batch(self, frames: Sequence[Frame]) -> list[Detections]:
        pictures = [frame.bgr(self._width, self._height).transpose(2, 0, 1) for frame in frames]
        raws = self._session.run_each(pictures, divisor=255)
        return [self._decoded(raw, frame) for raw, frame in zip(raws, frames, strict=True)]

    def _decoded(self, raw: NDArray[np.float32], frame: Frame) -> Detections:
        """The objects in the model's answer to one picture, float32 (5 + classes, rows, columns)."""
        # The best of all classes first: a cell that shows a dog must not come out as its second guess.
        best = raw[5:].argmax(axis=0)
        scores = np.clip(raw[0], 0, 1) ** 0.6 * np.clip(raw[5:].max(axis=0), 0, 1) ** 0.4
        ys, xs = np.nonzero((scores >= self._floor_score) & np.isin(best, self._classes.columns))
        offset_x, offset_y, width, height = raw[1:5, ys, xs]
        centres = np.stack([(xs + np.tanh(offset_x)) / self._columns, (ys + np.tanh(offset_y)) / self._rows], axis=1)
        halves = 0.5 / (1 + np.exp(-np.stack([width, height], axis=1)))
        shares = np.clip(np.concatenate([centres - halves, centres + halves], axis=1), 0, 1)
        boxes = shares * np.array([frame.width, frame.height, frame.width, frame.height])
        found = self._classes.detections(boxes.astype(np.float32), scores[ys, xs], best[ys, xs])
        return without_duplicates(found)
