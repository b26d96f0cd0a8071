from tests.analytics.conftest import Replay, straight

# permitted: down the picture, towards the camera; 0.1 of the height is 50 px
RULE = {"kind": "wrong_way", "zone": "right", "direction": [0, 1], "min_travel": 0.1}


def test_against_the_direction_is_reported_once(replay: Replay) -> None:
    assert len(replay(RULE, straight((700, 450), (700, 150), 5))) == 1


def test_with_the_direction_is_not(replay: Replay) -> None:
    assert replay(RULE, straight((700, 150), (700, 450), 5)) == []


def test_across_the_lane_is_not(replay: Replay) -> None:
    assert replay(RULE, straight((520, 300), (980, 240), 5)) == []


def test_jitter_of_a_standing_vehicle_is_not(replay: Replay) -> None:
    assert replay(RULE, [(i * 0.2, 700, 300 + (i % 2) * 30) for i in range(50)]) == []


def test_turning_round_is_measured_from_the_turn(replay: Replay) -> None:
    down = straight((700, 150), (700, 400), 4)
    up = [(t + 4.2, x, y) for t, x, y in straight((700, 400), (700, 200), 4)]
    hits = replay(RULE, down + up)
    assert len(hits) == 1
    assert 5.0 <= hits[0].sighting.at <= 5.6
