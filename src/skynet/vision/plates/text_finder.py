"""Regions of a picture that show a row of text, by the finder model of the `rapidocr` package.

The model is loaded when the finder is made, from the package's own files; no network, no messages but errors.
"""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray
from rapidocr import RapidOCR

Corners = NDArray[np.float32]
"""Four points (4, 2) in pixels: top left, then clockwise."""

LONGEST_SIDE = 960
"""Larger pictures are scaled down to this: beyond it the finder's cost grows and its finds do not."""


class TextFinder:
    """Finds rows of text, in pictures of any size."""

    def __init__(self, *, threads: int = 1, longest_side: int = LONGEST_SIDE) -> None:
        self._engine = RapidOCR(
            params={
                "Global.log_level": "error",
                "Global.use_cls": False,
                "Global.use_rec": False,
                "Det.limit_type": "max",
                "Det.limit_side_len": longest_side,
                "EngineConfig.onnxruntime.intra_op_num_threads": threads,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            }
        )

    def find(self, image: NDArray[np.uint8]) -> list[Corners]:
        """Corners of the rows of text in `image`, uint8 (H, W, 3) BGR, from top to bottom."""
        boxes = getattr(self._engine(image, use_det=True, use_cls=False, use_rec=False), "boxes", None)
        return [] if boxes is None else [np.asarray(box, np.float32) for box in boxes]


def cut_out(image: NDArray[np.uint8], corners: Corners) -> NDArray[np.uint8]:
    """The region between `corners`, seen straight from the front, uint8 (h, w, 3)."""
    width = max(1, round(float(max(np.linalg.norm(corners[1] - corners[0]), np.linalg.norm(corners[2] - corners[3])))))
    height = max(1, round(float(max(np.linalg.norm(corners[3] - corners[0]), np.linalg.norm(corners[2] - corners[1])))))
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    turn = cv2.getPerspectiveTransform(corners, target)
    flat = cv2.warpPerspective(image, turn, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return cast("NDArray[np.uint8]", flat)


def pairs_of_rows(regions: list[Corners]) -> list[tuple[Corners, Corners]]:
    """Regions that may be the two rows of one plate: one right above the other, centred, the upper one narrower."""
    pairs = []
    for above in regions:
        for below in regions:
            width_above, width_below = above[1, 0] - above[0, 0], below[1, 0] - below[0, 0]
            height_above, height_below = above[3, 1] - above[0, 1], below[3, 1] - below[0, 1]
            gap = float(below[:2, 1].mean() - above[2:, 1].mean())
            aside = abs(float(above[:, 0].mean() - below[:, 0].mean()))
            near = -0.3 * height_below <= gap <= 0.5 * height_below
            lower = 0.35 <= height_above / max(1, height_below) <= 1.1
            narrower = 0.3 <= width_above / max(1, width_below) <= 1
            if above is not below and near and lower and narrower and aside <= 0.2 * width_below:
                pairs.append((above, below))
    return pairs
