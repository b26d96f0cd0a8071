"""What a plate reader made of real plates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from skynet.cli.bench.eyes.plate_find import Corners, PlateFind
from skynet.cli.bench.eyes.plate_set import Ground, PlateScene, TruePlate
from skynet.cli.bench.eyes.reliability import SURE, Reliability
from skynet.vision.overlap import iou

SAME_IOU = 0.5
CLAIMED = 0.5
"""A read less sure than this says that it may be none: it is held against a reader only where a plate is."""


@dataclass(frozen=True, slots=True)
class PlateResult:
    """One true plate: the best read of it, and whether the finder's box was good. `ground` None where unmarked."""

    text: str
    ground: Ground | None
    held_out: bool
    find: PlateFind | None
    found: bool = True

    @property
    def exact(self) -> bool:
        return self.find is not None and _written_alike(self.find.text) == _written_alike(self.text)

    @property
    def without_province(self) -> bool:
        """Whether all but the first character is right; a reader that drops the province may."""
        if self.find is None:
            return False
        read, rest = _written_alike(self.find.text), _written_alike(self.text[1:])
        return read[-len(rest) :] == rest and len(read) <= len(self.text)

    @property
    def ground_right(self) -> bool:
        return (
            self.find is not None
            and self.find.kind is not None
            and self.ground is not None
            and (self.ground.fits(self.find.kind))
        )


def _written_alike(text: str) -> str:
    """A text as it looks on a plate: 0 and O, 1 and I are one glyph each, and the sets' labels have either."""
    return text.replace("O", "0").replace("I", "1")


@dataclass(slots=True)
class PlateScore:
    """All results of one contender. `finds` counts what it looked at in scenes; `beside` are plates that it claims to
    read there where nobody marked one (held out or not); `invented` the confidences of plates read in street pictures
    that show none of this country."""

    name: str
    crops: list[PlateResult] = field(default_factory=list)
    scenes: list[PlateResult] = field(default_factory=list)
    pictures: int = 0
    finds: int = 0
    beside: list[tuple[PlateFind, bool]] = field(default_factory=list)
    invented: list[float] = field(default_factory=list)
    street_pictures: int = 0

    def add_scene(self, scene: PlateScene, finds: Sequence[PlateFind]) -> None:
        """Each find belongs to the marked plate that its middle lies on; one on none is beside."""
        self.pictures += 1
        self.finds += len(finds)
        owners = [_owner(find.corners, scene.plates) for find in finds]
        for place, plate in enumerate(scene.plates):
            own = [find for find, owner in zip(finds, owners, strict=True) if owner == place]
            best = max(own, key=lambda find: (find.is_plate, find.confidence), default=None)
            good = any(_upright_iou(find.corners, plate.corners) >= SAME_IOU for find in finds)
            self.scenes.append(PlateResult(plate.text, plate.colour, scene.held_out, best, good))
        lost = [find for find, owner in zip(finds, owners, strict=True) if owner is None and find.is_plate]
        self.beside += [(find, scene.held_out) for find in lost if find.confidence >= CLAIMED]

    def sure_share(self, *, held_out: bool) -> float:
        """Share of the plates of crops and scenes that are read, right or wrong, at `SURE` or more."""
        finds = [one.find for one in [*self.crops, *self.scenes] if one.held_out or not held_out]
        return sum(find is not None and find.confidence >= SURE for find in finds) / max(1, len(finds))

    def reliability(self, *, held_out: bool) -> Reliability:
        """Of everything said to be a plate, in crops and scenes; a plate where nobody marked one counts as wrong."""
        results = [result for result in [*self.crops, *self.scenes] if result.held_out or not held_out]
        reads = [(one.find.confidence, one.exact) for one in results if one.find is not None and one.find.is_plate]
        reads += [(find.confidence, False) for find, held in self.beside if held or not held_out]
        return Reliability(reads)

    def invented_at(self, least: float) -> int:
        return sum(confidence >= least for confidence in self.invented)


def _owner(corners: Corners, plates: Sequence[TruePlate]) -> int | None:
    middle = corners.mean(axis=0)
    for place, plate in enumerate(plates):
        if (middle >= plate.corners.min(axis=0)).all() and (middle <= plate.corners.max(axis=0)).all():
            return place
    return None


def _upright_iou(one: Corners, other: Corners) -> float:
    boxes = [np.concatenate([corners.min(axis=0), corners.max(axis=0)])[None] for corners in (one, other)]
    return float(iou(boxes[0].astype(np.float32), boxes[1].astype(np.float32))[0, 0])
