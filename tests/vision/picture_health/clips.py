"""The scenes on which picture health is measured: the sample streams, and public clips where they are at hand.

Thresholds were chosen on those that are not `held_out`, and are reported on those that are.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np

from tests.vision.picture_health.degradations import Picture

SAMPLES = Path(__file__).parents[3] / "sample_streams"
WIDTH, FRAMES = 352, 24


@dataclass(frozen=True, slots=True)
class Clip:
    file: str
    held_out: bool
    public: bool = True

    @property
    def name(self) -> str:
        return Path(self.file).stem

    def path(self, data: Path | None) -> Path | None:
        """Where it lies; None where it is not at hand. `data` holds the public clips."""
        folder = data if self.public else SAMPLES
        return folder / self.file if folder and (folder / self.file).exists() else None


CLIPS = (
    Clip("car_park.mp4", held_out=False, public=False),
    Clip("road.mp4", held_out=False, public=False),
    Clip("intel_one-by-one-person-detection.mp4", held_out=False),
    Clip("alexdrake/625_201708311636.mp4", held_out=False),
    Clip("alexdrake/625_201709140917.mp4", held_out=False),
    Clip("school_gate.mp4", held_out=True, public=False),
    Clip("night_street.mp4", held_out=True, public=False),
    Clip("intel_car-detection.mp4", held_out=True),
    Clip("bgs_video.avi", held_out=True),
    Clip("roboflow_example_video.mp4", held_out=True),
    Clip("alexdrake/625_201709281436.mp4", held_out=True),
    Clip("alexdrake/625_201709171247.mp4", held_out=True),
)


@lru_cache(maxsize=16)
def clip_frames(clip: Clip, data: Path | None = None) -> tuple[Picture, ...]:
    """Frames from the whole length of a clip, at most `WIDTH` wide."""
    path = clip.path(data)
    if path is None:
        raise FileNotFoundError(clip.file)
    capture = cv2.VideoCapture(str(path))
    count = int(capture.get(cv2.CAP_PROP_FRAME_COUNT))
    frames = []
    for index in range(count):
        if not capture.grab():
            break
        if index % max(1, count // FRAMES) == 0:
            picture = capture.retrieve()[1]
            wide = min(WIDTH, picture.shape[1])
            high = round(picture.shape[0] * wide / picture.shape[1]) // 2 * 2
            frames.append(np.asarray(cv2.resize(picture, (wide, high), interpolation=cv2.INTER_AREA), np.uint8))
    capture.release()
    return tuple(frames)
