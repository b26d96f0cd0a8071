"""All plate readers on the same pictures in the same run: what each reads once, what each costs in shuffled rounds."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray
from rich.progress import Progress

from skynet.cli.bench.eyes.labelled_picture import LabelledPicture
from skynet.cli.bench.eyes.plate_find import PlateContender
from skynet.cli.bench.eyes.plate_rows import HELD_OUT, rows_of
from skynet.cli.bench.eyes.plate_score import PlateResult, PlateScore
from skynet.cli.bench.eyes.plate_set import PlateCrop, PlateScene, load_crops, load_scenes
from skynet.cli.bench.eyes.reliability import SURE
from skynet.cli.bench.eyes.shared_data import SharedData
from skynet.cli.bench.eyes.street_set import load_street_set
from skynet.cli.bench.eyes.thinning import thinned
from skynet.cli.bench.reach import Reach
from skynet.cli.bench.result import Claim, Row
from skynet.vision import StillImage

OURS = "ours"
STREET_PICTURES = 500
FRAME_SIZE = (640, 384)
COST_CROPS, COST_SCENES = 48, 8
_QUICK_CROPS, _QUICK_PICTURES = 16, 4

Picture = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class PlateCourse:
    """What is read: crops, scenes, and street pictures that show no plate of this country."""

    crops: Sequence[PlateCrop]
    scenes: Sequence[PlateScene]
    street: Sequence[LabelledPicture]

    @classmethod
    def load(cls, data: SharedData, *, quick: bool) -> PlateCourse:
        """Raises BadInputError when a set is not there."""
        crops, scenes = load_crops(data.crops), load_scenes(data.scenes)
        street = load_street_set(data.street)[:STREET_PICTURES]
        if quick:
            return cls(thinned(crops, _QUICK_CROPS), thinned(scenes, _QUICK_PICTURES), thinned(street, _QUICK_PICTURES))
        return cls(crops, scenes, street)


def run_plates(
    course: PlateCourse, contenders: Sequence[PlateContender], rounds: int, progress: Progress
) -> tuple[list[PlateScore], list[Row]]:
    """Scores and rows of all `contenders`."""
    scores = [_score(course, contender, progress) for contender in contenders]
    rows = [row for score in scores for row in rows_of(score)]
    return scores, rows + _cost_rows(course, contenders, rounds, progress)


def _score(course: PlateCourse, contender: PlateContender, progress: Progress) -> PlateScore:
    score = PlateScore(contender.name, street_pictures=len(course.street))
    task = progress.add_task(
        f"{contender.name} reads", total=len(course.crops) + len(course.scenes) + len(course.street)
    )
    for crop in course.crops:
        find = contender.read_crop(StillImage.load(crop.path).pixels)
        score.crops.append(PlateResult(crop.text, None, crop.held_out, find))
        progress.advance(task)
    for scene in course.scenes:
        score.add_scene(scene, contender.read_scene(StillImage.load(scene.path).pixels))
        progress.advance(task)
    for picture in course.street:
        finds = contender.read_scene(picture.frame().pixels)
        score.invented += [find.confidence for find in finds if find.is_plate]
        progress.advance(task)
    return score


def _cost_rows(course: PlateCourse, contenders: Sequence[PlateContender], rounds: int, progress: Progress) -> list[Row]:
    crops = [StillImage.load(crop.path).pixels for crop in thinned(course.crops, COST_CROPS)]
    scenes = [StillImage.load(scene.path).pixels for scene in thinned(course.scenes, COST_SCENES)]
    frames = [cast("Picture", cv2.resize(scene, FRAME_SIZE, interpolation=cv2.INTER_AREA)) for scene in scenes]
    rows: dict[tuple[str, str, str], list[float]] = {}
    task = progress.add_task("what it costs", total=rounds * len(contenders))
    order = random.Random(rounds)  # noqa: S311 - only shuffles
    for _ in range(rounds):
        for one in order.sample(list(contenders), len(contenders)):
            sides: tuple[tuple[str, str, Callable[[Picture], object], Sequence[Picture]], ...] = (
                ("reader", "CPU-ms/plate", one.read_crop, crops),
                ("finder, 640×384", "CPU-ms/picture", one.find, frames),
                ("scene, finder and reader", "CPU-ms/picture", one.read_scene, scenes),
            )
            for words, unit, act, pictures in sides:
                rows.setdefault((one.name, words, unit), []).append(_cpu_ms(act, pictures))
            progress.advance(task)
    return [Row.of(*key, values) for key, values in rows.items()]


def _cpu_ms(act: Callable[[Picture], object], pictures: Sequence[Picture]) -> float:
    """CPU-ms a picture of this process."""
    started = time.process_time()
    for picture in pictures:
        act(picture)
    return 1000 * (time.process_time() - started) / len(pictures)


def plate_claims(scores: Sequence[PlateScore], rows: Sequence[Row]) -> list[Claim]:
    """What was hoped of our plates, on the half that nothing was trained on; none where ours did not take part."""
    ours = next((score for score in scores if score.name == OURS), None)
    if ours is None:
        return []
    reach = Reach(rows)
    reach.at_least(f"crops read exactly, {HELD_OUT}, %", reach.median(OURS, f"crops, {HELD_OUT}, exact"), 97.0)
    reach.at_least(
        f"plates of scenes read exactly, {HELD_OUT}, %", reach.median(OURS, f"scenes, {HELD_OUT}, exact"), 90.0
    )
    reach.at_least(f"plates of scenes found, {HELD_OUT}, %", reach.median(OURS, f"scenes, {HELD_OUT}, found"), 97.0)
    reach.at_most("reader, CPU-ms a plate", reach.median(OURS, "reader"), 4.0)
    reach.at_most("finder, CPU-ms a 640-px frame", reach.median(OURS, "finder, 640×384"), 12.0)
    reach.at_least(
        f"right among reads given ≥ {SURE:g}, {HELD_OUT}, %",
        reach.median(OURS, f"reads at ≥ {SURE:g}, {HELD_OUT}, right"),
        99.0,
    )
    reach.at_most(f"plates invented at ≥ {SURE:g} in {ours.street_pictures} street pictures", ours.invented_at(SURE), 0)
    return reach.claims
