"""The one face of all detectors: a frame in, the objects of the closed list out."""

from __future__ import annotations

from collections.abc import Sequence
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

    @property
    def batch_limit(self) -> int:
        """How many frames one run may take at most; 1 where several together are not cheaper than one by one."""
        ...

    def detect(self, frame: Frame) -> Detections:
        """Objects of `frame`, boxes in pixels of the source picture, overlaps resolved, best score first."""
        ...

    def detect_batch(self, frames: Sequence[Frame]) -> list[Detections]:
        """What `detect` would say of each frame, in runs of at most `batch_limit`."""
        ...
