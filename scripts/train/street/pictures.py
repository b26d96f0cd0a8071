"""Labelled pictures for the street detector, all of them decoded in memory.

Reads COCO files with the keys of the street set's own README: which classes a person labelled in a picture, boxes that
a teacher added (`pseudo`), and boxes that count for nothing (`ignore_boxes`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

CLASS_COUNT = 6


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """`pixels` uint8 (h, w, 3) BGR; `boxes` float32 (n, 4) x1, y1, x2, y2 in its pixels; `classes` int64 (n,) from 0.

    `pseudo` bool (n,): the teacher's boxes. `ignored` float32 (m, 4): places where nothing is right or wrong. `trusted`
    float32 (6,): how much a cell without an object of that class counts as empty. `share`: how often it is
    shown, against others.
    """

    name: str
    source: str
    pixels: NDArray[np.uint8]
    boxes: NDArray[np.float32]
    classes: NDArray[np.int64]
    pseudo: NDArray[np.bool_]
    ignored: NDArray[np.float32]
    trusted: NDArray[np.float32]
    share: float = 1.0

    @property
    def labelled(self) -> NDArray[np.bool_]:
        """Classes that a person labelled here, bool (6,)."""
        return self.trusted >= 1


def load_street(folder: Path, split: str, *, trust_in_unlabelled: float = 0.3) -> list[Picture]:
    """The pictures of `split` ("train" or "val") in their order."""
    listed = json.loads((folder / f"{split}.json").read_text("utf-8"))
    annotations: dict[int, list[dict[str, object]]] = {}
    for annotation in listed["annotations"]:
        annotations.setdefault(annotation["image_id"], []).append(annotation)
    pictures = []
    for row in listed["images"]:
        pixels = cv2.imread(str(folder / split / row["file_name"]), cv2.IMREAD_COLOR)
        if pixels is None:
            raise SystemExit(f"{folder / split / row['file_name']}: cannot be read as a picture")
        own = annotations.get(row["id"], [])
        trusted = np.full(CLASS_COUNT, trust_in_unlabelled, np.float32)
        trusted[[c - 1 for c in row["labelled_classes"]]] = 1
        pictures.append(
            Picture(
                name=row["file_name"],
                source=row["source"],
                pixels=np.asarray(pixels, np.uint8),
                boxes=corners([a["bbox"] for a in own]),
                classes=np.array([a["category_id"] - 1 for a in own], np.int64),
                pseudo=np.array([bool(a["pseudo"]) for a in own], bool),
                ignored=corners(row["ignore_boxes"]),
                trusted=trusted,
            )
        )
    return pictures


def corners(boxes: list[list[float]]) -> NDArray[np.float32]:
    """Rows x, y, width, height as rows x1, y1, x2, y2."""
    rows = np.array(boxes, np.float32).reshape(-1, 4)
    return np.concatenate([rows[:, :2], rows[:, :2] + rows[:, 2:]], axis=1)
