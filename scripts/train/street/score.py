"""Average precision on the validation pictures, by the rules of the street set's README."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from street.pictures import CLASS_COUNT, Picture

OVERLAP = 0.5
SUPPRESS = 0.6
FLOOR = 0.02
GREY = 114

Answer = Callable[[NDArray[np.uint8]], NDArray[np.float32]]
"""A picture (h, w, 3) BGR to rows x1, y1, x2, y2, score, class in its pixels."""


def average_precision(pictures: list[Picture], answer: Answer) -> NDArray[np.float64]:
    """AP at IoU 0.5 of each class (6,), over the pictures in which a person labelled that class. Pseudo boxes and
    ignored places count neither as right nor as wrong."""
    hits: list[list[tuple[float, bool]]] = [[] for _ in range(CLASS_COUNT)]
    wanted = np.zeros(CLASS_COUNT)
    for picture in pictures:
        rows = answer(picture.pixels)
        for label in np.flatnonzero(picture.labelled):
            own = picture.classes == label
            truth = picture.boxes[own & ~picture.pseudo]
            neutral = np.concatenate([picture.boxes[own & picture.pseudo], picture.ignored])
            wanted[label] += len(truth)
            hits[label] += _judged(rows[rows[:, 5] == label], truth, neutral)
    return np.array([_area(found, total) for found, total in zip(hits, wanted, strict=True)])


def _judged(
    rows: NDArray[np.float32], truth: NDArray[np.float32], neutral: NDArray[np.float32]
) -> list[tuple[float, bool]]:
    judged, free = [], np.ones(len(truth), bool)
    for row in rows[np.argsort(-rows[:, 4])]:
        overlaps = iou(row[None, :4], truth)[0] * free if len(truth) else np.zeros(0)
        if len(overlaps) and overlaps.max() >= OVERLAP:
            free[overlaps.argmax()] = False
            judged.append((float(row[4]), True))
        elif not _is_neutral(row[:4], neutral):
            judged.append((float(row[4]), False))
    return judged


def _is_neutral(box: NDArray[np.float32], neutral: NDArray[np.float32]) -> bool:
    if not len(neutral):
        return False
    meet = np.clip(np.minimum(box[2:], neutral[:, 2:]) - np.maximum(box[:2], neutral[:, :2]), 0, None).prod(1)
    covered = meet / max(float((box[2:] - box[:2]).prod()), 1e-6)
    return bool((covered >= OVERLAP).any() or (iou(box[None], neutral)[0] >= OVERLAP).any())


def _area(found: list[tuple[float, bool]], total: float) -> float:
    if not found or not total:
        return 0.0
    right = np.array([hit for _, hit in sorted(found, key=lambda pair: -pair[0])])
    recall = right.cumsum() / total
    precision = right.cumsum() / np.arange(1, len(right) + 1)
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    return float((np.diff(recall, prepend=0) * envelope).sum())


def iou(a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float32]:
    meet = np.clip(np.minimum(a[:, None, 2:], b[None, :, 2:]) - np.maximum(a[:, None, :2], b[None, :, :2]), 0, None)
    meet = meet.prod(2)
    areas = (a[:, 2:] - a[:, :2]).prod(1)[:, None] + (b[:, 2:] - b[:, :2]).prod(1)[None]
    return np.asarray(meet / np.maximum(areas - meet, 1e-6), np.float32)


def suppressed(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """The best of overlapping rows of one class."""
    kept = []
    for label in range(CLASS_COUNT):
        own = rows[rows[:, 5] == label]
        boxes = np.concatenate([own[:, :2], own[:, 2:4] - own[:, :2]], axis=1)
        keep = cv2.dnn.NMSBoxes(boxes.tolist(), own[:, 4].tolist(), FLOOR, SUPPRESS) if len(own) else []
        kept.append(own[np.array(keep, int).ravel()])
    return np.concatenate(kept)


def fitted(pixels: NDArray[np.uint8], longest: int) -> tuple[NDArray[np.uint8], float]:
    """`pixels` scaled to `longest` side, on a canvas of multiples of 32, and the scale."""
    height, width = pixels.shape[:2]
    scale = longest / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    canvas = np.full((-(-size[1] // 32) * 32, -(-size[0] // 32) * 32, 3), GREY, np.uint8)
    canvas[: size[1], : size[0]] = cv2.resize(pixels, size, interpolation=method)
    return canvas, scale
