import threading

import cv2
import numpy as np
import pytest

from skynet.domain import Box, Detection, ObjectLabel, PlateKind, PlateRead
from skynet.edge.plate_desk import InlinePlates, PlateDesk
from tests.array_frame import ArrayFrame

PICTURE = np.zeros((720, 1280, 3), np.uint8)


def car(track_id: int = 1, width: float = 300, label: ObjectLabel = ObjectLabel.CAR, height: float = 200) -> Detection:
    return Detection(label, 0.9, Box(400, 300, width, height), track_id)


class CountingReader:
    """Counts its reads; waits at `gate` when one is given; fails where told to."""

    name = "counting"

    def __init__(
        self,
        gate: threading.Event | None = None,
        fail_first: bool = False,
        blind: bool = False,
        texts: tuple[str, ...] = ("皖A12345",),
        confidence: float = 0.95,
    ) -> None:
        self.calls = 0
        self.gate = gate
        self.begun = threading.Event()
        self.fail_first = fail_first
        self.texts = () if blind else texts
        self.confidences = (confidence, confidence)

    def read(self, image: np.ndarray, *, crop: bool = False) -> list[PlateRead]:
        self.calls += 1
        self.begun.set()
        if self.gate:
            assert self.gate.wait(10)
        if self.fail_first and self.calls == 1:
            raise RuntimeError("odd crop")
        corners = ((0.0, 0.0), (99.0, 0.0), (99.0, 33.0), (0.0, 33.0))
        return [
            PlateRead(text=text, kind=PlateKind.BLUE, confidence=confidence, corners=corners)
            for text, confidence in zip(self.texts, self.confidences, strict=False)
        ]


def wait_until(what: object) -> None:
    deadline = threading.Event()
    for _ in range(500):
        if what():  # type: ignore[operator]
            return
        deadline.wait(0.01)
    pytest.fail("did not happen within 5 s")


@pytest.mark.parametrize(
    ("seen", "looks"),
    [
        (car(), 1),
        (car(width=80), 0),
        (car(label=ObjectLabel.PERSON), 0),
        (car(label=ObjectLabel.MOTION), 1),
        (car(label=ObjectLabel.MOTION, width=130, height=400), 0),
        (Detection(ObjectLabel.CAR, 0.9, Box(0, 0, 300, 200)), 0),
    ],
)
def test_who_is_worth_a_look(seen: Detection, looks: int) -> None:
    reader = CountingReader()
    InlinePlates(reader).offer(seen, ArrayFrame(PICTURE))
    assert reader.calls == looks


def test_looks_again_when_nearer_or_after_a_while_and_not_once_settled() -> None:
    reader = CountingReader()
    plates = InlinePlates(reader)
    plates.offer(car(width=200), ArrayFrame(PICTURE, 0.0))
    plates.offer(car(width=230), ArrayFrame(PICTURE, 0.2))
    assert reader.calls == 1
    plates.offer(car(width=260), ArrayFrame(PICTURE, 0.3))
    assert reader.calls == 2
    plates.offer(car(width=260), ArrayFrame(PICTURE, 0.6))
    assert reader.calls == 2
    plates.offer(car(width=260), ArrayFrame(PICTURE, 0.9))
    assert reader.calls == 3
    for i in range(10):
        plates.offer(car(width=260), ArrayFrame(PICTURE, 3.0 + i * 2))
    assert reader.calls == 3
    voted = plates.best(1)
    assert voted is not None
    assert (voted.read.text, voted.frames) == ("皖A12345", 3)
    plates.forget(1)
    assert plates.best(1) is None


def test_a_blurred_frame_is_not_read_after_a_sharp_one_unless_none_better_comes() -> None:
    reader = CountingReader(confidence=0.6)
    plates = InlinePlates(reader)
    sharp = np.random.default_rng(0).integers(0, 255, PICTURE.shape, np.uint8)
    blurred = cv2.blur(sharp, (25, 1))
    plates.offer(car(), ArrayFrame(sharp, 0.0))
    for i in range(1, 10):
        plates.offer(car(), ArrayFrame(blurred, i * 0.2))
    assert reader.calls == 1
    plates.offer(car(), ArrayFrame(sharp, 1.9))
    assert reader.calls == 2
    plates.offer(car(), ArrayFrame(blurred, 4.0))
    assert reader.calls == 3


def test_a_sharp_frame_is_read_at_once_after_a_blurred_one() -> None:
    reader = CountingReader()
    plates = InlinePlates(reader)
    sharp = np.random.default_rng(0).integers(0, 255, PICTURE.shape, np.uint8)
    plates.offer(car(), ArrayFrame(cv2.blur(sharp, (25, 1)), 0.0))
    plates.offer(car(), ArrayFrame(sharp, 0.2))
    assert reader.calls == 2


def test_a_read_that_is_none_does_not_hide_the_one_beside_it() -> None:
    reader = CountingReader(texts=("皖A12345", "皖B54321"))
    reader.confidences = (0.95, 0.1)
    plates = InlinePlates(reader)
    plates.offer(car(), ArrayFrame(PICTURE))
    voted = plates.best(1)
    assert voted is not None
    assert voted.read.text == "皖A12345"


def test_a_track_that_leaps_to_another_vehicle_forgets_its_plate() -> None:
    plates = InlinePlates(CountingReader())
    plates.offer(car(width=300), ArrayFrame(PICTURE, 0.0))
    plates.offer(car(width=310), ArrayFrame(PICTURE, 0.2))
    assert plates.best(1) is not None
    plates.offer(car(width=110), ArrayFrame(PICTURE, 0.4))
    assert plates.best(1) is None


def test_a_moving_thing_of_unknown_class_keeps_its_plate_only_while_it_is_read_anew() -> None:
    reader = CountingReader()
    plates = InlinePlates(reader)
    thing = [Detection(ObjectLabel.MOTION, 0.9, Box(100 + i * 60, 300, 300, 200), 1) for i in range(9)]
    plates.offer(thing[0], ArrayFrame(PICTURE, 0.0))
    reader.texts = ()
    plates.offer(thing[4], ArrayFrame(PICTURE, 0.8))
    assert plates.best(1) is not None
    plates.offer(thing[8], ArrayFrame(PICTURE, 1.6))
    assert plates.best(1) is None


def test_a_car_that_stands_keeps_its_plate() -> None:
    plates = InlinePlates(CountingReader())
    for i in range(100):
        plates.offer(car(label=ObjectLabel.MOTION), ArrayFrame(PICTURE, i * 0.2))
    assert plates.best(1) is not None


def test_two_plates_in_one_crop_belong_to_nobody() -> None:
    plates = InlinePlates(CountingReader(texts=("皖A12345", "皖B54321")))
    plates.offer(car(), ArrayFrame(PICTURE))
    assert plates.best(1) is None


def test_looks_that_show_nothing_grow_rare() -> None:
    reader = CountingReader(blind=True)
    plates = InlinePlates(reader)
    for i in range(50):
        plates.offer(car(), ArrayFrame(PICTURE, i * 0.2))
    assert reader.calls == 5, "at 0 s, then 1, 1.5, 2 and 2.5 s later"


def test_the_desk_reads_for_many_cameras_and_counts_what_it_drops() -> None:
    gate = threading.Event()
    reader = CountingReader(gate)
    desk = PlateDesk(reader, capacity=2)
    desk.start()
    try:
        cameras = [desk.camera() for _ in range(4)]
        cameras[0].offer(car(), ArrayFrame(PICTURE))
        assert reader.begun.wait(5)
        for camera in cameras[1:]:
            camera.offer(car(), ArrayFrame(PICTURE))
        assert desk.dropped == 1, "the one that waited longest gives way"
        gate.set()
        wait_until(lambda: desk.reads == 3)
        assert [camera.best(1) is not None for camera in cameras] == [True, False, True, True]
    finally:
        gate.set()
        desk.close()


def test_one_odd_crop_does_not_end_the_desk() -> None:
    desk = PlateDesk(CountingReader(fail_first=True))
    desk.start()
    try:
        camera = desk.camera()
        camera.offer(car(1), ArrayFrame(PICTURE))
        camera.offer(car(2), ArrayFrame(PICTURE))
        wait_until(lambda: desk.reads == 1)
        assert desk.failures == 1
        assert camera.best(2) is not None
    finally:
        desk.close()
