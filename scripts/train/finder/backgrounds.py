"""Pictures without a Chinese plate, held decoded in memory, with the vehicles that somebody labelled on them."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from .scene import Picture

VEHICLES = (3, 5, 6)
CLIPS = ("videos/alexdrake/*.mp4", "videos/intel_*.mp4", "videos/udacity*.mp4", "videos/roboflow*.mp4", "videos/*.avi")


@dataclass(frozen=True, slots=True, eq=False)
class Background:
    """A picture and the boxes (n, 4: x, y, width, height in pixels) of its cars, buses and lorries."""

    picture: Picture
    vehicles: NDArray[np.float32]


def street_backgrounds(data: Path, rng: np.random.Generator, most: int) -> list[Background]:
    """Up to ``most`` pictures of the labelled street set's training split."""
    listing = json.loads((data / "street/train.json").read_text("utf-8"))
    boxes: dict[int, list[list[float]]] = defaultdict(list)
    for mark in listing["annotations"]:
        if mark["category_id"] in VEHICLES and mark["bbox"][2] >= 16:
            boxes[mark["image_id"]].append(mark["bbox"])
    chosen = rng.permutation(len(listing["images"]))[:most]
    found = []
    for index in chosen:
        entry = listing["images"][index]
        picture = cv2.imread(str(data / "street/train" / entry["file_name"]))
        if picture is not None:
            found.append(Background(picture, np.array(boxes[entry["id"]], np.float32).reshape(-1, 4)))
    return found


def clip_backgrounds(data: Path, per_clip: int) -> list[Background]:
    """A few frames of every shared road clip: burnt-in clocks, views from above, low resolution."""
    found = []
    for pattern in CLIPS:
        for path in sorted(data.glob(pattern)):
            clip = cv2.VideoCapture(str(path))
            step = max(1, int(clip.get(cv2.CAP_PROP_FRAME_COUNT)) // per_clip)
            kept = index = 0
            while kept < per_clip and clip.grab():
                if index % step == 0:
                    good, frame = clip.retrieve()
                    if good:
                        found.append(Background(frame, np.zeros((0, 4), np.float32)))
                        kept += 1
                index += 1
            clip.release()
    return found
