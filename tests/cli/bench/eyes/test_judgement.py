import numpy as np
import pytest

from skynet.cli.bench.eyes.judgement import Judgement, judge


def boxes(*rows: tuple[float, float, float, float]) -> np.ndarray:
    return np.array(rows, np.float32).reshape(-1, 4)


def scores(*values: float) -> np.ndarray:
    return np.array(values, np.float32)


NONE = boxes()
ONE, OTHER = (0, 0, 10, 10), (100, 0, 110, 10)


def test_average_precision_of_a_case_worked_out_by_hand() -> None:
    # Right, wrong, right, of four objects: precision 1 up to a recall of 1/4, 2/3 up to 2/4, and 0 beyond.
    judgement = Judgement(scores(0.9, 0.8, 0.7), np.array([True, False, True]), 4)
    assert judgement.average_precision() == pytest.approx((26 * 1 + 25 * 2 / 3) / 101)


def test_average_precision_of_all_and_of_nothing() -> None:
    assert Judgement(scores(0.9), np.array([True]), 1).average_precision() == 1
    assert Judgement(scores(), np.array([], np.bool_), 3).average_precision() == 0
    assert np.isnan(Judgement(scores(0.9), np.array([False]), 0).average_precision())


def test_the_better_of_two_detections_gets_the_object_and_the_other_is_wrong() -> None:
    judgement = judge(boxes((0, 0, 10, 11), ONE), scores(0.5, 0.9), boxes(ONE), NONE)
    assert judgement.scores.tolist() == pytest.approx([0.9, 0.5])
    assert judgement.right.tolist() == [True, False]


def test_half_an_overlap_is_enough_and_less_is_not() -> None:
    assert judge(boxes((0, 0, 10, 5)), scores(1), boxes(ONE), NONE).right.tolist() == [True]
    assert judge(boxes((0, 0, 10, 4.9)), scores(1), boxes(ONE), NONE).right.tolist() == [False]


def test_what_lies_on_an_ignored_box_is_neither_right_nor_wrong() -> None:
    ignored = boxes((90, 0, 200, 50))
    judgement = judge(boxes(ONE, OTHER), scores(0.9, 0.8), boxes(ONE), ignored)
    assert (judgement.right.tolist(), judgement.objects) == ([True], 1)


def test_an_object_on_an_ignored_box_still_counts() -> None:
    judgement = judge(boxes(OTHER), scores(0.8), boxes(OTHER), boxes((90, 0, 200, 50)))
    assert judgement.right.tolist() == [True]


def test_many_pictures_are_ranked_together() -> None:
    merged = Judgement.merged(
        [
            judge(boxes(ONE), scores(0.3), boxes(ONE), NONE),
            judge(boxes(ONE, OTHER), scores(0.9, 0.5), boxes(ONE, (0, 100, 10, 110)), NONE),
        ]
    )
    assert merged.right.tolist() == [True, False, True]
    assert (merged.recall, merged.precision) == pytest.approx((2 / 3, 2 / 3))
    assert merged.from_score(0.4).recall == pytest.approx(1 / 3)


def test_recall_at_a_precision_goes_as_far_down_as_it_may() -> None:
    judgement = Judgement(scores(0.9, 0.8, 0.7, 0.6), np.array([True, False, True, False]), 4)
    assert judgement.recall_at(1.0) == 0.25
    assert judgement.recall_at(0.66) == 0.5
    assert Judgement(scores(0.9), np.array([False]), 1).recall_at(0.5) == 0
