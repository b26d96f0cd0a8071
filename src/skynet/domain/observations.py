"""What was seen in one frame of one camera: the value that rules replay."""

from __future__ import annotations

from dataclasses import dataclass

from skynet.domain.detections import Detection


@dataclass(frozen=True, slots=True)
class Observations:
    """Tracked objects of one frame. `captured_at` POSIX seconds UTC; `width`, `height` of the picture in pixels."""

    camera_id: str
    captured_at: float
    width: int
    height: int
    objects: tuple[Detection, ...]
