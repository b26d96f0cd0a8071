"""Where a box will be: four independent Kalman filters of constant velocity with real time steps.

Frames are analysed at 2 to 25 a second and not evenly, so the step is an argument and the noise grows with it: white
acceleration, Q = q·[[t³/3, t²/2], [t²/2, t]] (Bar-Shalom et al., "Estimation with Applications to Tracking and
Navigation", §6.2). All noise is in units of the box's own size, so near and far objects behave alike.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

MEASURED = np.array([0.05, 0.05, 0.08, 0.08])
"""Standard deviation of a detector's centre x, centre y, width, height, in box sizes."""
ACCELERATION = np.array([1.2, 1.2, 0.3, 0.3])
"""In box sizes per second^1.5: a walker of one size turns round within a second."""
FIRST_SPEED = np.array([1.5, 1.5, 0.3, 0.3])
"""Standard deviation of the speed of an object seen once, in box sizes per second."""


class BoxFilter:
    """State of one box: centre x, centre y, width, height in pixels, each with its speed in pixels per second."""

    def __init__(self, box: NDArray[np.float32]) -> None:
        self._state = np.zeros((4, 2))
        self._state[:, 0] = _centred(box)
        size = self._size()
        self._variance = np.zeros((4, 2, 2))
        self._variance[:, 0, 0] = (MEASURED * size) ** 2
        self._variance[:, 1, 1] = (FIRST_SPEED * size) ** 2

    @property
    def box(self) -> NDArray[np.float32]:
        """x1, y1, x2, y2 in pixels, float32 (4,)."""
        x, y, width, height = self._state[:, 0]
        return np.array([x - width / 2, y - height / 2, x + width / 2, y + height / 2], np.float32)

    @property
    def blur(self) -> float:
        """Standard deviation of the centre, in box sizes."""
        return float(np.sqrt(self._variance[:2, 0, 0].max()) / self._size())

    def predict(self, step_s: float) -> None:
        """Go on by `step_s` ≥ 0 seconds."""
        self._state[:, 0] += self._state[:, 1] * step_s
        self._state[2:, 0] = np.maximum(self._state[2:, 0], 1.0)
        power = (ACCELERATION * self._size()) ** 2
        (a, b), (_, d) = self._variance.transpose(1, 2, 0)
        self._variance[:, 0, 0] = a + 2 * b * step_s + d * step_s**2 + power * step_s**3 / 3
        cross = b + d * step_s + power * step_s**2 / 2
        self._variance[:, 0, 1] = self._variance[:, 1, 0] = cross
        self._variance[:, 1, 1] = d + power * step_s

    def update(self, box: NDArray[np.float32]) -> None:
        """Take in a measured box, x1, y1, x2, y2."""
        surprise = _centred(box) - self._state[:, 0]
        total = self._variance[:, 0, 0] + (MEASURED * self._size()) ** 2
        gain = self._variance[:, :, 0] / total[:, None]
        self._state += gain * surprise[:, None]
        self._state[2:, 0] = np.maximum(self._state[2:, 0], 1.0)
        self._variance -= gain[:, :, None] * self._variance[:, None, 0, :]

    def coast(self) -> None:
        """The object was not seen: its size is taken to stay as it is."""
        self._state[2:, 1] = 0

    def rest(self) -> None:
        """The object is known to have stood still: what was its speed says nothing any more."""
        self._state[:, 1] = 0

    def _size(self) -> float:
        return float(max(1.0, self._state[2:, 0].mean()))


def _centred(box: NDArray[np.float32]) -> NDArray[np.float64]:
    x1, y1, x2, y2 = (float(v) for v in box)
    return np.array([(x1 + x2) / 2, (y1 + y2) / 2, max(1.0, x2 - x1), max(1.0, y2 - y1)])
