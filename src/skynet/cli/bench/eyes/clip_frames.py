"""Frames of the shared clips with the boxes that were drawn on them by hand (`clip_labels.json`). Decodes the clips."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Literal, cast

import av
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from skynet.cli.bench.eyes.labelled_picture import LabelledPicture, corners_of
from skynet.domain.errors import BadInputError
from skynet.domain.label import ObjectLabel
from skynet.vision import StillImage

_LABELS = "clip_labels.json"
_IGNORE = "ignore"

LabelledBox = tuple[
    Literal["person", "bicycle", "car", "motorcycle", "bus", "truck", "ignore"], float, float, float, float
]


class _Frame(BaseModel):
    index: int
    boxes: list[LabelledBox]


class _Clip(BaseModel):
    clip: str
    frames: list[_Frame]


class ClipLabels(BaseModel):
    """All hand labels: of each clip, some frames by their number from 0; `made` says how."""

    made: str
    clips: list[_Clip]

    @classmethod
    def load(cls) -> ClipLabels:
        """The labels that come with the package."""
        return cls.model_validate_json((files(__package__) / _LABELS).read_text("utf-8"))


def load_clip_frames(folder: Path, labels: ClipLabels | None = None) -> list[LabelledPicture]:
    """The labelled frames of the clips in `folder`. Raises BadInputError when a clip is missing or too short."""
    pictures = []
    for clip in (labels or ClipLabels.load()).clips:
        wanted = {frame.index: frame for frame in clip.frames}
        found = 0
        for index, pixels in _frames(folder / clip.clip, sorted(wanted)):
            pictures.append(_picture(clip.clip, wanted[index], pixels))
            found += 1
        if found < len(wanted):
            raise BadInputError(f"{folder / clip.clip}: ends before frame {max(wanted)}; fetch the shared data anew")
    return pictures


def _frames(path: Path, indices: Sequence[int]) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    """The frames numbered `indices` (ascending), uint8 (H, W, 3) BGR."""
    wanted = set(indices)
    try:
        with av.open(str(path)) as container:
            for index, frame in enumerate(container.decode(video=0)):
                if index in wanted:
                    yield index, cast("NDArray[np.uint8]", frame.to_ndarray(format="bgr24"))
                if index >= indices[-1]:
                    return
    except (av.FFmpegError, OSError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BadInputError(
            f"{path}: cannot be read ({reason}); name the folder of the shared data with --data"
        ) from None


def _picture(clip: str, frame: _Frame, pixels: NDArray[np.uint8]) -> LabelledPicture:
    boxes: dict[ObjectLabel, list[list[float]]] = defaultdict(list)
    ignored: list[list[float]] = []
    for label, *box in frame.boxes:
        (ignored if label == _IGNORE else boxes[ObjectLabel(label)]).append(box)
    return LabelledPicture(
        name=f"{clip}#{frame.index}",
        group=clip,
        image=StillImage(pixels),
        boxes={label: corners_of(rows) for label, rows in boxes.items()},
        ignored=corners_of(ignored),
    )
