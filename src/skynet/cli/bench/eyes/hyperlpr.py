"""HyperLPR's finder and colour classifier with LPRNet as the reader: a measuring stick, never shipped.

Source of the formats: the shared data's README; row splitting as in HyperLPR 3 (github.com/szad670401/HyperLPR).
"""

from __future__ import annotations

from pathlib import Path
from typing import cast

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from skynet.cli.bench.eyes.plate_find import Corners, PlateFind, whole_picture
from skynet.domain.frame import Frame
from skynet.domain.plate import PlateKind
from skynet.vision import OnnxSession, StillImage
from skynet.vision.letterbox import Letterbox
from skynet.vision.overlap import iou

FINDER = "plate_hyperlpr_y5fu_640x_sim.onnx"
COLOURS = "plate_hyperlpr_litemodel_cls_96x_r1.onnx"
READER = "plate_LPRNet_sirius_converted.onnx"
FILES = (FINDER, COLOURS, READER)
CHARACTERS = "京沪津渝冀晋蒙辽吉黑苏浙皖闽赣鲁豫鄂湘粤桂琼川贵云藏陕甘青宁新0123456789ABCDEFGHJKLMNPQRSTUVWXYZIO-"
BLANK = len(CHARACTERS) - 1
SIDE = 640
MIN_SCORE = 0.5
SAME_IOU = 0.6
PLATE_SIZE = (94, 24)
COLOUR_SIDE = 96
KINDS = (PlateKind.BLUE, PlateKind.GREEN_SMALL, PlateKind.YELLOW)
"""What its colours are, in the order of the classifier's outputs."""


class HyperLpr:
    """A `PlateContender` of the weights in `folder`. Raises ModelError when one is missing."""

    name = "hyperlpr+lprnet"

    def __init__(self, folder: Path) -> None:
        self._finder, self._colours, self._reader = (OnnxSession(folder / name) for name in FILES)

    def find(self, image: NDArray[np.uint8]) -> list[Corners]:
        return [corners for corners, _ in self._found(image)]

    def read_scene(self, image: NDArray[np.uint8]) -> list[PlateFind]:
        return [self._read(_cut_out(image, corners), corners, two) for corners, two in self._found(image)]

    def read_crop(self, image: NDArray[np.uint8]) -> PlateFind | None:
        return self._read(image, whole_picture(image), two_rows=False)

    def _found(self, image: NDArray[np.uint8]) -> list[tuple[Corners, bool]]:
        """Corners of the plates, and whether they have two rows, the surest first."""
        frame: Frame = StillImage(image)
        box = Letterbox.of(frame, SIDE, SIDE)
        raw = self._finder.run(_planes(box.canvas[:, :, ::-1]) / np.float32(255))[0]
        scores = raw[:, 4] * raw[:, 13:15].max(axis=1)
        raw, scores = raw[scores >= MIN_SCORE], scores[scores >= MIN_SCORE]
        order = np.argsort(-scores, kind="stable")
        raw = raw[order]
        halves = raw[:, 2:4] / 2
        boxes = np.concatenate([raw[:, :2] - halves, raw[:, :2] + halves], axis=1)
        overlaps, kept = iou(boxes, boxes), list[int]()
        for row in range(len(raw)):
            if not (overlaps[row, kept] > SAME_IOU).any():
                kept.append(row)
        scale = np.array([box.scale_x, box.scale_y], np.float32)
        return [(raw[row, 5:13].reshape(4, 2) / scale, bool(raw[row, 14] > raw[row, 13])) for row in kept]

    def _read(self, plate: NDArray[np.uint8], corners: Corners, two_rows: bool) -> PlateFind:
        strip = _side_by_side(plate) if two_rows else plate
        small = cv2.resize(strip, PLATE_SIZE, interpolation=cv2.INTER_CUBIC)
        logits = self._reader.run((_planes(small) - np.float32(127.5)) / np.float32(128))[0]
        text, confidence = _decoded(logits)
        square = cv2.resize(plate, (COLOUR_SIDE, COLOUR_SIDE))
        colour = int(self._colours.run(_planes(square) / np.float32(255)).reshape(-1)[: len(KINDS)].argmax())
        return PlateFind(text, confidence, KINDS[colour], corners)


def _planes(picture: MatLike) -> NDArray[np.float32]:
    """A picture (H, W, 3) as float32 (1, 3, H, W)."""
    return np.ascontiguousarray(picture.transpose(2, 0, 1)[None], np.float32)


def _decoded(logits: NDArray[np.float32]) -> tuple[str, float]:
    """Greedy CTC of float32 (68, 18): the text, and the product of its characters' probabilities."""
    shares = np.exp(logits - logits.max(axis=0))
    shares /= shares.sum(axis=0)
    best = shares.argmax(axis=0)
    text, confidence = "", 1.0
    for step, symbol in enumerate(best.tolist()):
        if symbol != BLANK and (step == 0 or symbol != best[step - 1]):
            text += CHARACTERS[symbol]
            confidence *= float(shares[symbol, step])
    return text, confidence if text else 0.0


def _cut_out(image: NDArray[np.uint8], corners: Corners) -> NDArray[np.uint8]:
    width = max(2, round(float(np.linalg.norm(corners[1] - corners[0]))))
    height = max(2, round(float(np.linalg.norm(corners[3] - corners[0]))))
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    turn = cv2.getPerspectiveTransform(corners, target)
    return cast("NDArray[np.uint8]", cv2.warpPerspective(image, turn, (width, height), flags=cv2.INTER_CUBIC))


def _side_by_side(plate: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The upper row of a two-row plate, then the lower one."""
    height = plate.shape[0]
    upper, lower = plate[: max(1, height * 5 // 12)], plate[height // 3 :]
    return cast("NDArray[np.uint8]", np.hstack([cv2.resize(upper, (lower.shape[1], lower.shape[0])), lower]))
