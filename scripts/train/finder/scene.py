"""A training picture and where its plates lie."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Quad = NDArray[np.float32]
"""Four corners (4, 2), x right and y down in pixels: top left, top right, bottom right, bottom left of the text."""

Picture = NDArray[np.uint8]
"""Height × width × 3, BGR."""


@dataclass(frozen=True, slots=True, eq=False)
class Plate:
    """One plate in a picture.

    ``doubtful`` marks what may be a plate but nobody labelled: the loss leaves the place alone.
    """

    corners: Quad
    two_row: bool = False
    doubtful: bool = False

    @property
    def width(self) -> float:
        """Mean length in pixels of the edges along the text."""
        top, bottom = self.corners[1] - self.corners[0], self.corners[2] - self.corners[3]
        return float((np.hypot(*top) + np.hypot(*bottom)) / 2)

    @property
    def height(self) -> float:
        """Mean length in pixels of the edges across the text."""
        left, right = self.corners[3] - self.corners[0], self.corners[2] - self.corners[1]
        return float((np.hypot(*left) + np.hypot(*right)) / 2)

    def moved(self, matrix: NDArray[np.float64]) -> Plate:
        """The plate after an affine (2, 3) change of the picture."""
        corners = self.corners @ matrix[:, :2].T + matrix[:, 2]
        return Plate(corners.astype(np.float32), self.two_row, self.doubtful)


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A BGR picture and its plates."""

    picture: Picture
    plates: list[Plate] = field(default_factory=list)
