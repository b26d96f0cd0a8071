"""Frames of the project's own rendered sample streams, with the boxes that their renderer wrote down."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from street.pictures import CLASS_COUNT, Picture, corners

CLASS_NAMES = ("person", "bicycle", "car", "motorcycle", "bus", "truck")
EVERY = 25
"""Frames from one picture to the next: a second."""
LONGEST = 960
CLEAR, FAINT = 0.35, 0.05
"""Shares of an object in sight from which it is a label, and from which it is at least no background."""
LEAST_HEIGHT = 8.0
SHARE = 2.0


def drawn_pictures(folder: Path) -> list[Picture]:
    """One frame a second of every clip in `folder` that has its truth beside it."""
    pictures = []
    for path in sorted(folder.glob("*.json")):
        truth = json.loads(path.read_text("utf-8"))
        scale = min(1.0, LONGEST / max(truth["width"], truth["height"]))
        with av.open(str(folder / truth["clip"])) as container:
            for index, frame in enumerate(container.decode(video=0)):
                if index % EVERY:
                    continue
                pixels = frame.to_ndarray(format="bgr24")
                pixels = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
                pictures.append(
                    _labelled(f"{truth['clip']}:{index}", np.asarray(pixels, np.uint8), truth, index, scale)
                )
    return pictures


def _labelled(name: str, pixels: NDArray[np.uint8], truth: dict[str, Any], index: int, scale: float) -> Picture:
    boxes, classes, unsure = [], [], []
    for item in truth["objects"]:
        for seen in item["frames"]:
            if seen["i"] != index or seen["visible"] < FAINT:
                continue
            box = [side * scale for side in seen["box"]]
            if seen["visible"] >= CLEAR and box[3] >= LEAST_HEIGHT:
                boxes.append(box)
                classes.append(CLASS_NAMES.index(item["label"]))
            else:
                unsure.append(box)
    return Picture(
        name=name,
        source="drawn",
        pixels=pixels,
        boxes=corners(boxes),
        classes=np.array(classes, np.int64),
        pseudo=np.zeros(len(boxes), bool),
        ignored=corners(unsure),
        trusted=np.ones(CLASS_COUNT, np.float32),
        share=SHARE,
    )
