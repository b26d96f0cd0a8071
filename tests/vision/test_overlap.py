import numpy as np

from skynet.domain.detections import Detections
from skynet.domain.label import ObjectLabel
from skynet.vision.overlap import MAX_CANDIDATES, iou, without_duplicates


def found(*rows: tuple[float, float, float, float, float, ObjectLabel]) -> Detections:
    return Detections.of(
        np.array([row[:4] for row in rows], np.float32), np.array([row[4] for row in rows]), [row[5] for row in rows]
    )


def test_iou_of_half_shifted_boxes_is_a_third() -> None:
    a = np.array([[0, 0, 10, 10]], np.float32)
    b = np.array([[5, 0, 15, 10], [20, 20, 30, 30], [3, 3, 3, 3]], np.float32)
    assert np.allclose(iou(a, b), [[1 / 3, 0, 0]])


def test_the_best_of_one_label_stays() -> None:
    kept = without_duplicates(found((0, 0, 10, 10, 0.5, ObjectLabel.CAR), (1, 0, 11, 10, 0.9, ObjectLabel.CAR)))
    assert [round(item.score, 3) for item in kept] == [0.9]


def test_a_car_also_seen_as_a_truck_is_one_object() -> None:
    kept = without_duplicates(found((0, 0, 10, 10, 0.6, ObjectLabel.TRUCK), (0, 0, 10, 9, 0.7, ObjectLabel.CAR)))
    assert kept.labels == (ObjectLabel.CAR,)


def test_rider_and_motorcycle_are_two() -> None:
    kept = without_duplicates(found((0, 0, 9, 10, 0.6, ObjectLabel.PERSON), (0, 0, 10, 9, 0.7, ObjectLabel.MOTORCYCLE)))
    assert len(kept) == 2


def test_a_detector_that_fires_everywhere_is_capped() -> None:
    rows = [(i * 20.0, 0.0, i * 20.0 + 10, 10.0, 0.5, ObjectLabel.CAR) for i in range(MAX_CANDIDATES + 50)]
    assert len(without_duplicates(found(*rows))) == MAX_CANDIDATES


def test_nothing_stays_nothing() -> None:
    assert len(without_duplicates(Detections.empty())) == 0
