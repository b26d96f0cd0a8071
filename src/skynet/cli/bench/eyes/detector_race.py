"""All detectors on the same pictures in the same run: what each finds once, what each costs in shuffled rounds."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from rich.progress import Progress

from skynet.cli.bench.eyes.clip_frames import load_clip_frames
from skynet.cli.bench.eyes.detector_contender import OURS, YOLOX, DetectorContender
from skynet.cli.bench.eyes.detector_score import DetectorScore, mean_of, rows_of
from skynet.cli.bench.eyes.labelled_picture import LabelledPicture
from skynet.cli.bench.eyes.shared_data import SharedData
from skynet.cli.bench.eyes.street_set import load_street_set
from skynet.cli.bench.eyes.thinning import thinned
from skynet.cli.bench.reach import Reach
from skynet.cli.bench.result import Claim, Row

COST_PICTURES = 48
"""Pictures that a round's cost is the mean of."""
_QUICK_PICTURES = 12


@dataclass(frozen=True, slots=True)
class DetectorCourse:
    """What is looked at: pictures of the street set and frames of the clips."""

    street: Sequence[LabelledPicture]
    clips: Sequence[LabelledPicture]

    @classmethod
    def load(cls, data: SharedData, *, quick: bool) -> DetectorCourse:
        """Raises BadInputError when a set is not there."""
        street, clips = load_street_set(data.street), load_clip_frames(data.videos)
        return cls(thinned(street, _QUICK_PICTURES), thinned(clips, _QUICK_PICTURES)) if quick else cls(street, clips)

    def cost_frames(self) -> Sequence[LabelledPicture]:
        return thinned([*self.street, *self.clips], COST_PICTURES)


def run_detectors(
    course: DetectorCourse, contenders: Sequence[DetectorContender], rounds: int, progress: Progress
) -> tuple[list[DetectorScore], list[Row]]:
    """Scores and rows of all `contenders`."""
    scores = [_score(course, contender, progress) for contender in contenders]
    rival = next((score for score in scores if score.name == YOLOX), None)
    rows = [row for score in scores for row in rows_of(score, rival)]
    return scores, rows + _cost_rows(course, contenders, rounds, progress)


def _score(course: DetectorCourse, contender: DetectorContender, progress: Progress) -> DetectorScore:
    task = progress.add_task(f"{contender.name} looks", total=len(course.street) + len(course.clips))
    sights = []
    for picture in [*course.street, *course.clips]:
        sights.append((picture, contender.detect(picture.frame())))
        progress.advance(task)
    split = len(course.street)
    return DetectorScore(contender.name, contender.detector.trusted_score, sights[:split], sights[split:])


def _cost_rows(
    course: DetectorCourse, contenders: Sequence[DetectorContender], rounds: int, progress: Progress
) -> list[Row]:
    frames = [picture.frame() for picture in course.cost_frames()]
    spent: dict[str, list[tuple[float, float]]] = {contender.name: [] for contender in contenders}
    task = progress.add_task("what it costs", total=rounds * len(contenders))
    order = random.Random(rounds)  # noqa: S311 - only shuffles
    for _ in range(rounds):
        for contender in order.sample(list(contenders), len(contenders)):
            spent[contender.name].append(contender.cpu_ms(frames))
            progress.advance(task)
    rows = []
    for name, rounds_of in spent.items():
        rows.append(Row.of(name, "detector, whole", "CPU-ms/picture", [whole for whole, _ in rounds_of]))
        rows.append(Row.of(name, "detector, network alone", "CPU-ms/picture", [network for _, network in rounds_of]))
    rows += [Row.of(one.name, "detector, model file", "MB", [one.megabytes]) for one in contenders]
    return rows


def detector_claims(scores: Sequence[DetectorScore], rows: Sequence[Row]) -> list[Claim]:
    """What was hoped of our detector; none where it or its rival did not take part."""
    by_name = {score.name: score for score in scores}
    ours, rival = by_name.get(OURS), by_name.get(YOLOX)
    if ours is None or rival is None:
        return []
    reach = Reach(rows)
    theirs = mean_of(rival.average_precisions())
    reach.at_least(
        "mean AP50, ours / YOLOX-Nano's", mean_of(ours.average_precisions()) / theirs if theirs else None, 1.25
    )
    reach.at_most("CPU-ms of detect(), ours / YOLOX-Nano's", reach.ratio(OURS, YOLOX, "detector, whole"), 0.6)
    reach.at_least(
        "people found in clips, ours / YOLOX-Nano's", reach.ratio(OURS, YOLOX, "people in clips, recall"), 0.95
    )
    reach.at_least("cars found from above, %", reach.median(OURS, "cars from above, recall"), 60.0)
    small = "recall, objects of 16–32 px"
    reach.at_least("objects of 16–32 px found, ours / YOLOX-Nano's", reach.ratio(OURS, YOLOX, small), 1.0)
    reach.at_most("detector's file, MB", reach.median(OURS, "detector, model file"), 6.0)
    return reach.claims
