"""What detectors found in labelled pictures, as rows of a result."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from skynet.cli.bench.eyes.judgement import Judgement, judge
from skynet.cli.bench.eyes.labelled_picture import ROAD_LABELS, LabelledPicture
from skynet.cli.bench.result import Row
from skynet.domain.detections import Detections
from skynet.domain.label import ObjectLabel

VEHICLES = (ObjectLabel.CAR, ObjectLabel.BUS, ObjectLabel.TRUCK)
FROM_ABOVE = "intel_car-detection.mp4"
SMALL_SIDE = (16.0, 32.0)
"""Longer side, in pixels of the set's pictures, of what counts as small."""

Sight = tuple[LabelledPicture, Detections]
"""A picture and what one detector found in it."""


@dataclass(frozen=True, slots=True)
class DetectorScore:
    """What one contender found: in the street set, and in the frames of the clips."""

    name: str
    trusted_score: float
    street: Sequence[Sight]
    clips: Sequence[Sight]

    def average_precisions(self) -> dict[ObjectLabel, float]:
        """AP50 by class on the street set; a class without any object there is left out."""
        values = {label: judged(self.street, (label,)).average_precision() for label in ROAD_LABELS}
        return {label: value for label, value in values.items() if not math.isnan(value)}

    def small_recall(self) -> float:
        """Share of the street set's objects of 16 to 32 pixels that are found, at the detector's own threshold."""
        parts = [_judged_small(picture, found, label) for picture, found in self.street for label in ROAD_LABELS]
        return Judgement.merged(part.from_score(self.trusted_score) for part in parts).recall

    def people_in_clips(self) -> Judgement:
        return judged(self.clips, (ObjectLabel.PERSON,))

    def vehicles_in_clips(self) -> Judgement:
        """Any kind of vehicle counts for any other."""
        return judged(self.clips, VEHICLES)

    def cars_from_above(self) -> Judgement:
        return judged((sight for sight in self.clips if sight[0].group == FROM_ABOVE), (ObjectLabel.CAR,))


def judged(sights: Iterable[Sight], labels: Sequence[ObjectLabel]) -> Judgement:
    """Detections of `labels`, taken for one class, in the pictures where people looked for all of them."""
    return Judgement.merged(
        _judged_in(picture, found, labels) for picture, found in sights if picture.judged.issuperset(labels)
    )


def _judged_in(picture: LabelledPicture, found: Detections, labels: Sequence[ObjectLabel]) -> Judgement:
    chosen = found.select(np.array([label in labels for label in found.labels], np.bool_))
    truth = np.concatenate([picture.of(label) for label in labels])
    ignored = np.concatenate([picture.ignored_for(label) for label in labels])
    return judge(chosen.boxes, chosen.scores, truth, ignored)


def _judged_small(picture: LabelledPicture, found: Detections, label: ObjectLabel) -> Judgement:
    """Of small objects alone; detections are asked only whether they find one."""
    truth = picture.of(label)
    if label not in picture.judged or not len(truth):
        return Judgement.merged(())
    longer = (truth[:, 2:] - truth[:, :2]).max(axis=1)
    small = (longer >= SMALL_SIDE[0]) & (longer < SMALL_SIDE[1])
    chosen = found.select(np.array([one is label for one in found.labels], np.bool_))
    return judge(chosen.boxes, chosen.scores, truth[small], truth[~small])


def rows_of(score: DetectorScore, rival: DetectorScore | None) -> list[Row]:
    """All numbers of one contender; recall at the precision of `rival` where there is one."""
    name, row = score.name, Row.of
    rows = []
    if score.street:
        precisions = score.average_precisions()
        rows += [row(name, f"AP50 {label.value}", "%", [100 * value]) for label, value in precisions.items()]
        rows.append(row(name, "AP50 mean", "%", [100 * mean_of(precisions)]))
        rows.append(row(name, "recall, objects of 16–32 px", "%", [100 * score.small_recall()]))
    if score.clips:
        rows += _clip_rows(score, rival)
    return rows


def _clip_rows(score: DetectorScore, rival: DetectorScore | None) -> list[Row]:
    rows: list[Row] = []
    sides: Mapping[str, Callable[[DetectorScore], Judgement]] = {
        "people in clips": DetectorScore.people_in_clips,
        "vehicles in clips": DetectorScore.vehicles_in_clips,
        "cars from above": DetectorScore.cars_from_above,
    }
    for words, side in sides.items():
        whole = side(score)
        own = whole.from_score(score.trusted_score)
        rows.append(Row.of(score.name, f"{words}, recall", "%", [100 * own.recall]))
        rows.append(Row.of(score.name, f"{words}, precision", "%", [100 * own.precision]))
        if rival is not None:
            precision = side(rival).from_score(rival.trusted_score).precision
            at_same = whole.recall_at(precision)
            rows.append(Row.of(score.name, f"{words}, recall at {rival.name}'s precision", "%", [100 * at_same]))
    return rows


def mean_of(precisions: Mapping[ObjectLabel, float]) -> float:
    """Mean over the classes; 0 where there are none."""
    return sum(precisions.values()) / len(precisions) if precisions else 0.0
