from skynet.analytics import RuleEngine
from skynet.analytics.engine import FORGET_AFTER_S
from skynet.domain import Box, Detection, ObjectLabel, Observations
from tests.analytics.conftest import observe, ruleset

RULE = {"kind": "zone_entry", "zone": "right", "min_inside_s": 0}


def test_an_object_without_a_track_is_no_sighting() -> None:
    engine = RuleEngine(ruleset(RULE))
    seen = Detection(ObjectLabel.CAR, 0.9, Box(700, 200, 100, 100))
    assert engine.update(Observations("cam", 0.0, 1000, 500, (seen,))) == ()


def test_two_tracks_are_judged_apart() -> None:
    engine = RuleEngine(ruleset(RULE))
    hits = [h for i in (1, 2) for h in engine.update(observe(0.0, (700, 300), ObjectLabel.CAR, track_id=i))]
    assert [h.sighting.track_id for h in hits] == [1, 2]


def test_memory_of_gone_tracks_is_dropped() -> None:
    engine = RuleEngine(ruleset(RULE))
    assert len(engine.update(observe(0.0, (700, 300), ObjectLabel.CAR))) == 1
    assert engine.update(observe(1.0, (700, 300), ObjectLabel.CAR)) == ()
    # the same number after the memory has gone is another object
    other = observe(2.0 + FORGET_AFTER_S, (100, 300), ObjectLabel.CAR, track_id=2)
    assert engine.update(other) == ()
    assert len(engine.update(observe(2.5 + FORGET_AFTER_S, (700, 300), ObjectLabel.CAR))) == 1


def test_the_same_observations_give_the_same_hits() -> None:
    path = [observe(i * 0.2, (300 + i * 20, 300), ObjectLabel.CAR) for i in range(30)]
    first, second = (
        [h for o in path for h in engine.update(o)] for engine in (RuleEngine(ruleset(RULE)), RuleEngine(ruleset(RULE)))
    )
    assert first == second
    assert len(first) == 1
