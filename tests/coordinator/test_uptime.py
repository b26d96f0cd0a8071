from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skynet.coordinator.registry.uptime import Condition, spells
from tests.coordinator.desk_coordinator import DeskCoordinator
from tests.coordinator.sample_registry import camera as registered
from tests.coordinator.sample_registry import put_camera, put_site
from tests.coordinator.sample_registry import site as place_of
from tests.coordinator.test_fleet import camera, get, report

CHINA = ZoneInfo("Asia/Shanghai")
FAULT = {"kind": "frozen", "since": "2026-02-01T00:00:00Z", "detail": "no change for 60 s"}


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA).timestamp()


def ms(text: str) -> int:
    return int(at(text) * 1000)


def test_a_report_counts_until_it_is_stale_and_each_day_by_itself() -> None:
    found = list(spells(ms("2026-02-01 23:59:50"), ms("2026-02-03 01:00"), Condition.FAULTY, 30_000, CHINA))
    assert [(s.day, s.condition.value, s.ms) for s in found] == [
        ("2026-02-01", "faulty", 10_000),
        ("2026-02-02", "faulty", 20_000),
        ("2026-02-02", "unknown", 86_380_000),
        ("2026-02-03", "unknown", 3_600_000),
    ]


def test_a_day_is_as_long_as_its_zone_says() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    start = int(datetime(2026, 3, 28, 23, tzinfo=UTC).timestamp() * 1000)
    found = list(spells(start, start + 3 * 86_400_000, Condition.HEALTHY, 10**9, berlin))
    assert [s.ms // 3_600_000 for s in found] == [23, 24, 24, 1]


@given(st.integers(0, 2**41), st.integers(0, 20 * 86_400_000), st.integers(1, 120_000))
def test_no_time_is_lost_and_none_is_made(since: int, length: int, stale: int) -> None:
    found = list(spells(since, since + length, Condition.DOWN, stale, CHINA))
    assert sum(spell.ms for spell in found) == length
    assert sum(spell.ms for spell in found if spell.condition is Condition.DOWN) == min(length, stale)


def test_a_clock_that_was_set_back_adds_nothing_and_one_that_leapt_little() -> None:
    assert list(spells(2_000, 1_000, Condition.HEALTHY, 500, CHINA)) == []
    leapt = list(spells(0, ms("2026-02-01 00:00"), Condition.HEALTHY, 30_000, CHINA))
    assert len(leapt) == 1 + 365


def run(desk: DeskCoordinator, since: str, until: str, *cameras: dict[str, Any], step_s: int = 20) -> None:
    """Reports every `step_s` from `since` (included) to `until` (not)."""
    desk.clock.posix_s = at(since)
    while desk.clock.posix_s < at(until):
        assert report(desk, "box-1", *cameras).status_code == 200
        desk.clock.posix_s += step_s


def uptime(desk: DeskCoordinator, path: str = "cameras/a/uptime") -> Any:
    return get(desk, path)


def day(answer: Any, which: str) -> tuple[float, ...]:
    found = next(item for item in answer["days"] if item["day"] == which)
    return tuple(found[f"{part}_s"] for part in ("healthy", "faulty", "down", "unknown"))


def test_days_with_faults_breaks_and_an_outage_of_the_box(site: Any) -> None:
    with DeskCoordinator(site, stale_after_s=3600) as desk:
        run(desk, "2026-02-01 20:00", "2026-02-01 22:00", camera("a"), step_s=1800)
        run(desk, "2026-02-01 22:00", "2026-02-01 23:00", camera("a", faults=[FAULT]), step_s=1800)
        run(desk, "2026-02-01 23:00", "2026-02-02 01:00", camera("a", state="unreachable"), step_s=1800)
        # The box is silent from 01:00 of the 2nd (its last word of 00:30 is believed until 01:30) to noon of the 4th.
        run(desk, "2026-02-04 12:00", "2026-02-04 14:00", camera("a"), step_s=1800)
        answer = uptime(desk)
        assert day(answer, "2026-02-01") == (7200, 3600, 3600, 0)
        assert day(answer, "2026-02-02") == (0, 0, 5400, 86400 - 5400)
        assert day(answer, "2026-02-03") == (0, 0, 0, 86400)
        assert day(answer, "2026-02-04") == (7200, 0, 0, 43200)
        total = answer["total"]
        assert (
            total["healthy_s"] + total["faulty_s"] + total["down_s"] + total["unknown_s"] == (4 + 24 + 24 + 14) * 3600
        )
        assert total["uptime"] == pytest.approx(4 / 66, abs=1e-6)
        assert [item["day"] for item in get(desk, "cameras/a/uptime?days=2")["days"]] == ["2026-02-03", "2026-02-04"]


def test_an_outage_shows_while_it_lasts(coordinator: DeskCoordinator) -> None:
    run(coordinator, "2026-02-01 10:00", "2026-02-01 10:01", camera("a"))
    coordinator.clock.posix_s = at("2026-02-01 10:10")
    assert day(uptime(coordinator), "2026-02-01") == (70, 0, 0, 530)
    assert day(uptime(coordinator), "2026-02-01") == (70, 0, 0, 530)
    report(coordinator, "box-1", camera("a"))
    assert day(uptime(coordinator), "2026-02-01") == (70, 0, 0, 530)


def test_the_boxs_clock_does_not_count(coordinator: DeskCoordinator) -> None:
    coordinator.clock.posix_s = at("2026-02-01 10:00")
    report(coordinator, "box-1", camera("a"), sent_at="2031-01-01T00:00:00Z")
    coordinator.clock.posix_s += 10
    report(coordinator, "box-1", camera("a"), sent_at="1999-01-01T00:00:00Z")
    assert day(uptime(coordinator), "2026-02-01") == (10, 0, 0, 0)


def test_a_camera_that_its_box_left_out_goes_on_no_longer(coordinator: DeskCoordinator) -> None:
    run(coordinator, "2026-02-01 10:00", "2026-02-01 10:01", camera("a"))
    report(coordinator, "box-1")
    coordinator.clock.posix_s += 3600
    assert day(uptime(coordinator), "2026-02-01") == (40, 0, 0, 0)


def test_the_fleet_together_and_its_worst(coordinator: DeskCoordinator) -> None:
    run(coordinator, "2026-02-01 10:00", "2026-02-01 10:02", camera("a"), camera("b", state="unauthorised"))
    answer = uptime(coordinator, "uptime?days=1")
    assert (answer["cameras"], answer["timezone"]) == (2, "Asia/Shanghai")
    assert day(answer, "2026-02-01") == (120, 0, 120, 0)
    assert [(item["camera_id"], item["uptime"]) for item in answer["worst"]] == [("b", 0.0), ("a", 1.0)]


def test_an_unknown_camera_is_404_and_too_many_days_are_422(coordinator: DeskCoordinator) -> None:
    assert coordinator.call("GET", "/api/v1/cameras/none/uptime", "console").status_code == 404
    assert coordinator.call("GET", "/api/v1/uptime?days=367", "console").status_code == 422


def test_the_last_position_of_a_bus_stays_when_it_is_told_no_more(coordinator: DeskCoordinator) -> None:
    put_site(coordinator, place_of("bus-7", place_class="bus"))
    put_camera(coordinator, registered("a", site="bus-7", mobile=True))
    place = {"latitude": 31.86, "longitude": 117.27, "error_m": 6.5}
    report(coordinator, "box-1", camera("a", position=place))
    coordinator.clock.posix_s += 20
    report(coordinator, "box-1", camera("a"))
    seen = get(coordinator, "registry/cameras/a")["last_position"]
    assert seen == {"position": place, "at": "2026-02-02T02:40:00.000Z"}
