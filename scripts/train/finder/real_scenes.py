"""Photographs with labelled plates (EasyPR's general test): half of them to train on, half to score on."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from zlib import crc32

import cv2
import numpy as np

from .scene import Plate, Scene

SET = "plates/easypr_general_test"
TWO_ROW_ASPECT = 2.2
DOUBTFUL_ASPECT = 1.3


def for_training(name: str) -> bool:
    """Whether a photograph belongs to the half that is trained on; the other half is only for scoring."""
    return crc32(name.encode("utf-8")) % 2 == 0


def real_scenes(data: Path, wanted: Callable[[str], bool]) -> dict[str, Scene]:
    """The photographs whose file name is ``wanted``, at full size; files that do not decode are left out."""
    folder = data / SET
    listing = json.loads((folder / "ground_truth.json").read_text("utf-8"))
    found = {}
    for name, marks in listing.items():
        picture = cv2.imdecode(np.fromfile(folder / name, np.uint8), cv2.IMREAD_COLOR) if wanted(name) else None
        if picture is not None:
            found[name] = Scene(np.asarray(picture, np.uint8), [plate_of(mark) for mark in marks])
    return found


def plate_of(mark: dict[str, float]) -> Plate:
    """The plate of a labelled rectangle (centre, size, clockwise rotation in degrees).

    Some rectangles stand on their short side (width below height, a quarter turn too little): they are laid down. A
    nearly square one is the upright box of a tilted plate, whose corners nobody knows: it is doubtful.
    """
    width, height, degrees = mark["w"], mark["h"], mark["rotation_deg"]
    if width < height:
        width, height, degrees = height, width, degrees + 90
    if degrees > 90:
        degrees -= 180
    angle = np.radians(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    flat = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * np.array([width, height]) / 2
    corners = (flat @ turn.T + (mark["cx"], mark["cy"])).astype(np.float32)
    return Plate(corners, two_row=width < TWO_ROW_ASPECT * height, doubtful=width < DOUBTFUL_ASPECT * height)
