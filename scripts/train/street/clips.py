"""Frames of unlabelled clips as training pictures: labelled by the teacher, or by motion where the teacher is blind."""

from __future__ import annotations

from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from street.pictures import CLASS_COUNT, Picture
from street.score import suppressed
from street.teacher import COCO_COLUMNS, TEACHER_SIDE, Teacher

SURE, DOUBTFUL = 0.4, 0.12
"""Teacher's scores from which a box is a label, and from which it is at least no background."""
TRUST = 0.5
PERSON, CAR = 0, 2
FROM_ABOVE = ("intel_car-detection.mp4",)
"""Clips of cars alone seen from straight above, where the teacher finds nothing: what moves is a car."""
LEAST_MOVED = 32
LEAST_AREA = 1500.0
ONE_CAMERA_SHARE, PEOPLE_SHARE = 0.6, 3.0
"""How often a frame is shown, against a street picture: many clips are of one camera, few show people."""


def clip_pictures(folder: Path, teacher: Teacher, *, per_clip: int = 16) -> list[Picture]:
    """Up to `per_clip` frames of every clip in `folder` and its subfolders."""
    pictures: list[Picture] = []
    for path in sorted([*folder.rglob("*.mp4"), *folder.rglob("*.gif")]):
        frames = _frames(path)
        if len(frames) < 40 or frames[0].shape[0] < 200:
            continue
        from_above = path.name in FROM_ABOVE
        count = 6 * per_clip if from_above else per_clip
        chosen = [int(i) for i in np.linspace(0, len(frames) - 1, min(count, len(frames)))]
        still = np.median(np.stack(frames[::8]), axis=0).astype(np.uint8) if from_above else None
        for index in chosen:
            name = f"{path.name}:{index}"
            if still is None:
                pictures.append(_taught(name, frames[index], teacher))
            else:
                pictures.append(_moving(name, frames[index], still))
    return pictures


def _frames(path: Path) -> list[NDArray[np.uint8]]:
    """All frames of a clip, none larger than 768 pixels."""
    frames = []
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            pixels = frame.to_ndarray(format="bgr24")
            scale = min(1.0, 768 / max(pixels.shape[:2]))
            if scale < 1:
                pixels = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
            frames.append(np.asarray(pixels, np.uint8))
    return frames


def _taught(name: str, pixels: NDArray[np.uint8], teacher: Teacher) -> Picture:
    height, width = pixels.shape[:2]
    scale = TEACHER_SIDE / max(height, width)
    canvas = np.full((TEACHER_SIDE, TEACHER_SIDE, 3), 114, np.uint8)
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    canvas[: small.shape[0], : small.shape[1]] = small[:TEACHER_SIDE, :TEACHER_SIDE]
    rows = answers(teacher.look(canvas)[0])
    rows[:, :4] /= scale
    sure = rows[:, 4] >= SURE
    return Picture(
        name=name,
        source="clips",
        pixels=pixels,
        boxes=rows[sure, :4],
        classes=rows[sure, 5].astype(np.int64),
        pseudo=np.ones(int(sure.sum()), bool),
        ignored=rows[~sure, :4],
        trusted=np.full(CLASS_COUNT, TRUST, np.float32),
        share=PEOPLE_SHARE if (rows[sure, 5] == PERSON).any() else ONE_CAMERA_SHARE,
    )


def answers(raw: NDArray[np.float32]) -> NDArray[np.float32]:
    """The teacher's raw answers (N, 85) as rows x1, y1, x2, y2, score, class in its own pixels, doubtful ones too."""
    cells, strides = [], []
    for stride in (8, 16, 32):
        ys, xs = np.mgrid[: TEACHER_SIDE // stride, : TEACHER_SIDE // stride]
        cells.append(np.stack([xs.ravel(), ys.ravel()], axis=1))
        strides.append(np.full((xs.size, 1), stride))
    step = np.concatenate(strides)
    centres = (raw[:, :2] + np.concatenate(cells)) * step
    halves = np.exp(raw[:, 2:4]) * step / 2
    scores = raw[:, 4:5] * raw[:, 5:][:, COCO_COLUMNS]
    best = scores.argmax(1)
    top = scores.max(1)
    keep = top >= DOUBTFUL
    rows = np.concatenate([centres - halves, centres + halves, top[:, None], best[:, None]], axis=1)
    return suppressed(rows[keep].astype(np.float32))


def _moving(name: str, pixels: NDArray[np.uint8], still: NDArray[np.uint8]) -> Picture:
    """What differs from the still scene, each piece one car."""
    difference = pixels.astype(np.int16) - still
    # The camera's exposure follows the cars: what the whole picture gained is not motion.
    difference -= np.median(difference[::8, ::8], axis=(0, 1)).astype(np.int16)
    moved = (np.abs(difference).max(axis=2) > LEAST_MOVED).astype(np.uint8)
    mask = cv2.morphologyEx(moved, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((21, 21), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask)
    boxes, unsure = [], []
    for x, y, width, height, area in stats[1:]:
        row = [x, y, x + width, y + height]
        (boxes if area >= LEAST_AREA and min(width, height) >= 25 else unsure).append(row)
    return Picture(
        name=name,
        source="clips",
        pixels=pixels,
        boxes=np.array(boxes, np.float32).reshape(-1, 4),
        classes=np.full(len(boxes), CAR, np.int64),
        pseudo=np.ones(len(boxes), bool),
        ignored=np.array(unsure, np.float32).reshape(-1, 4),
        trusted=np.ones(CLASS_COUNT, np.float32),
    )
