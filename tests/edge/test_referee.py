from collections.abc import Sequence

import numpy as np

from skynet.domain import Box, Detections, Frame, ObjectLabel
from skynet.edge.referee import DetectorReferee
from skynet.vision import StillImage

CHANGE = Box(1000, 500, 40, 80)


class OneObject:
    """Sees one object in the middle of whatever it is shown."""

    name = "one"
    trusted_score = 0.5
    batch_limit = 1

    def __init__(self, score: float = 0.25, label: ObjectLabel = ObjectLabel.PERSON, aside: int = 0) -> None:
        self.looks: list[tuple[int, int]] = []
        self._score, self._label, self._aside = score, label, aside

    def detect(self, frame: Frame) -> Detections:
        self.looks.append((frame.width, frame.height))
        x, y = frame.width / 2 + self._aside, frame.height / 2
        row = np.array([[x - 10, y - 10, x + 10, y + 10]], np.float32)
        return Detections.of(row, np.array([self._score], np.float32), [self._label])

    def detect_batch(self, frames: Sequence[Frame]) -> list[Detections]:
        return [self.detect(frame) for frame in frames]


def frame() -> StillImage:
    return StillImage(np.zeros((1080, 1920, 3), np.uint8))


def test_an_object_on_the_change_is_seen_in_a_crop_around_it() -> None:
    network = OneObject()
    assert DetectorReferee(network).sees_object(frame(), [CHANGE])
    assert network.looks == [(320, 320)]


def test_an_object_beside_the_change_does_not_count() -> None:
    assert not DetectorReferee(OneObject(aside=100)).sees_object(frame(), [CHANGE])


def test_a_doubtful_object_does_not_count() -> None:
    assert not DetectorReferee(OneObject(score=0.24)).sees_object(frame(), [CHANGE])


def test_motion_without_a_class_does_not_count() -> None:
    assert not DetectorReferee(OneObject(label=ObjectLabel.MOTION)).sees_object(frame(), [CHANGE])


def test_no_change_no_look() -> None:
    network = OneObject()
    assert not DetectorReferee(network).sees_object(frame(), [])
    assert network.looks == []


def test_at_most_two_places_are_looked_at_and_the_rest_is_counted() -> None:
    network = OneObject(aside=1000)
    referee = DetectorReferee(network)
    assert not referee.sees_object(frame(), [Box(0, 0, 9, 9), Box(900, 0, 500, 400), Box(1800, 900, 50, 50)])
    assert network.looks == [(700, 700), (320, 320)]
    assert referee.passed_over == 1
