import numpy as np
import pytest

from skynet.domain.detections import Detections
from skynet.domain.label import ObjectLabel
from skynet.vision import Tracker

PERSON, CAR, BUS, MOTION = ObjectLabel.PERSON, ObjectLabel.CAR, ObjectLabel.BUS, ObjectLabel.MOTION
Row = tuple[float, float, float, float, float, ObjectLabel]


def seen(*rows: Row) -> Detections:
    return Detections.of(
        np.array([row[:4] for row in rows], np.float32).reshape(-1, 4),
        np.array([row[4] for row in rows], np.float32),
        [row[5] for row in rows],
    )


def walker(x: float, score: float = 0.8, label: ObjectLabel = PERSON, y: float = 100) -> Row:
    return (x, y, x + 40, y + 100, score, label)


@pytest.mark.parametrize("fps", [2, 5, 25])
def test_one_walker_is_one_track_at_any_rate(fps: int) -> None:
    tracker = Tracker()
    ids = set()
    for turn in range(6 * fps):
        ids |= set(tracker.update(seen(walker(50 * turn / fps)), turn / fps).track_ids.tolist())
    tracks = tracker.finish()
    assert ids == {1}
    assert [(t.track_id, t.label, t.started_at, t.frames) for t in tracks] == [(1, PERSON, 0.0, 6 * fps)]


def test_a_fast_car_is_held_at_five_frames_a_second() -> None:
    tracker = Tracker()
    for turn in range(10):
        x = 60.0 * turn  # half of its own length a frame
        tracker.update(seen((x, 0, x + 120, 80, 0.9, CAR)), turn / 5)
    assert [track.frames for track in tracker.finish()] == [10]


def test_a_single_flash_is_no_track() -> None:
    tracker = Tracker()
    assert len(tracker.update(seen(walker(0)), 0.0)) == 0
    for turn in range(1, 20):
        tracker.update(seen(), turn / 5)
    assert tracker.finish() == []


def test_weak_detections_hold_a_track_and_start_none() -> None:
    tracker = Tracker()
    for turn in range(30):
        tracker.update(seen(walker(4 * turn, 0.8 if turn < 5 else 0.15), walker(600, 0.2)), turn / 5)
    assert [track.frames for track in tracker.finish()] == [30]


def test_a_short_occlusion_keeps_the_id_and_a_long_one_ends_the_track() -> None:
    tracker = Tracker()
    for turn in range(40):
        hidden = 10 <= turn < 17
        tracker.update(seen() if hidden else seen(walker(8 * turn)), turn / 5)
    assert tracker.take_ended() == []
    for turn in range(40, 60):
        tracker.update(seen(), turn / 5)
    assert [track.track_id for track in tracker.take_ended()] == [1]
    assert tracker.take_ended() == [], "each is handed out once"


def test_two_who_cross_keep_their_ids() -> None:
    tracker = Tracker()
    last: dict[int, float] = {}
    for turn in range(40):
        rows = seen(walker(10 * turn, y=100), walker(400 - 10 * turn, y=130))
        for item in tracker.update(rows, turn / 10):
            assert item.track_id is not None
            last[item.track_id] = item.box.x
    assert len(last) == 2
    assert last[1] == pytest.approx(390)
    assert last[2] == pytest.approx(10)


def test_the_label_is_voted_and_motion_is_neutral() -> None:
    tracker = Tracker()
    for turn, label in enumerate([MOTION, CAR, CAR, BUS, CAR, MOTION, MOTION, MOTION, MOTION]):
        found = tracker.update(seen(walker(0, label=label)), turn / 5)
    assert found.labels == (CAR,)
    assert [track.label for track in tracker.finish()] == [CAR]


def test_a_person_never_becomes_a_car() -> None:
    tracker = Tracker()
    for turn in range(10):
        tracker.update(seen(walker(0, label=PERSON if turn < 5 else CAR)), turn / 5)
    assert [track.label for track in tracker.finish()] == [PERSON, CAR]


def test_a_clock_that_steps_back_harms_nothing() -> None:
    tracker = Tracker()
    for at in (10.0, 10.2, 10.4, 3.0, 3.2, 3.4, 3.6):
        found = tracker.update(seen(walker(0)), at)
    assert found.track_ids.tolist() == [1]


def test_finish_starts_afresh_with_new_ids() -> None:
    tracker = Tracker()
    for start in (0, 100):
        for turn in range(5):
            found = tracker.update(seen(walker(0)), start + turn / 5)
        tracker.finish()
    assert found.track_ids.tolist() == [2]


def test_what_stands_still_while_nobody_looks_keeps_its_id() -> None:
    tracker = Tracker()
    for turn in range(10):
        tracker.update(seen((100, 100, 220, 180, 0.9, CAR)), turn / 5)
    for at in range(2, 3600, 2):
        held = tracker.hold(at)
        assert held.track_ids.tolist() == [1]
    assert np.allclose(held.boxes, [[100, 100, 220, 180]], atol=2)
    later = tracker.update(seen((101, 100, 221, 180, 0.9, CAR)), 3600.0)
    assert later.track_ids.tolist() == [1]
    assert later.labels == (CAR,)


def test_what_moved_when_it_was_seen_last_is_held_where_it_was() -> None:
    tracker = Tracker()
    for turn in range(10):
        tracker.update(seen(walker(20 * turn)), turn / 5)
    tracker.hold(600.0)
    assert tracker.update(seen(walker(182)), 600.2).track_ids.tolist() == [1]


def test_what_was_out_of_sight_before_is_not_held() -> None:
    tracker = Tracker()
    for turn in range(10):
        tracker.update(seen(walker(100)), turn / 5)
    tracker.update(seen(), 2.0)
    assert len(tracker.hold(3.0)) == 0
    assert len(tracker.hold(10.0)) == 0
    assert [track.track_id for track in tracker.take_ended()] == [1]
