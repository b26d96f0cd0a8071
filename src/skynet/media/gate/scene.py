"""The empty scene as a gate remembers it, and how far each of its places strays by itself.

A place is not judged by its noise alone but by its *peak*: the furthest that it has lately strayed from the scene for
nothing. Sensors, codecs, rain and leaves all stray, each as far as it does; what strays further than ever is news.
One thread at a time, no I/O.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from skynet.media.gate.options import GateOptions
from skynet.media.gate.small_picture import Plane, in_light_of

FORGET_PEAKS_S = 1200.0
RISE = 0.3
"""Share by which a peak follows a quiet picture that strays further."""
MARGIN = 1.4
"""News strays so much further than the peaks around it."""
AROUND = 7
"""Side of the square, in pixels, over which a peak counts: what one leaf does today, its neighbour does tomorrow."""
CELL = 16
"""Side of a cell in pixels."""
RESTLESS_TURNS = 3
"""A cell that changes and changes back so often in one awake spell does not show things that pass."""
FLICKER_TURNS = 1.7
"""Nor does one whose pixels, those that change at all, do so more often than this on average."""
STREWN = 33
"""Side of the square, in pixels, over which the force of rain is taken to be the same."""
MIN_FLICKER = 12
"""Fewer pixels than this say nothing about a cell."""


class Scene:
    """Learns from float32 (h, w) luma pictures of one size."""

    def __init__(self, picture: Plane, at: float, options: GateOptions) -> None:
        self._options = options
        self._mean = picture.copy()
        self._recent = picture.copy()
        self._peak = np.zeros_like(picture)
        self._threshold = np.full_like(picture, options.floor)
        self._seen_at = at
        rows, columns = (math.ceil(side / CELL) for side in picture.shape)
        self._spell_peak = np.zeros_like(picture)
        self._cell_turns = np.zeros((rows, columns), np.int32)
        self._cells_were_on = np.zeros((rows, columns), np.bool_)
        self._turns = np.zeros(picture.shape, np.uint8)
        self._were_on = np.zeros(picture.shape, np.bool_)

    @property
    def shape(self) -> tuple[int, ...]:
        return self._mean.shape

    def news(self, picture: Plane) -> Plane:
        """How far each pixel strays from the scene, in thresholds; float32 (h, w), from 1.0 on it has changed."""
        return self._strays(picture, in_light_of(self._mean, picture)) / self._threshold

    def stirs(self, picture: Plane) -> Plane:
        """The same against the last second or two: what moves now, whatever has come to stand here since."""
        return self._strays(picture, in_light_of(self._recent, picture)) / self._threshold

    def learn_quiet(self, picture: Plane, news: Plane, at: float) -> None:
        """Nothing that matters was in `picture`."""
        step_s = self._step(at)
        strays = news * self._threshold
        self._peak *= math.exp(-step_s / FORGET_PEAKS_S)
        further = ((strays > self._peak) & (news < 1)).astype(np.uint8)
        cv2.accumulateWeighted(strays, self._peak, RISE, mask=further)
        weight = 1 - math.exp(-step_s / self._options.scene_s)
        cv2.accumulateWeighted(picture, self._mean, weight)
        self._recent[:] = picture
        self._set_threshold()

    def learn_awake(self, picture: Plane, news: Plane, at: float) -> None:
        """A picture of an awake spell: what it means is known when the spell is over."""
        step_s = self._step(at)
        np.maximum(self._spell_peak, news * self._threshold, out=self._spell_peak)
        on = news >= 1
        self._turns += on & ~self._were_on
        self._were_on = on
        cells_on = _in_cells(on, self._cell_turns.shape) > 0
        self._cell_turns += cells_on & ~self._cells_were_on
        self._cells_were_on = cells_on
        weight = 1 - math.exp(-step_s / self._options.recent_s)
        cv2.accumulateWeighted(picture, self._recent, weight)

    def digest(self, occupied: NDArray[np.bool_]) -> None:
        """Places that came and went in the awake spell so far belong to the scene.

        `occupied` (h, w) is where objects were seen: nothing is learned of how far those places stray.
        """
        free = ~occupied
        flickers = self._flickers()
        np.maximum(self._peak, self._spell_peak, out=self._peak, where=self._places(flickers) & free)
        # What falls strikes each place once, the next place next time: only around it can its force be learned.
        strewn = (self._cell_turns >= RESTLESS_TURNS) & ~flickers
        if strewn.any():
            seen = np.where(free, self._spell_peak, np.float32(0))
            force = cv2.dilate(seen, np.ones((STREWN, STREWN), np.uint8))
            np.maximum(self._peak, force, out=self._peak, where=self._places(strewn) & free)
        self._set_threshold()
        self.begin_spell()

    def settle(self) -> None:
        """What stands here now is the scene."""
        self._mean[:] = self._recent

    def begin_spell(self) -> None:
        self._spell_peak.fill(0)
        self._turns.fill(0)
        self._were_on.fill(False)
        self._cell_turns.fill(0)
        self._cells_were_on.fill(False)

    def _places(self, cells: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """The pixels (h, w) of `cells` and of the cells beside them."""
        grown = cv2.dilate(cells.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        height, width = self._mean.shape
        return grown.repeat(CELL, axis=0).repeat(CELL, axis=1)[:height, :width]

    def _flickers(self) -> NDArray[np.bool_]:
        """Cells whose pixels come and go again and again, each for itself."""
        shape = self._cell_turns.shape
        changed, turns = _in_cells(self._turns > 0, shape), _in_cells(self._turns, shape)
        return turns >= FLICKER_TURNS * np.maximum(changed, MIN_FLICKER)

    def _strays(self, picture: Plane, scene: Plane) -> Plane:
        """Distance of each pixel to the range that `scene` shows within reach of it."""
        side = 2 * self._options.reach + 1
        kernel = np.ones((side, side), np.uint8)
        above = cv2.subtract(picture, cv2.dilate(scene, kernel))
        below = cv2.subtract(cv2.erode(scene, kernel), picture)
        return np.asarray(np.maximum(np.maximum(above, below), 0), np.float32)

    def _set_threshold(self) -> None:
        around = cv2.dilate(self._peak, np.ones((AROUND, AROUND), np.uint8))
        np.maximum(around * np.float32(MARGIN), self._options.floor, out=self._threshold)

    def _step(self, at: float) -> float:
        step_s = min(max(at - self._seen_at, 0.0), 20.0)
        self._seen_at = max(self._seen_at, at)
        return step_s


def _in_cells(values: NDArray[np.bool_] | NDArray[np.uint8], shape: tuple[int, ...]) -> NDArray[np.int64]:
    """Sums over the cells; `shape` rows and columns of them."""
    padded = np.zeros((shape[0] * CELL, shape[1] * CELL), np.uint8)
    padded[: values.shape[0], : values.shape[1]] = values
    return np.asarray(padded.reshape(shape[0], CELL, shape[1], CELL).sum(axis=(1, 3), dtype=np.int64))
