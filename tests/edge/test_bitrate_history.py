from __future__ import annotations

from skynet.edge.bitrate_history import DAY_S, HOUR_S, LEAST_MINUTES, BitrateHistory


def test_nothing_is_usual_before_an_hour_was_seen() -> None:
    history = BitrateHistory()
    for minute in range(LEAST_MINUTES - 1):
        history.add(1000, minute * 60.0)
    assert history.low(0) is None
    history.add(1000, 3600)
    assert history.low(0) == 1000


def test_yesterday_s_night_is_remembered_by_its_hour() -> None:
    history = BitrateHistory()
    for minute in range(25 * 60):
        at = minute * 60.0
        history.add(100.0 if at % DAY_S < 6 * HOUR_S else 1000.0, at)
    assert history.low(DAY_S + 3 * HOUR_S) == 100
    assert history.low(DAY_S + 13 * HOUR_S) == 1000 or history.low(DAY_S + 13 * HOUR_S) == 100
    for minute in range(25 * 60, 37 * 60):
        history.add(1000.0, minute * 60.0)
    assert history.low(DAY_S + 13 * HOUR_S) == 1000
