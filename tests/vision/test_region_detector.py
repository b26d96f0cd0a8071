from collections.abc import Sequence

import numpy as np
import pytest

from skynet.domain.detections import Detections
from skynet.domain.frame import Frame
from skynet.domain.geometry import Box
from skynet.domain.label import ObjectLabel
from skynet.vision import StillImage
from skynet.vision.region_detector import RegionDetector

BLOCK = 24


class BlockDetector:
    """Sees bright rectangles of the picture it is given, as `box` in that picture's own pixels."""

    name = "blocks"
    trusted_score = 0.5
    batch_limit = 1

    def __init__(self) -> None:
        self.looks: list[tuple[int, int]] = []

    def detect(self, frame: Frame) -> Detections:
        self.looks.append((frame.width, frame.height))
        luma = frame.luma()
        boxes = []
        while (luma > 100).any():
            ys, xs = np.nonzero(luma > 100)
            level = luma[ys[0], xs[0]]
            ys, xs = np.nonzero(luma == level)  # every block has a brightness of its own
            boxes.append((xs.min(), ys.min(), xs.max() + 1, ys.max() + 1))
            luma = np.where(luma == level, 0, luma)
        rows = np.array(boxes, np.float32).reshape(-1, 4)
        return Detections.of(rows, np.full(len(rows), 0.9, np.float32), [ObjectLabel.CAR] * len(rows))

    def detect_batch(self, frames: Sequence[Frame]) -> list[Detections]:
        return [self.detect(frame) for frame in frames]


def scene(at: float, *blocks: Box) -> StillImage:
    pixels = np.zeros((1080, 1920, 3), np.uint8)
    for number, block in enumerate(blocks):
        x, y = int(block.x), int(block.y)
        pixels[y : y + int(block.height), x : x + int(block.width)] = 110 + 20 * number
    return StillImage(pixels, captured_at=at)


def boxes(found: Detections) -> list[Box]:
    return sorted((one.box for one in found), key=lambda box: (box.x, box.y))


@pytest.fixture
def network() -> BlockDetector:
    return BlockDetector()


def test_the_first_frame_is_looked_at_whole_and_the_next_only_where_it_moves(network: BlockDetector) -> None:
    detector = RegionDetector(network)
    standing, mover = Box(100, 100, 40, 30), Box(1500, 700, 60, 40)
    detector.detect(scene(0, standing, mover), [mover])
    moved = Box(1510, 700, 60, 40)
    found = detector.detect(scene(0.2, standing, moved), [Box(1500, 700, 70, 40)])
    assert network.looks == [(1920, 1080), (416, 416)]
    assert boxes(found) == [standing, moved]  # in pixels of the picture, and what stands still is still there
    assert (detector.whole, detector.crops) == (1, 1)


def test_nothing_moves_nothing_is_run(network: BlockDetector) -> None:
    detector = RegionDetector(network)
    standing = Box(100, 100, 40, 30)
    detector.detect(scene(0, standing))
    assert boxes(detector.detect(scene(0.2, standing), [])) == [standing]
    assert len(network.looks) == 1


def test_what_left_its_place_is_gone(network: BlockDetector) -> None:
    detector = RegionDetector(network)
    car = Box(600, 500, 60, 40)
    detector.detect(scene(0, car))
    assert boxes(detector.detect(scene(0.2), [car])) == []


def test_the_whole_picture_is_looked_at_every_few_seconds_and_after_time_was_turned_back(
    network: BlockDetector,
) -> None:
    detector = RegionDetector(network, whole_every_s=3)
    change = [Box(600, 500, 60, 40)]
    for at in (0.0, 1.0, 2.9, 3.0, 4.0, 0.5):
        detector.detect(scene(at), change)
    assert detector.whole == 3


def test_unknown_many_and_large_changes_want_the_whole_picture(network: BlockDetector) -> None:
    detector = RegionDetector(network)
    detector.detect(scene(0))
    detector.detect(scene(0.1), None)
    detector.detect(scene(0.2), [Box(0, 0, 9, 9), Box(900, 0, 9, 9), Box(1800, 0, 9, 9)])
    detector.detect(scene(0.3), [Box(0, 0, 1000, 900)])
    assert (detector.whole, detector.crops) == (4, 0)


def test_a_mover_that_reaches_over_its_crop_is_looked_at_in_the_whole_picture(network: BlockDetector) -> None:
    detector = RegionDetector(network)
    bus = Box(300, 300, 900, 200)
    detector.detect(scene(0, bus))
    assert boxes(detector.detect(scene(0.2, bus), [Box(1150, 350, 50, 50)])) == [bus]
    assert detector.widened == 1


def test_what_stands_half_in_a_crop_stays_whole(network: BlockDetector) -> None:
    detector = RegionDetector(network)
    parked, mover = Box(300, 400, 200, 60), Box(600, 400, 40, 40)
    detector.detect(scene(0, parked, mover))
    assert boxes(detector.detect(scene(0.2, parked, mover), [mover])) == [parked, mover]
