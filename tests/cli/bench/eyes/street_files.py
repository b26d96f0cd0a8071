"""A street set of one picture, made for tests: a car seen by a person, a bus by the teacher, an ignored corner."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np


def street_listing() -> dict[str, Any]:
    image = {
        "id": 7,
        "file_name": "one.jpg",
        "source": "made",
        "labelled_classes": [3, 5],
        "ignore_boxes": [[0, 0, 10, 10]],
    }
    car = {"image_id": 7, "category_id": 3, "bbox": [16, 16, 32, 16], "pseudo": 0}
    bus = {"image_id": 7, "category_id": 5, "bbox": [40, 40, 20, 20], "pseudo": 1}
    return {"images": [image], "annotations": [car, bus]}


def write_street_set(folder: Path) -> None:
    (folder / "val").mkdir(parents=True)
    cv2.imwrite(str(folder / "val" / "one.jpg"), np.full((64, 64, 3), 90, np.uint8))
    (folder / "val.json").write_text(json.dumps(street_listing()), encoding="utf-8")
