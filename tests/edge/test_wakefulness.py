"""When a camera is followed closely and when it may sleep."""

from skynet.domain import Box, Detection, ObjectLabel
from skynet.edge.wakefulness import Wakefulness


def seen(x: float, track_id: int | None = 1) -> Detection:
    return Detection(ObjectLabel.PERSON, 0.9, Box(x, 100, 30, 40), track_id)


def test_it_sleeps_once_it_has_been_quiet_for_long_enough() -> None:
    wakefulness = Wakefulness(hold_s=4)
    assert not wakefulness.awake
    wakefulness.stir(100.0)
    assert wakefulness.awake
    assert [wakefulness.falls_asleep(at) for at in (102.0, 104.0, 104.1, 105.0)] == [False, False, True, False]
    assert not wakefulness.awake


def test_a_sign_from_the_past_does_not_shorten_the_hold() -> None:
    wakefulness = Wakefulness(hold_s=4)
    wakefulness.stir(100.0)
    wakefulness.stir(95.0)
    assert not wakefulness.falls_asleep(103.0)


def test_a_moving_object_keeps_it_awake_and_one_that_stands_does_not() -> None:
    wakefulness = Wakefulness(hold_s=2)
    wakefulness.stir(0.0)
    for turn in range(50):  # 0.2 s each; 4 pixels of a size of 50 each, so it shifts by a quarter within a second
        wakefulness.follow([seen(4.0 * turn)], turn / 5)
        assert not wakefulness.falls_asleep(turn / 5)
    asleep = []
    for turn in range(50, 100):
        wakefulness.follow([seen(200)], turn / 5)
        if wakefulness.falls_asleep(turn / 5):
            asleep.append(turn)
    assert len(asleep) == 1
    assert 11 <= asleep[0] / 5 <= 13


def test_a_box_that_trembles_is_no_movement() -> None:
    wakefulness = Wakefulness(hold_s=2)
    for turn in range(20):
        wakefulness.follow([seen(100 + (turn % 2) * 8)], turn / 5)
    assert wakefulness.falls_asleep(2.2)


def test_what_is_not_tracked_says_nothing() -> None:
    wakefulness = Wakefulness(hold_s=2)
    wakefulness.follow([seen(100, track_id=None)], 5.0)
    assert not wakefulness.awake
