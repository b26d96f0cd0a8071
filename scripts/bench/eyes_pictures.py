"""Draws good and bad cases of the shipped models for `docs/models.md`, on the project's own rendered streams.

`eyes-streets.jpg`: what the detector finds in one moment of each stream, in red what it misses, and in yellow what is
not there or whose box is off. `eyes-plates.jpg`: plates of the streams as the finder cut them out, with what the reader
makes of them: green is right, grey unsure, red wrong.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from skynet.domain.geometry import Box
from skynet.domain.plate_read import PlateRead
from skynet.vision import Detector, ModelStore, StillImage, create_detector
from skynet.vision.create_plate_reader import create_plate_reader
from skynet.vision.overlap import iou
from skynet.vision.plates.quad import rectified

STREAMS = Path(__file__).parents[2] / "sample_streams"
NAMES = ("car_park", "night_street", "road", "school_gate")
MOMENT = 0.55
"""Share of a stream after which its picture is taken."""
EVERY = 12
"""Frames from one look for plates to the next."""
LEAST_VISIBLE = 0.5
SURE, SAME_IOU = 0.9, 0.5
TILE = (640, 360)
PLATE, COLUMNS, ROWS = (216, 72), 4, 4
GREEN, GREY, RED, YELLOW, WHITE = (90, 190, 60), (150, 150, 150), (60, 60, 235), (0, 200, 240), (255, 255, 255)

Picture = NDArray[np.uint8]


@dataclass(frozen=True)
class PlateCase:
    """A plate as it was cut out, what was read, how surely, and what stands on it."""

    picture: Picture
    text: str
    confidence: float
    truth: str

    @property
    def colour(self) -> tuple[int, int, int]:
        if self.confidence < SURE:
            return GREY
        return GREEN if self.text == self.truth else RED


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("docs/images"))
    parser.add_argument("--detector", default="auto")
    parser.add_argument("--models-dir", type=Path)
    args = parser.parse_args()
    store = ModelStore.standard(args.models_dir)
    detector, reader = create_detector(args.detector, store), create_plate_reader(store, min_confidence=0)
    tiles, cases = [], list[PlateCase]()
    for name in NAMES:
        truth = json.loads((STREAMS / f"{name}.json").read_text("utf-8"))
        moment = round(MOMENT * truth["frames"])
        for index, picture in frames(STREAMS / f"{name}.mp4"):
            if index == moment:
                tiles.append(street_tile(picture, truth["objects"], index, detector))
            if index % EVERY == 0:
                cases += plate_cases(picture, truth["objects"], index, reader.read(picture))
    args.out.mkdir(parents=True, exist_ok=True)
    save(args.out / "eyes-streets.jpg", in_rows(tiles, 2))
    save(args.out / "eyes-plates.jpg", in_rows([plate_tile(case) for case in chosen(cases)], COLUMNS))


def frames(path: Path) -> Iterator[tuple[int, Picture]]:
    with av.open(str(path)) as container:
        for index, frame in enumerate(container.decode(video=0)):
            yield index, frame.to_ndarray(format="bgr24")


def street_tile(picture: Picture, objects: Sequence[dict[str, Any]], index: int, detector: Detector) -> Picture:
    canvas = picture.copy()
    scale = picture.shape[0] / TILE[1]
    found = detector.detect(StillImage(picture))
    found = found.select(found.scores >= detector.trusted_score)
    there = [(thing["label"], seen) for thing in objects for seen in thing["frames"] if seen["i"] == index]
    boxes = [Box(*seen["box"]) for _, seen in there]
    corners = np.array([[b.x, b.y, b.x + b.width, b.y + b.height] for b in boxes], np.float32).reshape(-1, 4)
    same = iou(corners, found.boxes) >= SAME_IOU
    for item, right in zip(found, same.any(axis=0), strict=True):
        draw_box(canvas, item.box, f"{item.label} {item.score:.2f}", GREEN if right else YELLOW, scale)
    for (label, seen), box, seen_right in zip(there, boxes, same.any(axis=1), strict=True):
        if seen["visible"] >= LEAST_VISIBLE and not seen_right:
            draw_box(canvas, box, label, RED, scale)
    return cv2.resize(canvas, TILE, interpolation=cv2.INTER_AREA)


def plate_cases(
    picture: Picture, objects: Sequence[dict[str, Any]], index: int, reads: Sequence[PlateRead]
) -> Iterator[PlateCase]:
    """The reads of plates that are there."""
    for thing in objects:
        corners = next((seen["plate"] for seen in thing["frames"] if seen["i"] == index), None)
        for read in reads if corners and thing["plate"] else ():
            middle = np.mean(read.corners, axis=0)
            if cv2.pointPolygonTest(np.array(corners, np.float32), middle.tolist(), False) >= 0:
                plate = rectified(picture, np.array(read.corners, np.float32))
                yield PlateCase(plate, read.text, read.confidence, thing["plate"]["text"])


def chosen(cases: Sequence[PlateCase]) -> list[PlateCase]:
    """Half of the sheet for sure reads, the rest for mistakes and the least sure ones, each of another plate."""
    ranked = sorted(cases, key=lambda case: -case.confidence)
    best = list({case.truth: case for case in reversed(ranked) if case.colour == GREEN}.values())
    wrong = list({case.truth: case for case in reversed(ranked) if case.colour == RED}.values())
    doubtful = list({case.truth: case for case in ranked if case.colour == GREY}.values())
    half = COLUMNS * ROWS // 2
    return [*best[:half], *[*wrong, *doubtful][:half]]


def plate_tile(case: PlateCase) -> Picture:
    plate = cv2.resize(case.picture, PLATE, interpolation=cv2.INTER_CUBIC)
    canvas = np.full((PLATE[1] + 34, PLATE[0] + 12, 3), WHITE, np.uint8)
    canvas[4 : 4 + PLATE[1], 6 : 6 + PLATE[0]] = plate
    words = case.text if case.text == case.truth else f"{case.text} ({case.truth})"
    write(canvas, f"{words} {case.confidence:.2f}", (6, PLATE[1] + 24), case.colour, 15)
    return canvas


def draw_box(canvas: Picture, box: Box, words: str, colour: tuple[int, int, int], scale: float) -> None:
    low = (round(box.x), round(box.y))
    high = (round(box.x + box.width), round(box.y + box.height))
    cv2.rectangle(canvas, low, high, colour, max(1, round(1.5 * scale)), cv2.LINE_AA)
    write(canvas, words, (low[0], max(round(11 * scale), low[1] - 3)), colour, round(12 * scale))


def write(canvas: Picture, words: str, at: tuple[int, int], colour: tuple[int, int, int], size: int) -> None:
    cv2.putText(canvas, words, at, colour, cv2.FontFace("uni"), size)


def in_rows(tiles: Sequence[Picture], columns: int) -> Picture:
    blank = np.full_like(tiles[0], 255)
    padded = [*tiles, *[blank] * (-len(tiles) % columns)]
    return np.vstack([np.hstack(padded[start : start + columns]) for start in range(0, len(padded), columns)])


def save(path: Path, picture: Picture) -> None:
    cv2.imwrite(str(path), picture, [cv2.IMWRITE_JPEG_QUALITY, 85])
    print(f"{path}: {picture.shape[1]}×{picture.shape[0]}")


if __name__ == "__main__":
    main()
