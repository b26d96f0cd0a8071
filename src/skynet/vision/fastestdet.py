"""Adapter for FastestDet: one grid, one object a cell, the picture stretched to the model's input.

Source: the reference decoder of github.com/dog-qiuqiu/FastestDet (score = objectness^0.6 · class^0.4).
"""

from __future__ import annotations

import numpy as np

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
    ) -> None:
        self.name = name
        self.trusted_score = trusted_score
        self._session = session
        self._classes = classes
        self._width, self._height = size
        self._columns, self._rows = self._width // STRIDE, self._height // STRIDE
        session.require((1, 3, self._height, self._width), (1, 5 + len(classes), self._rows, self._columns))

    def detect(self, frame: Frame) -> Detections:
        picture = frame.bgr(self._width, self._height)
        tensor = np.ascontiguousarray(picture.transpose(2, 0, 1)[None], np.float32) / np.float32(255)
        raw = self._session.run(tensor)[0]
        # The best of all classes first: a cell that shows a dog must not come out as its second guess.
        best = raw[5:].argmax(axis=0)
        scores = np.clip(raw[0], 0, 1) ** 0.6 * np.clip(raw[5:].max(axis=0), 0, 1) ** 0.4
        ys, xs = np.nonzero((scores >= FLOOR_SCORE) & np.isin(best, self._classes.columns))
        offset_x, offset_y, width, height = raw[1:5, ys, xs]
        centres = np.stack([(xs + np.tanh(offset_x)) / self._columns, (ys + np.tanh(offset_y)) / self._rows], axis=1)
        halves = 0.5 / (1 + np.exp(-np.stack([width, height], axis=1)))
        shares = np.clip(np.concatenate([centres - halves, centres + halves], axis=1), 0, 1)
        boxes = shares * np.array([frame.width, frame.height, frame.width, frame.height])
        found = self._classes.detections(boxes.astype(np.float32), scores[ys, xs], best[ys, xs])
        return without_duplicates(found)
