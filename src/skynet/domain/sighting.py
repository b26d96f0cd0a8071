"""One tracked object at one instant, measured the way rules want it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from skynet.domain.detections import Detection
from skynet.domain.geometry import Box, Point
from skynet.domain.label import ObjectLabel
from skynet.domain.observations import Observations


@dataclass(frozen=True, slots=True)
class Sighting:
    """`anchor` and `box` as fractions of the picture; `at` POSIX seconds UTC; `aspect` the picture's width / height,
    by which lengths along x are stretched so that a distance means the same in every direction."""

    track_id: int
    label: ObjectLabel
    score: float
    at: float
    anchor: Point
    box: Box
    aspect: float

    @classmethod
    def of(cls, seen: Detection, observations: Observations) -> Sighting:
        """Measure `seen`, a tracked object of `observations`. Raises ValueError when it has no track."""
        if seen.track_id is None:
            raise ValueError("only a tracked object makes a sighting")
        width, height = observations.width, observations.height
        box = seen.box.normalised(width, height)
        return cls(
            seen.track_id, seen.label, seen.score, observations.captured_at, box.anchor, box, aspect=width / height
        )

    @property
    def centre(self) -> Point:
        return Point(self.box.x + self.box.width / 2, self.box.y + self.box.height / 2)

    @property
    def size(self) -> float:
        """Diagonal of the box in picture heights."""
        return math.hypot(self.box.width * self.aspect, self.box.height)

    def travel(self, start: Point, end: Point) -> tuple[float, float]:
        """The step between two points of this picture in picture heights: right, down."""
        return (end.x - start.x) * self.aspect, end.y - start.y
