"""Makes training scenes: a piece of a street picture with plates and clutter put into it, as a camera sees it."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from .backgrounds import Background
from .camera import Camera
from .clutter import add_clutter
from .pasting import paste
from .pose import random_pose
from .scene import Picture, Plate, Scene

WIDTH_RANGE = (14.0, 230.0)
"""Widths of pasted plates in model pixels, drawn evenly on a logarithmic scale."""
COUNTS = (0.14, 0.3, 0.26, 0.15, 0.1, 0.05)
"""Chances of 0, 1, 2 … plates in a scene."""
TWO_ROW_ASPECT = 0.42
"""Height over width of a drawing from which on it has two rows."""


class SceneMaker:
    """Square scenes of ``side`` pixels from ``backgrounds`` with drawn plates, and from labelled photographs.

    ``draw`` makes a flat plate. ``photographs`` may be empty; else ``photo_share`` of the scenes are pieces of them.
    ``drawings`` plates are held from the start, so that none comes again soon; each is redrawn after its use.
    """

    def __init__(
        self,
        backgrounds: list[Background],
        photographs: list[Scene],
        rng: np.random.Generator,
        draw: Callable[[np.random.Generator], Picture],
        side: int = 288,
        photo_share: float = 0.25,
        clutter_share: float = 0.5,
        drawings: int = 1500,
    ) -> None:
        self._backgrounds = backgrounds
        self._photographs = photographs
        self._rng = rng
        self._side = side
        self._photo_share = photo_share if photographs else 0.0
        self._clutter_share = clutter_share
        self._draw = draw
        self._drawings = [draw(rng) for _ in range(drawings)]
        self._camera = Camera(rng)

    def make(self) -> Scene:
        """The next scene."""
        if self._rng.random() < self._photo_share:
            return self._piece_of_photograph()
        return self.pasted()

    def pasted(self) -> Scene:
        """A scene of a background with drawn plates only."""
        rng = self._rng
        background = self._backgrounds[rng.integers(len(self._backgrounds))]
        width = self._draw_width()
        canvas, vehicles, fill = self._cut(background, width)
        if rng.random() < self._clutter_share:
            for _ in range(rng.choice((1, 2, 3), p=(0.6, 0.3, 0.1))):
                add_clutter(canvas, rng)
        plates: list[Plate] = []
        for index in range(rng.choice(len(COUNTS), p=COUNTS)):
            place = self._place(vehicles, fill, width if index == 0 else None)
            if not self._add_plate(canvas, plates, *place):
                self._add_plate(canvas, plates, *self._place(vehicles, fill, None))
        return Scene(self._camera.take(canvas, rng), plates)

    def _draw_width(self) -> float:
        return float(np.exp(self._rng.uniform(*np.log(WIDTH_RANGE))))

    def _cut(self, background: Background, width: float) -> tuple[Picture, np.ndarray, tuple[float, float]]:
        """A piece in which a vehicle suits a plate of ``width`` pixels, the vehicles in it, and its filled size."""
        rng, side = self._rng, self._side
        height, breadth = background.picture.shape[:2]
        boxes = background.vehicles
        scale = float(np.exp(rng.uniform(np.log(0.5), np.log(2.2))))
        focus = rng.uniform((0, 0), (breadth, height))
        if len(boxes) and rng.random() < 0.8:
            box = boxes[rng.integers(len(boxes))]
            scale = float(np.clip(width / (rng.uniform(0.2, 0.34) * box[2]), 0.35, 2.8))
            focus = box[:2] + box[2:] * rng.uniform((0.2, 0.4), (0.8, 1.0))
        size = side / scale
        corner = focus - size * rng.uniform(0.2, 0.8, 2)
        corner = np.clip(corner, 0, np.maximum((breadth - size, height - size), 0))
        matrix = np.array([[scale, 0, -corner[0] * scale], [0, scale, -corner[1] * scale]])
        border = cv2.BORDER_REFLECT if rng.random() < 0.9 else cv2.BORDER_CONSTANT
        canvas = cv2.warpAffine(
            background.picture, matrix, (side, side), flags=cv2.INTER_LINEAR, borderMode=border, borderValue=(114,) * 3
        )
        filled = (min(side, (breadth - corner[0]) * scale), min(side, (height - corner[1]) * scale))
        moved = boxes * scale
        moved[:, :2] -= corner.astype(np.float32) * np.float32(scale)
        return np.asarray(canvas, np.uint8), moved, filled

    def _place(self, vehicles: np.ndarray, fill: tuple[float, float], width: float | None) -> tuple[np.ndarray, float]:
        """Centre and width of a plate: low on a vehicle and in proportion to it, or anywhere."""
        rng = self._rng
        seen = [b for b in vehicles if b[2] > 45 and 0 < b[0] + b[2] / 2 < fill[0] and 0 < b[1] + b[3] * 0.7 < fill[1]]
        if seen and rng.random() < 0.7:
            box = seen[rng.integers(len(seen))]
            wanted = box[2] * rng.uniform(0.2, 0.36)
            if wanted >= WIDTH_RANGE[0]:
                return box[:2] + box[2:] * rng.uniform((0.25, 0.5), (0.75, 0.95)), float(wanted)
        return rng.uniform((0, 0), fill), width or self._draw_width()

    def _add_plate(self, canvas: Picture, plates: list[Plate], centre: np.ndarray, width: float) -> bool:
        """Paste a plate; False when it would leave the picture or cover another."""
        rng = self._rng
        number = rng.integers(len(self._drawings))
        drawing = self._drawings[number]
        corners = (random_pose(rng, drawing.shape[1] / drawing.shape[0]) * min(width, WIDTH_RANGE[1]) + centre).astype(
            np.float32
        )
        low, high = corners.min(0), corners.max(0)
        if low.min() < 1 or high.max() > self._side - 1 or np.ptp(corners[:, 1]) < 5:
            return False
        if any((low < p.corners.max(0) + 4).all() and (high > p.corners.min(0) - 4).all() for p in plates):
            return False
        paste(canvas, drawing, corners, rng)
        plates.append(Plate(corners, two_row=drawing.shape[0] > TWO_ROW_ASPECT * drawing.shape[1]))
        self._drawings[number] = self._draw(rng)
        return True

    def _piece_of_photograph(self) -> Scene:
        """A labelled photograph turned a little, at a random scale, over a piece of a background."""
        rng, side = self._rng, self._side
        scene = self._photographs[rng.integers(len(self._photographs))]
        plate = scene.plates[rng.integers(len(scene.plates))]
        turn = float(np.clip(rng.normal(0, 9), -30, 30))
        scale = float(np.clip(self._draw_width() / plate.width, 0.08, 2.5))
        matrix = cv2.getRotationMatrix2D((0, 0), turn, scale)
        matrix[0, :] *= np.exp(rng.normal(0, 0.08))
        centre = plate.corners.mean(0)
        if rng.random() < 0.15:
            centre = rng.uniform((0, 0), scene.picture.shape[1::-1])
        matrix[:, 2] = rng.uniform(0.15 * side, 0.85 * side, 2) - matrix[:, :2] @ centre
        source = scene.picture
        while scale < 0.5:  # warping by less than half skips pixels: halve the picture first
            source, scale = cv2.pyrDown(source), scale * 2
            matrix[:, :2] *= 2
        canvas, _, _ = self._cut(self._backgrounds[rng.integers(len(self._backgrounds))], self._draw_width())
        cv2.warpAffine(
            source, matrix, (side, side), dst=canvas, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_TRANSPARENT
        )
        shrink = source.shape[1] / scene.picture.shape[1]
        matrix[:, :2] *= shrink
        plates = [_cut_off(p.moved(matrix), side) for p in scene.plates]
        return Scene(self._camera.take(np.asarray(canvas, np.uint8), rng), [p for p in plates if p is not None])


def _cut_off(plate: Plate, side: int) -> Plate | None:
    """None for a plate outside the picture; doubtful if partly outside or too small to be asked for."""
    inside = ((plate.corners > -1) & (plate.corners < side + 1)).all(axis=1)
    if (plate.corners.max(0) < 0).any() or (plate.corners.min(0) > side).any():
        return None
    if inside.all() and plate.width >= 12:
        return plate
    return Plate(plate.corners, plate.two_row, doubtful=True)
