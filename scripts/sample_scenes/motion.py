"""Where things are at a time: a route along points, travelled at a changing pace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import CubicSpline, PchipInterpolator

SAMPLE_STEP_M = 0.05


@dataclass(frozen=True)
class Pose:
    """A place on the ground (metres), a heading (radians from +x), the way covered (m) and the speed (m/s)."""

    x: float
    y: float
    heading: float
    travelled: float
    speed: float


class Route:
    """A smooth path through ground points; `timing` lists (seconds, metres covered) and is followed without jerks.

    Before its first and after its last time the traveller is absent, unless `stays` keeps it where it ends.
    """

    def __init__(
        self,
        points: Sequence[tuple[float, float]],
        timing: Sequence[tuple[float, float]],
        stays: bool = False,
        reverse: bool = False,
    ) -> None:
        path = np.array(points, dtype=float)
        knots = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))])
        spline = CubicSpline(knots, path) if len(path) > 2 else None
        dense = np.arange(0, knots[-1] + SAMPLE_STEP_M, SAMPLE_STEP_M)
        way = spline(dense) if spline else path[0] + (path[-1] - path[0]) * (dense / knots[-1])[:, None]
        self._arc = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(way, axis=0), axis=1))])
        self._way = way
        direction = np.gradient(way, axis=0)
        self._headings = np.unwrap(np.arctan2(direction[:, 1], direction[:, 0])) + (np.pi if reverse else 0.0)
        times, covered = np.array(timing, dtype=float).T
        self._pace = PchipInterpolator(times, covered)
        self._rate = self._pace.derivative()
        self.begin, self.end = float(times[0]), float(times[-1])
        self.stays = stays
        self.parked = False

    @classmethod
    def standing(cls, place: tuple[float, float], heading: float) -> Route:
        """Parked for good at a place."""
        ahead = (place[0] + float(np.cos(heading)), place[1] + float(np.sin(heading)))
        route = cls([place, ahead], [(0.0, 0.0), (0.01, 0.0)], stays=True)
        route.parked = True
        return route

    @property
    def length(self) -> float:
        """Metres from the first point to the last."""
        return float(self._arc[-1])

    def at(self, t: float) -> Pose | None:
        """The pose at `t` seconds, or None while absent."""
        if t < self.begin or (t > self.end and not self.stays):
            return None
        moment = min(t, self.end)
        covered = float(self._pace(moment))
        speed = float(self._rate(moment)) if t <= self.end else 0.0
        x, y = (float(np.interp(covered, self._arc, self._way[:, axis])) for axis in range(2))
        if covered > self._arc[-1]:
            over = covered - self._arc[-1]
            x += float(np.cos(self._headings[-1])) * over
            y += float(np.sin(self._headings[-1])) * over
        return Pose(x, y, float(np.interp(covered, self._arc, self._headings)), covered, speed)


def steady(
    start: tuple[float, float], end: tuple[float, float], begin: float, speed: float, stays: bool = False
) -> Route:
    """A straight way at one speed (m/s), starting at `begin` seconds."""
    length = float(np.hypot(end[0] - start[0], end[1] - start[1]))
    return Route([start, end], [(begin, 0.0), (begin + length / speed, length)], stays)
