from tests.analytics.conftest import Replay

RULE = {"kind": "loitering", "zone": "right", "dwell_s": 10, "grace_s": 1}


def test_hits_once_after_the_dwell_time(replay: Replay) -> None:
    hits = replay(RULE, [(i * 0.5, 700 + (i % 5) * 20, 300) for i in range(60)])
    assert [(h.sighting.at, h.dwell_s) for h in hits] == [(10.0, 10.0)]


def test_a_short_step_outside_does_not_end_the_stay(replay: Replay) -> None:
    path = [(i * 0.5, 480 if i == 10 else 700, 300) for i in range(30)]
    assert len(replay(RULE, path)) == 1


def test_leaving_for_longer_starts_the_clock_again(replay: Replay) -> None:
    path = [(i * 0.5, 480 if 10 <= i <= 14 else 700, 300) for i in range(33)]
    assert replay(RULE, path) == []


def test_a_track_that_was_lost_for_longer_than_the_grace_starts_again(replay: Replay) -> None:
    assert replay(RULE, [(0, 700, 300), (12, 700, 300)]) == []
