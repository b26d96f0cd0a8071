"""What the inference scheduler has done so far: the tally it keeps, and its figures for health and metrics."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CameraShare:
    """One camera's part: frames looked at, and the time they waited for their turn, in seconds."""

    frames: int = 0
    waited_s: float = 0.0
    longest_wait_s: float = 0.0


@dataclass(frozen=True, slots=True)
class InferenceFigures:
    """Counted since the start, over all cameras. Times in seconds.

    `runs` of a network, `frames` given to them, `batches` the runs that took several frames together, `split` those of
    them that failed and were done again frame by frame, `waiting` the frames that wait just now, `busy_s` the time
    spent in runs.
    """

    runs: int
    frames: int
    batches: int
    split: int
    waiting: int
    waited_s: float
    longest_wait_s: float
    busy_s: float
    by_camera: Mapping[str, CameraShare]


class InferenceTally:
    """Counts from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._runs = self._frames = self._batches = self._split = 0
        self._waited_s = self._longest_wait_s = self._busy_s = 0.0
        self._by_camera: dict[str, CameraShare] = {}

    def ran(self, frames: int, busy_s: float, *, split: bool = False) -> None:
        with self._lock:
            self._runs += 1
            self._batches += frames > 1
            self._split += split
            self._busy_s += busy_s

    def waited(self, camera_id: str, waited_s: float) -> None:
        """A frame of the camera has had its turn."""
        with self._lock:
            self._frames += 1
            self._waited_s += waited_s
            self._longest_wait_s = max(self._longest_wait_s, waited_s)
            share = self._by_camera.get(camera_id, CameraShare())
            longest_s = max(share.longest_wait_s, waited_s)
            self._by_camera[camera_id] = CameraShare(share.frames + 1, share.waited_s + waited_s, longest_s)

    def figures(self, waiting: int) -> InferenceFigures:
        with self._lock:
            return InferenceFigures(
                runs=self._runs,
                frames=self._frames,
                batches=self._batches,
                split=self._split,
                waiting=waiting,
                waited_s=self._waited_s,
                longest_wait_s=self._longest_wait_s,
                busy_s=self._busy_s,
                by_camera=dict(self._by_camera),
            )
