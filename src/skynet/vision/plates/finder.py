"""Adapter for the project's plate finder: pictures of any size → the corners of the plates in them.

The model (input n×3×H×W BGR 0–255, H and W multiples of 32) answers for each cell of 8×8 pixels: channel 0 the logit
that a plate's middle is near, 1 the logit that the plate has two rows, 2–9 its corners x, y from the cell's centre in
units of 32 pixels, the text's top left first, then clockwise. No I/O, any thread.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from skynet.vision.letterbox import GREY
from skynet.vision.onnx_session import OnnxSession
from skynet.vision.plates.quad import Corners, distinct, is_plate_like

STRIDE, UNIT, BLOCK = 8, 32, 32
CHANNELS = 10
LONGEST_SIDE = 640
VEHICLES_LONGEST_SIDE = 320
"""A vehicle cut out of its picture bears a plate of a quarter to a half of its own width."""
LEAST_LONGEST_SIDE = 160
"""Smaller pictures are scaled up to this."""
CLOSE_LOOK_FROM = 1280
"""Pictures with a longer side are looked at a second time, in more pixels: what is 60 pixels wide in them would be
under 30 in the first look."""
CLOSE_LOOK_MIN, CLOSE_LOOK_MAX = 1280, 1920
MIN_SCORE = 0.3
"""Low, since whatever is no plate is told by the reader: a look too many costs less than a plate."""
MAX_PLATES = 64
"""Of one look. A model that fires everywhere costs at most so many reads."""
NEAR_WIDTH = 96
"""How many pixels wide a plate is when it is looked at alone, to have its corners where they are: of the held-out
scenes fewer plates are read rightly at 64 and at 128."""
SURROUNDINGS = 0.5
"""What is seen around a plate then, on each side, in widths of it."""


@dataclass(frozen=True, slots=True, eq=False)
class FoundPlate:
    """`corners` float32 (4, 2) in pixels of the picture; `score` 0–1 that it is a plate; `two_rows` 0–1."""

    corners: Corners
    score: float
    two_rows: float


class PlateFinder:
    """Finds plates of at least `min_score`, in scenes or, much cheaper, in `vehicles` cut out of them.

    Raises ModelError when the model's shapes are others.
    """

    def __init__(self, session: OnnxSession, *, min_score: float = MIN_SCORE, vehicles: bool = False) -> None:
        session.require((1, 3, BLOCK, BLOCK), (1, CHANNELS, BLOCK // STRIDE, BLOCK // STRIDE))
        self._session = session
        self._min_logit = float(np.log(min_score / (1 - min_score)))
        self._vehicles = vehicles

    def find(self, image: NDArray[np.uint8]) -> list[FoundPlate]:
        """Plates in `image`, uint8 (H, W, 3) BGR, the surest first."""
        longest = max(image.shape[:2])
        if min(image.shape[:2]) == 0:
            return []
        most = VEHICLES_LONGEST_SIDE if self._vehicles else LONGEST_SIDE
        sides = [min(most, max(longest, LEAST_LONGEST_SIDE))]
        if longest > CLOSE_LOOK_FROM and not self._vehicles:
            sides.append(min(CLOSE_LOOK_MAX, max(CLOSE_LOOK_MIN, longest // 2)))
        looks = [self._look(image, side) for side in sides]
        quads = np.concatenate([quads for quads, _ in looks])
        answers = np.concatenate([answers for _, answers in looks])
        return [
            FoundPlate(quads[place], *_sigmoid(answers[place]).tolist())
            for place in distinct(quads, answers[:, 0])
            if is_plate_like(quads[place])
        ]

    def refined(self, image: NDArray[np.uint8], corners: Corners) -> Corners:
        """The corners of the plate at `corners` of `image`, from a look at it alone; `corners` where it shows none."""
        width = max(float(np.linalg.norm(corners[1] - corners[0])), float(np.linalg.norm(corners[2] - corners[3])), 1.0)
        room = SURROUNDINGS * width
        left, top = np.floor(np.maximum(corners.min(axis=0) - room, 0)).astype(int)
        right, bottom = np.ceil(np.maximum(corners.max(axis=0) + room, 0)).astype(int)
        near = image[top:bottom, left:right]
        if min(near.shape[:2]) == 0:
            return corners
        quads, answers = self._look(near, max(1, round(max(near.shape[:2]) * NEAR_WIDTH / width)))
        quads = quads + np.array([left, top], np.float32)
        away = np.linalg.norm(quads.mean(axis=1) - corners.mean(axis=0), axis=1)
        same = [
            place for place in np.argsort(-answers[:, 0]) if away[place] < width / 4 and is_plate_like(quads[place])
        ]
        return np.asarray(quads[same[0]], np.float32) if same else corners

    def _look(self, image: NDArray[np.uint8], longest: int) -> tuple[Corners, NDArray[np.float32]]:
        """Quads (N, 4, 2) in pixels of `image` and their logits (N, 2), looked for at `longest` pixels."""
        height, width = image.shape[:2]
        scale = longest / max(height, width)
        scaled_width, scaled_height = max(1, round(width * scale)), max(1, round(height * scale))
        method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        canvas = np.full((_padded(scaled_height), _padded(scaled_width), 3), GREY, np.uint8)
        canvas[:scaled_height, :scaled_width] = cv2.resize(image, (scaled_width, scaled_height), interpolation=method)
        answer = self._session.run(np.ascontiguousarray(canvas.transpose(2, 0, 1)[None], np.float32))[0]
        rows, columns = _peaks(answer[0], self._min_logit)
        cells = answer[:, rows, columns].T
        centres = (np.stack([columns, rows], axis=1) + 0.5) * STRIDE
        quads = centres[:, None] + cells[:, 2:].reshape(-1, 4, 2) * UNIT
        quads *= (width / scaled_width, height / scaled_height)
        return quads.astype(np.float32), cells[:, :2]


def _padded(side: int) -> int:
    return -(-side // BLOCK) * BLOCK


def _peaks(logits: NDArray[np.float32], least: float) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows and columns of the cells that no neighbour surpasses, at most `MAX_PLATES` of them."""
    highest = cv2.dilate(logits, np.ones((3, 3), np.uint8))
    rows, columns = np.nonzero((logits >= least) & (logits >= highest))
    best = np.argsort(-logits[rows, columns], kind="stable")[:MAX_PLATES]
    return rows[best], columns[best]


def _sigmoid(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -60, 60))), np.float32)
