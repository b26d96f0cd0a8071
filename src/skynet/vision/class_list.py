"""What a model's class numbers mean here: classes outside the closed list of object labels are dropped."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from skynet.domain.detections import Detections
from skynet.domain.label import ObjectLabel


class ClassList:
    """The class names of a model in the order of its outputs."""

    def __init__(self, names: Sequence[str]) -> None:
        known = {label.value: label for label in ObjectLabel if label is not ObjectLabel.MOTION}
        self.names = tuple(names)
        self.labels = tuple(known.get(name) for name in names)
        self.columns: NDArray[np.intp] = np.array([i for i, label in enumerate(self.labels) if label], np.intp)
        """Indices of the classes that are kept."""

    def __len__(self) -> int:
        return len(self.names)

    def detections(
        self, boxes: NDArray[np.float32], scores: NDArray[np.float32], classes: NDArray[np.intp]
    ) -> Detections:
        """Rows of boxes (N, 4), scores (N,) and class numbers (N,), all of kept classes, as detections."""
        labels = [label for label in (self.labels[int(i)] for i in classes) if label is not None]
        return Detections.of(boxes, scores, labels)
