"""Plates of the real sets as the reader gets them, and the halves that they are split into."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from skynet.domain.plate import PlateKind, PlateText

from .view import MARGIN, VIEW_HEIGHT, VIEW_WIDTH

Picture = NDArray[np.uint8]
Quad = NDArray[np.float32]

_TWO_ROW_ASPECT = 2.45
_ROOM = 0.4
"""What is kept around a plate, as a share of its sides, so that a looser cut can be tried."""


@dataclass(frozen=True, slots=True, eq=False)
class RealCrop:
    """A plate of a real set: `image` uint8 BGR, its corners `quad` (4, 2) in it, text, kind, set and half."""

    image: Picture
    quad: Quad
    text: str
    kind: PlateKind
    source: str
    training: bool

    def view(self, shake: NDArray[np.float32] | None = None) -> Picture:
        """The plate on the reader's rectangle, uint8 (48, 144, 3); `shake` (4, 2) moves its corners, in px of it."""
        inset = np.array([MARGIN / (1 + 2 * MARGIN)] * 2) * (VIEW_WIDTH, VIEW_HEIGHT) * (self.source != "lprnet")
        left, top = inset
        right, bottom = VIEW_WIDTH - left, VIEW_HEIGHT - top
        target = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)
        matrix = cv2.getPerspectiveTransform(self.quad, target if shake is None else target + shake)
        size = (VIEW_WIDTH, VIEW_HEIGHT)
        warped = cv2.warpPerspective(self.image, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(warped, np.uint8)


def in_training_half(file_name: str) -> bool:
    """Which half a picture belongs to, by its name: the same for every model of plates."""
    return zlib.crc32(file_name.encode("utf-8")) % 2 == 0


def load_real_crops(plates: Path) -> list[RealCrop]:
    """The crops of the LPRNet test set and the plates of the EasyPR scenes in `plates`, all of both halves."""
    return [*_lprnet(plates / "lprnet_test_1000"), *_easypr(plates / "easypr_general_test")]


def _lprnet(folder: Path) -> list[RealCrop]:
    """Crops 94 × 24 px cut around the plate without rectification; all are blue, the name is the text."""
    crops = []
    for path in sorted(folder.glob("*.jpg")):
        image = _read(path)
        height, width = image.shape[:2]
        quad = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
        crops.append(RealCrop(image, quad, _text(path.stem), PlateKind.BLUE, "lprnet", in_training_half(path.name)))
    return crops


def _easypr(folder: Path) -> list[RealCrop]:
    truth: dict[str, list[dict[str, Any]]] = json.loads((folder / "ground_truth.json").read_text(encoding="utf-8"))
    crops = []
    for name, plates in sorted(truth.items()):
        scene = _read(folder / name)
        crops.extend(_scene_crop(scene, plate, in_training_half(name)) for plate in plates)
    return crops


def _scene_crop(scene: Picture, plate: dict[str, Any], training: bool) -> RealCrop:
    """A plate with some room around it; its rectangle may be written down standing on its end."""
    width, height, turn = float(plate["w"]), float(plate["h"]), float(plate["rotation_deg"])
    if height > width:
        width, height, turn = height, width, turn + (90.0 if turn < 0 else -90.0)
    box = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], np.float64) * (width / 2, height / 2)
    angle = np.deg2rad(turn)
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    quad = box @ rotation.T + (plate["cx"], plate["cy"])
    room = np.array((width, height)) * _ROOM
    low = np.maximum(np.floor(quad.min(axis=0) - room), 0).astype(int)
    high = np.minimum(np.ceil(quad.max(axis=0) + room), scene.shape[1::-1]).astype(int)
    image = scene[low[1] : high[1], low[0] : high[0]].copy()
    text = _text(plate["text"])
    kind = _kind(text, plate["colour"], width / height)
    return RealCrop(image, np.asarray(quad - low, np.float32), text, kind, "easypr", training)


def _kind(text: str, colour: str, aspect: float) -> PlateKind:
    possible = PlateText.parse(text).kinds
    if colour == "黄牌" and PlateKind.YELLOW in possible:
        return PlateKind.YELLOW_TWO_ROW if aspect < _TWO_ROW_ASPECT else PlateKind.YELLOW
    return possible[0]


def _text(label: str) -> str:
    """A label as the grammar writes it: some were typed with the letter O for the digit, or the other way round."""
    return label[0] + label[1].replace("0", "O") + label[2:].replace("O", "0").replace("I", "1")


def _read(path: Path) -> Picture:
    image = cv2.imread(str(path))  # unlike imdecode, it takes a file that was cut short
    if image is None:
        raise ValueError(f"{path.name} is not a picture")
    return np.asarray(image, np.uint8)
