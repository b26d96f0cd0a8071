import numpy as np

from skynet.vision import MotionGate
from tests.vision.scene import Scene


def quiet(gate: MotionGate, scene: Scene) -> None:
    for _ in range(40):
        gate.moved(scene.frame())


def test_it_closes_on_a_still_scene_and_opens_for_a_small_object() -> None:
    scene, gate = Scene(), MotionGate()
    assert gate.moved(scene.frame()), "nothing is known of the first frame"
    quiet(gate, scene)
    assert not gate.moved(scene.frame())
    assert gate.moved(scene.frame((300, 200, 14, 34)))


def test_it_lingers_and_closes_again() -> None:
    scene, gate = Scene(), MotionGate()
    quiet(gate, scene)
    gate.moved(scene.frame((300, 200, 14, 34)))
    after = [gate.moved(scene.frame()) for _ in range(40)]
    assert all(after[:9])
    assert not any(after[20:])


def test_light_and_noise_leave_it_closed() -> None:
    scene, gate = Scene(noise=8), MotionGate()
    quiet(gate, scene)
    gains = 1 - 0.4 * np.sin(np.linspace(0, 3, 40)) ** 2
    assert not any(gate.moved(scene.frame(gain=float(gain))) for gain in gains)


def test_it_counts_what_it_was_asked() -> None:
    scene, gate = Scene(), MotionGate()
    quiet(gate, scene)
    assert gate.asked == 40
    assert 0 < gate.opened < 40
