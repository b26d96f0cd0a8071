"""A picture with what people saw in it: the ground truth that detectors are held against."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from skynet.domain.label import ObjectLabel
from skynet.vision import StillImage

ROAD_LABELS = (
    ObjectLabel.PERSON,
    ObjectLabel.BICYCLE,
    ObjectLabel.CAR,
    ObjectLabel.MOTORCYCLE,
    ObjectLabel.BUS,
    ObjectLabel.TRUCK,
)
"""The six classes that are scored, in the order of the street set."""
NO_BOXES: NDArray[np.float32] = np.empty((0, 4), np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class LabelledPicture:
    """One picture, its file or its frame, and its boxes, float32 (N, 4) as x1, y1, x2, y2 in pixels.

    `boxes` are by label. `ignored` covers what belongs to no class for sure, `ignored_as` what a machine took for one
    label: whatever a detector says there is neither right nor wrong. `judged` are the labels that somebody looked for:
    of the others nothing is known.
    """

    name: str
    group: str
    image: Path | StillImage
    boxes: dict[ObjectLabel, NDArray[np.float32]]
    ignored: NDArray[np.float32] = field(default_factory=lambda: NO_BOXES)
    ignored_as: dict[ObjectLabel, NDArray[np.float32]] = field(default_factory=dict)
    judged: frozenset[ObjectLabel] = frozenset(ROAD_LABELS)

    def frame(self) -> StillImage:
        """The picture itself. Raises ImageError when its file cannot be used."""
        return self.image if isinstance(self.image, StillImage) else StillImage.load(self.image)

    def of(self, label: ObjectLabel) -> NDArray[np.float32]:
        return self.boxes.get(label, NO_BOXES)

    def ignored_for(self, label: ObjectLabel) -> NDArray[np.float32]:
        return np.concatenate([self.ignored, self.ignored_as.get(label, NO_BOXES)])


def corners_of(rows: list[list[float]]) -> NDArray[np.float32]:
    """Rows x, y, width, height as x1, y1, x2, y2, float32 (N, 4)."""
    boxes = np.array(rows, np.float32).reshape(-1, 4)
    return np.concatenate([boxes[:, :2], boxes[:, :2] + boxes[:, 2:]], axis=1)
