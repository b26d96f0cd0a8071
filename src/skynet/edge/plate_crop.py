"""What a plate reader looks at: a vehicle cut out of its picture, at once or when its turn comes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from skynet.domain import Box, Detection, Frame, PlateRead
from skynet.media import FrameFinder
from skynet.vision import PlateReader

CROP_MARGIN = 0.04


class Crop(Protocol):
    """`box` is where the vehicle stood, `at` when (POSIX s); both are known before the crop is made."""

    @property
    def box(self) -> Box: ...

    @property
    def at(self) -> float: ...

    def read(self, reader: PlateReader) -> list[PlateRead]:
        """The plates in it, their corners in pixels of the whole picture."""
        ...


@dataclass(frozen=True, slots=True)
class PlateCrop:
    """A vehicle cut out of a frame: uint8 (h, w, 3) BGR, where its corner stood in the picture (pixels), the vehicle's
    own box and the frame's capture time."""

    image: NDArray[np.uint8]
    left: float
    top: float
    box: Box
    at: float

    @classmethod
    def of(cls, seen: Detection, frame: Frame) -> PlateCrop:
        box = seen.box.padded(CROP_MARGIN)
        left, top = max(0.0, box.x), max(0.0, box.y)
        cut = Box(left, top, box.x + box.width - left, box.y + box.height - top)
        return cls(frame.crop(cut), left, top, seen.box, frame.captured_at)

    def read(self, reader: PlateReader) -> list[PlateRead]:
        """The plates in it, their corners in pixels of the whole picture."""
        if min(self.image.shape[:2]) < 8:
            return []
        return [
            read.model_copy(update={"corners": tuple((x + self.left, y + self.top) for x, y in read.corners)})
            for read in reader.read(self.image)
        ]


@dataclass(frozen=True, slots=True)
class MainStreamCrop:
    """A vehicle that was seen in a camera's small stream, to be cut out of the large one when the reader has time.

    `seen` is in pixels of the large picture, if that is of the `size` (width, height).
    """

    seen: Detection
    size: tuple[int, int]
    at: float
    main: FrameFinder

    @property
    def box(self) -> Box:
        return self.seen.box

    def read(self, reader: PlateReader) -> list[PlateRead]:
        frame = self.main.at(self.at)
        if frame is None or (frame.width, frame.height) != self.size:
            return []
        return PlateCrop.of(self.seen, frame).read(reader)
