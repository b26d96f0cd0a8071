import numpy as np
import pytest

from skynet.domain.label import ObjectLabel
from skynet.vision import MotionDetector
from skynet.vision.background import BackgroundOptions
from tests.vision.scene import FPS, Scene


@pytest.fixture
def scene() -> Scene:
    return Scene()


def learned(scene: Scene, detector: MotionDetector | None = None) -> MotionDetector:
    detector = detector or MotionDetector()
    for _ in range(12):
        assert len(detector.detect(scene.frame())) == 0
    return detector


def test_a_walker_is_one_box_where_it_is(scene: Scene) -> None:
    detector = learned(scene)
    for step in range(20):
        x = 40 + 12 * step
        found = list(detector.detect(scene.frame((x, 150, 30, 80))))
        assert [item.label for item in found] == [ObjectLabel.MOTION]
        box = found[0].box
        assert np.allclose((box.x, box.y, box.width, box.height), (x, 150, 30, 80), atol=8)
        assert found[0].score >= detector.trusted_score


def test_noise_alone_is_nothing() -> None:
    scene = Scene(noise=9)
    detector = MotionDetector()
    assert sum(len(detector.detect(scene.frame())) for _ in range(60)) == 0


def test_a_cloud_is_nothing(scene: Scene) -> None:
    detector = learned(scene)
    gains = 1 - 0.4 * np.sin(np.linspace(0, 3, 40)) ** 2
    assert sum(len(detector.detect(scene.frame(gain=float(gain)))) for gain in gains) == 0


def test_a_shadow_is_nothing(scene: Scene) -> None:
    detector = learned(scene)
    found = sum(len(detector.detect(scene.frame((100 + 8 * i, 120, 90, 60), shadow=True))) for i in range(20))
    assert found <= 1


def test_a_stopped_object_stays_for_a_minute_and_is_scene_in_the_end(scene: Scene) -> None:
    detector = learned(scene, MotionDetector(background=BackgroundOptions(absorb_s=70)))
    for step in range(10):
        detector.detect(scene.frame((20 * step, 150, 90, 60)))
    seen = [len(detector.detect(scene.frame((200, 150, 90, 60)))) for _ in range(int(80 * FPS))]
    assert all(count == 1 for count in seen[: int(60 * FPS)])
    assert seen[-1] == 0
    assert len(detector.detect(scene.frame())) == 0, "what it hid is remembered"


def test_a_second_object_in_the_place_of_the_first_is_seen(scene: Scene) -> None:
    detector = MotionDetector()
    for _ in range(20):
        detector.detect(scene.frame((200, 150, 90, 60)))
    for step in range(20):
        detector.detect(scene.frame((200 + 40 * step, 150, 90, 60)))
    for step in range(10):
        detector.detect(scene.frame((20 * step, 150, 90, 60), paint=225))
    assert [len(detector.detect(scene.frame((200, 150, 90, 60), paint=225))) for _ in range(50)] == [1] * 50


def test_something_there_from_the_start_leaves_no_ghost(scene: Scene) -> None:
    detector = MotionDetector()
    for _ in range(20):
        detector.detect(scene.frame((200, 150, 90, 60)))
    for step in range(20):
        detector.detect(scene.frame((200 + 40 * step, 150, 90, 60)))
    assert [len(detector.detect(scene.frame())) for _ in range(5)] == [0] * 5


def test_another_view_is_learned_afresh(scene: Scene) -> None:
    detector = learned(scene)
    scene.ground = np.flipud(scene.ground).copy()[:, ::-1].copy()
    scene.ground = 255 - scene.ground
    for _ in range(25):
        detector.detect(scene.frame())
    assert detector.relearned == 1
    assert len(detector.detect(scene.frame())) == 0
    assert len(detector.detect(scene.frame((100, 100, 40, 80)))) == 1


def test_a_new_size_of_picture_is_a_new_scene(scene: Scene) -> None:
    detector = learned(scene)
    picture = scene.frame((100, 100, 40, 80))
    smaller = type(picture)(np.ascontiguousarray(picture.pixels[:240, :320]), picture.captured_at)
    assert len(detector.detect(smaller)) == 0
