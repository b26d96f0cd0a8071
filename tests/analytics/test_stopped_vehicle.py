from skynet.domain import ObjectLabel
from tests.analytics.conftest import Replay, straight

RULE = {"kind": "stopped_vehicle", "zone": "right", "stopped_s": 5}


def stand(from_s: float, seconds: float, x: float) -> list[tuple[float, float, float]]:
    """Stand at `x` with a box that jitters by two pixels."""
    return [(from_s + i * 0.2, x + (i % 3) * 2, 300) for i in range(round(seconds * 5) + 1)]


def test_drives_in_stops_and_is_reported_once(replay: Replay) -> None:
    hits = replay(RULE, straight((500, 300), (700, 300), 2) + stand(2.2, 20, 700))
    assert len(hits) == 1
    # it is within a quarter of its diagonal (35 px) of its place from 1.7 s on
    assert 6.6 <= hits[0].sighting.at <= 7.4
    assert hits[0].dwell_s is not None
    assert 5 <= hits[0].dwell_s < 5.3


def test_a_second_stand_is_a_second_alert(replay: Replay) -> None:
    path = stand(0, 7, 600) + [(t + 7.2, x, y) for t, x, y in straight((600, 300), (900, 300), 2)] + stand(9.4, 7, 900)
    assert len(replay(RULE, path)) == 2


def test_creeping_traffic_is_not_stopped(replay: Replay) -> None:
    assert replay(RULE, straight((510, 300), (990, 300), 30)) == []


def test_people_may_stand(replay: Replay) -> None:
    assert replay(RULE, stand(0, 20, 700), ObjectLabel.PERSON) == []
