"""The detector as all contenders share it: one model, one thread a call."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from skynet.cli.bench.hotpath.journal import Shares, boxes
from skynet.vision import Detector, ModelStore, StillImage, create_detector


class Eye:
    """Finds objects in pictures as BGR uint8 (h, w, 3). A detector that remembers needs an eye for each feed."""

    def __init__(self, detector: Detector) -> None:
        self._detector = detector

    @classmethod
    def open(cls, name: str, models_dir: str | None) -> Eye:
        return cls(create_detector(name, ModelStore.standard(Path(models_dir) if models_dir else None)))

    def look(self, bgr: NDArray[np.uint8], t_s: float) -> list[Shares]:
        """What is in the picture, as shares of it."""
        height, width = bgr.shape[:2]
        return boxes(self._detector.detect(StillImage(bgr, captured_at=t_s)), width, height)

    def look_at(self, bgr: NDArray[np.uint8], regions: Sequence[Shares], t_s: float) -> list[Shares]:
        """What is in parts of the picture, as shares of the whole."""
        height, width = bgr.shape[:2]
        found = []
        for x, y, w, h in regions:
            left, top = int(x * width), int(y * height)
            part = bgr[top : top + max(1, int(h * height)), left : left + max(1, int(w * width))]
            for fx, fy, fw, fh in self.look(np.ascontiguousarray(part), t_s):
                found.append((x + fx * w, y + fy * h, fw * w, fh * h))
        return found
