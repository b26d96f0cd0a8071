from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from skynet.domain.rule import RuleSet, Schedule

ZONE = {"gate": [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9]]}


def at(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def test_a_window_over_midnight_belongs_to_the_day_it_starts_on() -> None:
    schedule = Schedule.model_validate(
        {"timezone": "Asia/Shanghai", "windows": [{"days": ["fri"], "from": "22:00", "to": "06:00"}]}
    )
    assert not schedule.active(at("2026-03-06T21:59:59+08:00"))
    assert schedule.active(at("2026-03-06T22:00:00+08:00"))
    assert schedule.active(at("2026-03-07T05:59:59+08:00"))
    assert not schedule.active(at("2026-03-07T06:00:00+08:00"))
    assert not schedule.active(at("2026-03-07T22:30:00+08:00"))


def test_equal_times_mean_the_whole_day() -> None:
    schedule = Schedule.model_validate({"timezone": "UTC", "windows": [{"from": "00:00", "to": "00:00"}]})
    assert all(schedule.active(datetime(2026, 3, 6, hour, tzinfo=UTC).timestamp()) for hour in range(24))


@pytest.mark.parametrize(
    ("rules", "why"),
    [
        ({"zones": {"gate": [[0, 0], [1, 1]]}}, "zone 'gate': a zone needs at least 3"),
        ({"zones": {"gate": [[0, 0], [1, 1], [2, 0]]}}, "less than or equal to 1"),
        (
            {"rules": [{"id": "a", "kind": "zone_entry", "zone": "gate"}]},
            "names the zone 'gate', which is not under 'zones'",
        ),
        (
            {"rules": [{"id": "a", "kind": "line_crossing", "line": "l"}]},
            "names the line 'l', which is not under 'lines'",
        ),
        ({"zones": ZONE, "rules": [{"id": "a", "kind": "zone_entry", "zone": "gate"}] * 2}, "'a' stands twice"),
        ({"zones": ZONE, "rules": [{"id": "a", "kind": "face_match", "zone": "gate"}]}, "face_match"),
        (
            {"zones": ZONE, "rules": [{"id": "a", "kind": "zone_entry", "zone": "gate", "labels": ["ethnicity"]}]},
            "labels",
        ),
        ({"lines": {"l": {"from": [0, 0], "to": [0, 0]}}}, "two different points"),
        (
            {"zones": ZONE, "rules": [{"id": "a", "kind": "wrong_way", "zone": "gate", "direction": [0, 0]}]},
            "a direction needs a length",
        ),
        ({"zoness": {}}, "zoness"),
    ],
)
def test_what_is_wrong_is_said(rules: dict[str, object], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        RuleSet.model_validate(rules)


def test_an_unknown_time_zone_is_said() -> None:
    with pytest.raises(ValidationError, match="no IANA time zone"):
        Schedule.model_validate({"timezone": "China", "windows": [{"from": "22:00", "to": "06:00"}]})
