"""Adapter for models of the YOLOX family: raw outputs over the grids of strides 8, 16 and 32, decoded here.

Source: Ge et al., "YOLOX: Exceeding YOLO Series in 2021", arXiv:2107.08430 (anchor-free head, §2.1).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from skynet.domain.detections import Detections
from skynet.domain.frame import Frame
from skynet.vision.class_list import ClassList
from skynet.vision.letterbox import Letterbox
from skynet.vision.onnx_session import OnnxSession
from skynet.vision.overlap import without_duplicates

STRIDES = (8, 16, 32)
FLOOR_SCORE = 0.1
"""Weaker boxes are noise even to a tracker that uses weak boxes to hold on to an object."""


class YoloxDetector:
    """A YOLOX model: input 1×3×H×W BGR 0–255, output 1×N×(5 + classes), N the cells of all grids.

    Where the model leaves H and W free, a picture takes no more of `size` than its shape needs: a wide one costs little
    more than half of a square one. Keeps nothing between frames; any thread. Raises ModelError when the model's shapes
    are others.
    """

    def __init__(
        self,
        name: str,
        session: OnnxSession,
        classes: ClassList,
        size: tuple[int, int],
        trusted_score: float = 0.35,
        floor_score: float = FLOOR_SCORE,
    ) -> None:
        self.name = name
        self.trusted_score = trusted_score
        self._floor_score = floor_score
        self._session = session
        self._classes = classes
        self._width, self._height = size
        cells, _ = _grid(*size)
        session.require((1, 3, self._height, self._width), (1, len(cells), 5 + len(classes)))
        self._free = not any(isinstance(side, int) for side in session.input_shape[2:])

    @property
    def batch_limit(self) -> int:
        return self._session.batch_limit

    def detect(self, frame: Frame) -> Detections:
        return self.detect_batch([frame])[0]

    def detect_batch(self, frames: Sequence[Frame]) -> list[Detections]:
        boxes = [Letterbox.of(frame, *self._canvas(frame)) for frame in frames]
        found: list[Detections] = []
        # Pictures of one shape that follow each other may go into one run.
        for _, alike in groupby(boxes, key=lambda box: box.canvas.shape):
            batch = list(alike)
            raws = self._session.run_each([box.canvas.transpose(2, 0, 1) for box in batch])
            found.extend(self._decoded(raw, box) for raw, box in zip(raws, batch, strict=True))
        return found

    def _canvas(self, frame: Frame) -> tuple[int, int]:
        """Width and height that `frame` is given of the model's input."""
        if not self._free:
            return self._width, self._height
        scale = min(self._width / frame.width, self._height / frame.height)
        return _whole_cells(frame.width * scale), _whole_cells(frame.height * scale)

    def _decoded(self, raw: NDArray[np.float32], box: Letterbox) -> Detections:
        """The objects in the model's answer to one picture, float32 (N, 5 + classes)."""
        # The best of all classes first: a cell that shows a dog must not come out as its second guess.
        best = raw[:, 5:].argmax(axis=1)
        scores = raw[:, 4] * raw[:, 5:].max(axis=1)
        rows = np.flatnonzero((scores >= self._floor_score) & np.isin(best, self._classes.columns))
        cells, strides = _grid(box.canvas.shape[1], box.canvas.shape[0])
        centres = (raw[rows, :2] + cells[rows]) * strides[rows, None]
        halves = np.exp(np.minimum(raw[rows, 2:4], 10)) * strides[rows, None] / 2
        boxes = box.to_picture(np.concatenate([centres - halves, centres + halves], axis=1))
        return without_duplicates(self._classes.detections(boxes, scores[rows], best[rows]))


def _whole_cells(pixels: float) -> int:
    """`pixels`, rounded up to whole cells of the coarsest grid."""
    return max(1, math.ceil(round(pixels) / STRIDES[-1])) * STRIDES[-1]


@lru_cache(maxsize=32)
def _grid(width: int, height: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Cell corners (N, 2) as x, y in cells, and the stride of each cell (N,)."""
    cells, strides = [], []
    for stride in STRIDES:
        rows, columns = height // stride, width // stride
        ys, xs = np.mgrid[:rows, :columns]
        cells.append(np.stack([xs.ravel(), ys.ravel()], axis=1))
        strides.append(np.full(rows * columns, stride))
    return np.concatenate(cells).astype(np.float32), np.concatenate(strides).astype(np.float32)
