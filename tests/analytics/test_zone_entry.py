from skynet.domain import ObjectLabel
from tests.analytics.conftest import Replay, straight

RULE = {"kind": "zone_entry", "zone": "right", "min_inside_s": 0.3}


def test_hits_once_when_the_anchor_has_been_inside_long_enough(replay: Replay) -> None:
    hits = replay(RULE, straight((300, 300), (900, 300), 6))
    assert [(h.rule.id, h.place, h.sighting.track_id) for h in hits] == [("r", "right", 1)]
    # anchor is inside from t = 2.0 s on; the second look at 5 fps after that is the first beyond 0.3 s
    assert hits[0].sighting.at == 2.4
    assert hits[0].first_seen_at == 0.0


def test_a_jitter_over_the_edge_is_no_entry(replay: Replay) -> None:
    path = [(i * 0.2, 510 if i % 2 else 490, 300) for i in range(40)]
    assert replay(RULE, path) == []


def test_labels_choose_who_counts(replay: Replay) -> None:
    rule = {**RULE, "labels": ["person"]}
    path = straight((300, 300), (900, 300), 6)
    assert replay(rule, path, ObjectLabel.CAR) == []
    assert len(replay(rule, path, ObjectLabel.PERSON)) == 1


def test_whoever_is_inside_when_the_schedule_begins_is_reported_then(replay: Replay) -> None:
    # 2026-03-02 13:59:58 UTC is two seconds before 22:00 in Shanghai
    ten_pm = 1772460000.0
    rule = {**RULE, "schedule": {"timezone": "Asia/Shanghai", "windows": [{"from": "22:00", "to": "06:00"}]}}
    hits = replay(rule, [(ten_pm - 2 + i * 0.2, 700, 300) for i in range(30)])
    assert len(hits) == 1
    assert ten_pm + 0.3 < hits[0].sighting.at < ten_pm + 0.7
