"""A track: one object followed through one camera's frames. It never leaves its camera."""

from __future__ import annotations

from dataclasses import dataclass

from skynet.domain.label import ObjectLabel


@dataclass(frozen=True, slots=True)
class Track:
    """A finished or running track. Times in POSIX seconds UTC; `frames` counts frames in which it was seen."""

    track_id: int
    label: ObjectLabel
    started_at: float
    ended_at: float
    frames: int
