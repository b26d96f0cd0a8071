"""Is anything going on in this picture at all? Asked before a neural network is run, so it must be cheap.

Remembers the scene of the last seconds: one instance a camera, one thread at a time. No I/O.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from skynet.domain.frame import Frame
from skynet.vision.scene_gain import scene_gain


@dataclass(frozen=True, slots=True)
class GateOptions:
    """`width` of the picture that is compared, in pixels; `floor` in grey levels and `sigmas` of the noise that a
    change exceeds; `min_area` of a change as a share of the picture; `memory_s` of the scene it is compared with;
    `linger_s` the gate stays open after the last change, for objects that stand still a moment."""

    width: int = 320
    floor: float = 8.0
    sigmas: float = 4.0
    min_area: float = 0.0002
    memory_s: float = 4.0
    linger_s: float = 2.0


class MotionGate:
    """Tells pictures in which something moves from pictures of the scene alone; in doubt it opens."""

    def __init__(self, options: GateOptions | None = None) -> None:
        self._options = options or GateOptions()
        self._mean: NDArray[np.float32] | None = None
        self._noise = np.empty((0, 0), np.float32)
        self._seen_at = -math.inf
        self._moved_at = -math.inf
        self.asked = 0
        self.opened = 0

    def moved(self, frame: Frame) -> bool:
        """Whether something moves in `frame` or did in the last `linger_s`; True for the first frame of a scene."""
        self.asked += 1
        if self._changed(frame):
            self._moved_at = frame.captured_at
        open_ = frame.captured_at - self._moved_at <= self._options.linger_s
        self.opened += open_
        return open_

    def _changed(self, frame: Frame) -> bool:
        picture = self._small(frame)
        step_s = min(max(frame.captured_at - self._seen_at, 0.0), 1.0)
        self._seen_at = frame.captured_at
        if self._mean is None or self._mean.shape != picture.shape:
            self._mean = picture
            self._noise = np.full_like(picture, 2.0)
            return True
        gain = scene_gain(picture, self._mean)
        if abs(gain - 1) > 0.004:
            self._mean *= gain
        difference = cv2.absdiff(picture, self._mean)
        over = (difference > np.maximum(self._noise * self._options.sigmas, self._options.floor)).astype(np.uint8)
        solid = cv2.erode(over, np.ones((2, 2), np.uint8))
        learned = 1 - math.exp(-step_s / self._options.memory_s)
        cv2.accumulateWeighted(picture, self._mean, learned)
        # Noise is learned where nothing moves, and slowly where something always does: foliage must not hold it open.
        quiet = 1 - over
        cv2.accumulateWeighted(difference * np.float32(1.25), self._noise, learned, mask=quiet)
        cv2.accumulateWeighted(difference * np.float32(1.25), self._noise, learned / 8, mask=over)
        return bool(np.count_nonzero(solid) >= max(2, self._options.min_area * solid.size))

    def _small(self, frame: Frame) -> NDArray[np.float32]:
        width = min(self._options.width, frame.width)
        height = max(1, round(frame.height * width / frame.width))
        small = cv2.resize(frame.luma(), (width, height), interpolation=cv2.INTER_LINEAR)
        return np.asarray(cv2.blur(small, (3, 3)), np.float32)
