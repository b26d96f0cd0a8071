"""The mast-mounted camera: where it stands, and how a point of the street falls on its picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

NEAR_M = 0.8
FAR_M = 400.0


@dataclass(frozen=True)
class CameraView:
    """A pinhole camera. `yaw` turns right of +y, `pitch` tilts down, both in degrees; `focal` in pixels."""

    width: int
    height: int
    focal: float
    position: tuple[float, float, float]
    yaw: float
    pitch: float

    def axes(self) -> npt.NDArray[np.float64]:
        """Rows: right, up, forward, unit vectors of the world."""
        yaw, pitch = np.radians(self.yaw), np.radians(self.pitch)
        forward = np.array([np.sin(yaw) * np.cos(pitch), np.cos(yaw) * np.cos(pitch), -np.sin(pitch)])
        right = np.array([np.cos(yaw), -np.sin(yaw), 0.0])
        return np.stack([right, np.cross(right, forward), forward])

    def view_projection(self, jitter: tuple[float, float] = (0.0, 0.0)) -> npt.NDArray[np.float32]:
        """World to clip space, 4x4; `jitter` shifts the picture by parts of a pixel (for antialiasing)."""
        axes = self.axes()
        view = np.eye(4)
        view[:3, :3] = axes * np.array([1, 1, -1])[:, None]
        view[:3, 3] = -view[:3, :3] @ np.array(self.position)
        projection = np.zeros((4, 4))
        projection[0, 0] = 2 * self.focal / self.width
        projection[1, 1] = 2 * self.focal / self.height
        projection[0, 2] = 2 * jitter[0] / self.width
        projection[1, 2] = 2 * jitter[1] / self.height
        projection[2, 2] = -(FAR_M + NEAR_M) / (FAR_M - NEAR_M)
        projection[2, 3] = -2 * FAR_M * NEAR_M / (FAR_M - NEAR_M)
        projection[3, 2] = -1
        return (projection @ view).astype(np.float32)

    def project(self, points: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
        """Points (n, 3) in metres to (n, 3): x, y in pixels and depth in metres; depth <= 0 is behind the camera."""
        local = (np.asarray(points, dtype=np.float64) - np.array(self.position)) @ self.axes().T
        depth = np.where(local[:, 2] > NEAR_M, local[:, 2], np.nan)
        x = self.width / 2 + self.focal * local[:, 0] / depth
        y = self.height / 2 - self.focal * local[:, 1] / depth
        return np.stack([x, y, local[:, 2]], axis=1)
