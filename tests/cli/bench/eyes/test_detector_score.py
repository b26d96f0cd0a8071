import numpy as np
import pytest

from skynet.cli.bench.eyes.detector_contender import OURS, YOLOX
from skynet.cli.bench.eyes.detector_race import detector_claims
from skynet.cli.bench.eyes.detector_score import FROM_ABOVE, DetectorScore, Sight, rows_of
from skynet.cli.bench.eyes.labelled_picture import LabelledPicture, corners_of
from skynet.cli.bench.result import Row
from skynet.domain.detections import Detections
from skynet.domain.label import ObjectLabel
from skynet.vision import StillImage

CAR, TRUCK, PERSON = ObjectLabel.CAR, ObjectLabel.TRUCK, ObjectLabel.PERSON
BIG, SMALL = (100, 100, 60, 40), (10, 10, 20, 20)


def sight(
    truth: dict[ObjectLabel, list[tuple[float, ...]]],
    found: list[tuple[ObjectLabel, float, tuple[float, ...]]],
    *,
    group: str = "made",
    judged: frozenset[ObjectLabel] | None = None,
) -> Sight:
    picture = LabelledPicture(
        name="made",
        group=group,
        image=StillImage(np.zeros((200, 200, 3), np.uint8)),
        boxes={label: corners_of([list(box) for box in boxes]) for label, boxes in truth.items()},
        **({} if judged is None else {"judged": judged}),
    )
    boxes = corners_of([list(box) for _, _, box in found])
    scores = np.array([score for _, score, _ in found], np.float32)
    return picture, Detections.of(boxes, scores, [label for label, _, _ in found])


def score(name: str = OURS, street: list[Sight] | None = None, clips: list[Sight] | None = None) -> DetectorScore:
    return DetectorScore(name, 0.35, street or [], clips or [])


def test_a_class_is_judged_only_where_somebody_looked_for_it() -> None:
    looked = sight({CAR: [BIG]}, [(CAR, 0.9, BIG)], judged=frozenset({CAR}))
    elsewhere = sight({}, [(CAR, 0.95, BIG), (PERSON, 0.9, SMALL)], judged=frozenset({PERSON}))
    assert score(street=[looked, elsewhere]).average_precisions() == {CAR: 1.0}


def test_a_vehicle_counts_for_any_other_in_clips_and_not_from_above() -> None:
    sights = [sight({CAR: [BIG]}, [(TRUCK, 0.9, BIG)], group=FROM_ABOVE)]
    assert score(clips=sights).vehicles_in_clips().recall == 1
    assert score(clips=sights).cars_from_above().recall == 0


def test_small_objects_are_counted_by_themselves_at_the_models_own_threshold() -> None:
    found = sight({CAR: [BIG, SMALL]}, [(CAR, 0.9, SMALL)])
    doubtful = sight({CAR: [SMALL]}, [(CAR, 0.2, SMALL), (CAR, 0.9, BIG)])
    assert score(street=[found]).small_recall() == 1
    assert score(street=[found, doubtful]).small_recall() == 0.5


def test_recall_is_also_given_at_the_precision_of_the_rival() -> None:
    ours = score(clips=[sight({PERSON: [BIG, SMALL]}, [(PERSON, 0.9, BIG), (PERSON, 0.2, SMALL)])])
    rival = score(YOLOX, clips=[sight({PERSON: [BIG, SMALL]}, [(PERSON, 0.9, BIG)])])
    values = {row.metric: row.median for row in rows_of(ours, rival)}
    assert values["people in clips, recall"] == 50
    assert values["people in clips, recall at yolox-nano's precision"] == 100


def test_claims_need_both_and_compare_them() -> None:
    ours = score(street=[sight({CAR: [BIG, SMALL]}, [(CAR, 0.9, BIG), (CAR, 0.8, SMALL)])])
    rival = score(YOLOX, street=[sight({CAR: [BIG, SMALL]}, [(CAR, 0.9, BIG)])])
    cost = [Row.of(name, "detector, whole", "CPU-ms/picture", [value]) for name, value in ((OURS, 6), (YOLOX, 12))]
    assert detector_claims([ours], cost) == []
    claims = {claim.claim: claim for claim in detector_claims([ours, rival], cost)}
    better = claims["mean AP50, ours / YOLOX-Nano's"]
    assert (better.value, better.met) == (pytest.approx(101 / 51, abs=1e-3), True)
    assert claims["CPU-ms of detect(), ours / YOLOX-Nano's"].met
