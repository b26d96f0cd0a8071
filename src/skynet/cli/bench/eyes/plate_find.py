"""What a plate reader says of one plate, and the face that all plate readers show to the benchmark."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from skynet.domain.plate import PlateKind, PlateText

Corners = NDArray[np.float32]
"""float32 (4, 2) in pixels: the text's top left, then clockwise."""


@dataclass(frozen=True, slots=True, eq=False)
class PlateFind:
    """A text as it was read, grammatical or not, how sure its reader is (0–1), the kind if it tells one, and where."""

    text: str
    confidence: float
    kind: PlateKind | None
    corners: Corners

    @property
    def is_plate(self) -> bool:
        """Whether a plate can bear the text: what cannot is no claim that there is one."""
        try:
            PlateText.parse(self.text)
        except ValueError:
            return False
        return True


class PlateContender(Protocol):
    """A way to find and read plates; pictures are uint8 (H, W, 3) BGR. One thread."""

    @property
    def name(self) -> str: ...

    def find(self, image: NDArray[np.uint8]) -> list[Corners]:
        """Where plates may be, read or not."""
        ...

    def read_scene(self, image: NDArray[np.uint8]) -> list[PlateFind]:
        """The plates of a whole picture."""
        ...

    def read_crop(self, image: NDArray[np.uint8]) -> PlateFind | None:
        """The plate that the picture is; None where it cannot be read at all."""
        ...


def whole_picture(image: NDArray[np.uint8]) -> Corners:
    height, width = image.shape[:2]
    return np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
