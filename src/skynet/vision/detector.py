"""The one face of all detectors: a frame in, the objects of the closed list out."""

from __future__ import annotations

from typing import Protocol

from skynet.domain.detections import Detections
from skynet.domain.frame import Frame


class Detector(Protocol):
    """Finds objects in one frame.

    A detector that wraps a neural network keeps nothing between frames and may serve all cameras of a process from
    any thread. `MotionDetector` remembers its scene: one per camera, one thread at a time.
    """

    @property
    def name(self) -> str:
        """Name of the model in the manifest, or `motion`."""
        ...

    @property
    def trusted_score(self) -> float:
        """Scores from here on may start a track; lower ones only keep a running track alive."""
        ...

    def detect(self, frame: Frame) -> Detections:
        """Objects of `frame`, boxes in pixels of the source picture, overlaps resolved, best score first."""
        ...
