"""What a plate reader made of real plates, as rows of a result."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from skynet.cli.bench.eyes.plate_find import Corners, PlateFind
from skynet.cli.bench.eyes.plate_set import Ground, PlateScene, TruePlate
from skynet.cli.bench.eyes.reliability import SURE, Reliability
from skynet.cli.bench.result import Row
from skynet.domain.plate import PROVINCES
from skynet.vision.overlap import iou

SAME_IOU = 0.5
LEAST_PLATES = 10
"""A province with fewer plates gets no row of its own."""
HELD_OUT = "held-out half"


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
        return self.find is not None and self.find.text == self.text

    @property
    def without_province(self) -> bool:
        """Whether all but the first character is right; a reader that drops the province may."""
        rest = self.text[1:]
        return self.find is not None and self.find.text[-len(rest) :] == rest and len(self.find.text) <= len(self.text)

    @property
    def ground_right(self) -> bool:
        return (
            self.find is not None
            and self.find.kind is not None
            and self.ground is not None
            and (self.ground.fits(self.find.kind))
        )


@dataclass(slots=True)
class PlateScore:
    """All results of one contender. `beside` are plates read where nobody marked one, in scenes (held out or not);
    `invented` the confidences of plates read in street pictures that show none of this country."""

    name: str
    crops: list[PlateResult] = field(default_factory=list)
    scenes: list[PlateResult] = field(default_factory=list)
    beside: list[tuple[PlateFind, bool]] = field(default_factory=list)
    invented: list[float] = field(default_factory=list)
    street_pictures: int = 0

    def add_scene(self, scene: PlateScene, finds: Sequence[PlateFind]) -> None:
        """Each find belongs to the marked plate that its middle lies on; one on none is beside."""
        owners = [_owner(find.corners, scene.plates) for find in finds]
        for place, plate in enumerate(scene.plates):
            own = [find for find, owner in zip(finds, owners, strict=True) if owner == place]
            best = max(own, key=lambda find: (find.is_plate, find.confidence), default=None)
            good = any(_upright_iou(find.corners, plate.corners) >= SAME_IOU for find in finds)
            self.scenes.append(PlateResult(plate.text, plate.colour, scene.held_out, best, good))
        lost = [find for find, owner in zip(finds, owners, strict=True) if owner is None and find.is_plate]
        self.beside += [(find, scene.held_out) for find in lost]

    def reliability(self, *, held_out: bool) -> Reliability:
        """Of everything said to be a plate, in crops and scenes; a plate where nobody marked one counts as wrong."""
        results = [result for result in [*self.crops, *self.scenes] if result.held_out or not held_out]
        reads = [(one.find.confidence, one.exact) for one in results if one.find is not None and one.find.is_plate]
        reads += [(find.confidence, False) for find, held in self.beside if held or not held_out]
        return Reliability(reads)

    def invented_at(self, least: float) -> int:
        return sum(confidence >= least for confidence in self.invented)


def rows_of(score: PlateScore) -> list[Row]:
    """All numbers but the costs."""
    rows: list[Row] = []
    for set_name, results in (("crops", score.crops), ("scenes", score.scenes)):
        halves = ((set_name, results), (f"{set_name}, {HELD_OUT}", [one for one in results if one.held_out]))
        for words, chosen in halves:
            rows += _share_rows(score.name, words, chosen, with_scene=set_name == "scenes")
    rows += _province_rows(score)
    for words, held_out in (("", False), (f", {HELD_OUT}", True)):
        rows += _reliability_rows(score.name, words, score.reliability(held_out=held_out))
    rows += _band_rows(score.name, score.reliability(held_out=False))
    if score.street_pictures:
        for least in (0.5, SURE):
            words = f"plates invented at ≥ {least:g} in {score.street_pictures} street pictures"
            rows.append(Row.of(score.name, words, "plates", [score.invented_at(least)]))
    return rows


def _share_rows(name: str, words: str, results: Sequence[PlateResult], *, with_scene: bool) -> list[Row]:
    sides: dict[str, Callable[[PlateResult], bool]] = {
        "exact": lambda one: one.exact,
        "without province": lambda one: one.without_province,
    }
    rows = []
    if with_scene:
        sides = {"found": lambda one: one.found, **sides}
    if results:
        rows += [_share(name, f"{words}, {side}", [test(one) for one in results]) for side, test in sides.items()]
    if any(one.find is not None and one.find.kind is not None and one.ground is not None for one in results):
        rows.append(_share(name, f"{words}, ground colour", [one.ground_right for one in results]))
    for ground in Ground:
        if own := [one.exact for one in results if one.ground is ground]:
            rows.append(_share(name, f"{words}, {ground.name.lower()}, exact", own))
    return rows


def _province_rows(score: PlateScore) -> list[Row]:
    """Over crops and scenes together; provinces with few plates in one row."""
    results = [*score.crops, *score.scenes]
    counts = {province: sum(one.text[0] == province for one in results) for province in PROVINCES}
    rows, rest = [], list[bool]()
    for province, count in counts.items():
        own = [one.exact for one in results if one.text[0] == province]
        if count >= LEAST_PLATES:
            rows.append(_share(score.name, f"{province} ({count} plates), exact", own))
        else:
            rest += own
    if rest:
        rows.append(_share(score.name, f"other provinces ({len(rest)} plates), exact", rest))
    return rows


def _reliability_rows(name: str, words: str, reliability: Reliability) -> list[Row]:
    if not reliability.reads:
        return []
    sure, right = reliability.sure()
    rows = [Row.of(name, f"reads at ≥ {SURE:g}{words}", "%", [100 * sure / len(reliability.reads)])]
    if sure:
        rows.append(Row.of(name, f"reads at ≥ {SURE:g}{words}, right", "%", [100 * right / sure]))
    rows.append(Row.of(name, f"reads{words}, claim off by", "%", [100 * reliability.gap()]))
    return rows


def _band_rows(name: str, reliability: Reliability) -> list[Row]:
    rows = []
    for band in reliability.bands():
        words = f"reads claimed {band.low:g}–{band.high:g}"
        rows.append(Row.of(name, words, "reads", [band.reads]))
        rows.append(Row.of(name, f"{words}, right", "%", [100 * band.right / band.reads]))
    return rows


def _share(name: str, words: str, answers: Sequence[bool]) -> Row:
    return Row.of(name, words, "%", [100 * sum(answers) / len(answers)])


def _owner(corners: Corners, plates: Sequence[TruePlate]) -> int | None:
    middle = corners.mean(axis=0)
    for place, plate in enumerate(plates):
        if (middle >= plate.corners.min(axis=0)).all() and (middle <= plate.corners.max(axis=0)).all():
            return place
    return None


def _upright_iou(one: Corners, other: Corners) -> float:
    boxes = [np.concatenate([corners.min(axis=0), corners.max(axis=0)])[None] for corners in (one, other)]
    return float(iou(boxes[0].astype(np.float32), boxes[1].astype(np.float32))[0, 0])
