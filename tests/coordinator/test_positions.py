from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skynet.coordinator.access.principal import Principal
from skynet.coordinator.access.scope import Scope
from skynet.coordinator.dispatch.arrival import ArrivalRule
from skynet.coordinator.dispatch.position_desk import PositionDesk
from skynet.coordinator.dispatch.position_purge import LONGEST_TRAIL, PositionPurge
from skynet.coordinator.feeds.commit_signal import CommitSignal
from skynet.coordinator.metrics import Metrics
from skynet.coordinator.storage.unit_position_rows import Fix, UnitPositionRows
from skynet.coordinator.storage.unit_rows import UnitRecord, UnitRows
from skynet.coordinator.timestamp import from_ms
from skynet.domain.patrol_unit import PatrolUnit, UnitStatus
from skynet.domain.unit_position import UnitPosition
from tests.coordinator.desk_coordinator import DeskCoordinator
from tests.coordinator.hand_clock import HandClock
from tests.coordinator.sample_units import HOME, fix, on_duty, put_unit, report, set_status, token, unit


def rows_of(desk: DeskCoordinator, unit_id: str = "car-7") -> list[Fix]:
    with desk.app.state.parts.database.reading() as connection:
        return UnitPositionRows(connection).trail(unit_id, 0, 1000)


def test_a_bad_fix_is_refused_by_itself_with_its_field(coordinator: DeskCoordinator) -> None:
    device = on_duty(coordinator)
    good, ahead = fix(coordinator, *HOME, -5), fix(coordinator, *HOME, 61)
    old = fix(coordinator, *HOME, -13 * 3600)
    answer = report(coordinator, device, ahead, good, old, good).json()
    assert (answer["stored"], answer["known"]) == (1, 1)
    assert [(r["index"], r["field"]) for r in answer["refused"]] == [(0, "positions.0.at"), (2, "positions.2.at")]
    assert "clock" in answer["refused"][0]["message"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"latitude": 91}, "latitude"),
        ({"longitude": "x"}, "longitude"),
        ({"speed_kmh": -1}, "speed_kmh"),
        ({"heading_deg": 360}, "heading_deg"),
        ({"at": "2026-02-02T02:40:00"}, "at"),
        ({"at": "9999-12-31T23:59:59.999-23:59"}, "at"),
        ({"mood": 1}, "mood"),
    ],
)
def test_what_is_no_fix_names_its_field(coordinator: DeskCoordinator, changes: dict[str, Any], field: str) -> None:
    device = on_duty(coordinator)
    answer = report(coordinator, device, fix(coordinator, *HOME), fix(coordinator, *HOME) | changes)
    if answer.status_code == 200:  # a time that can be written and lies beyond all reason
        assert answer.json()["refused"][0]["field"] == f"positions.1.{field}"
    else:
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, f"positions.1.{field}")
        assert rows_of(coordinator) == []


def test_where_people_are_off_duty_is_not_kept(coordinator: DeskCoordinator) -> None:
    device = on_duty(coordinator)
    coordinator.clock.posix_s += 600
    report(coordinator, device, fix(coordinator, *HOME))
    assert set_status(coordinator, "car-7", "off_duty", device).status_code == 200
    answer = report(coordinator, device, fix(coordinator, *HOME, 1)).json()
    assert (answer["stored"], "not on duty" in answer["refused"][0]["message"]) == (0, True)
    coordinator.clock.posix_s += 600
    set_status(coordinator, "car-7", "available", device)
    late = report(coordinator, device, fix(coordinator, *HOME, -300), fix(coordinator, *HOME)).json()
    assert (late["stored"], [r["index"] for r in late["refused"]]) == (1, [0])


def test_a_gateway_speaks_for_many(coordinator: DeskCoordinator) -> None:
    for name in ("car-1", "car-2"):
        on_duty(coordinator, name)
    gateway = token(coordinator, None, "gateway")
    fixes = [fix(coordinator, *HOME) | {"unit_id": name} for name in ("car-1", "car-9", "car-2", "car-1")]
    answer = coordinator.call("POST", "/api/v1/positions", gateway, json={"positions": fixes}).json()
    assert (answer["stored"], answer["known"]) == (2, 1)
    assert [r["field"] for r in answer["refused"]] == ["positions.1.unit_id"]


def test_positions_are_in_no_event_and_no_ledger(coordinator: DeskCoordinator) -> None:
    device = on_duty(coordinator)
    before = len(coordinator.audit())
    report(coordinator, device, fix(coordinator, *HOME))
    assert len(coordinator.audit()) == before + 1  # the reading of the ledger itself
    with coordinator.app.state.parts.database.reading() as connection:
        told = "".join(connection.exec_driver_sql("SELECT data FROM events").scalars())
    assert str(HOME[0]) not in told


def test_old_positions_are_forgotten_and_the_deletion_leaves_proof(coordinator: DeskCoordinator) -> None:
    device = on_duty(coordinator)
    report(coordinator, device, fix(coordinator, *HOME), fix(coordinator, *HOME, 1))
    database, metrics = coordinator.app.state.parts.database, coordinator.app.state.parts.metrics
    purge = PositionPurge(database, coordinator.clock, metrics, 12)
    now = coordinator.clock.posix_s
    assert purge.step(now + 12 * 3600) == now + 12 * 3600 + 60
    assert len(rows_of(coordinator)) == 2
    assert purge.step(now + 12 * 3600 + 0.5) == now + 12 * 3600 + 60.5
    assert [f.at_ms for f in rows_of(coordinator)] == [int((now + 1) * 1000)]
    purge.step(now + 12 * 3600 + 2)
    assert rows_of(coordinator) == []
    assert coordinator.call("GET", "/api/v1/units/car-7", "console").json()["position"] is None
    proofs = [e["detail"]["old"] for e in coordinator.audit() if e["action"] == "positions.forgotten"]
    assert sum(proofs) == 3  # two of the trail and the newest one


def test_a_trail_that_grows_too_long_loses_its_oldest(coordinator: DeskCoordinator) -> None:
    put_unit(coordinator, unit())
    parts, start = coordinator.app.state.parts, int(coordinator.clock.posix_s * 1000)
    with parts.database.writing() as connection:
        rows = UnitPositionRows(connection)
        rows.add([Fix("car-7", start + i, 1.0, 1.0) for i in range(LONGEST_TRAIL + 3)])
    PositionPurge(parts.database, coordinator.clock, parts.metrics, 12).step(coordinator.clock.posix_s)
    with parts.database.reading() as connection:
        first, count = connection.exec_driver_sql("SELECT min(at_ms), count(*) FROM unit_trail").one()
    assert (first, count) == (start + 3, LONGEST_TRAIL)


times = st.lists(st.integers(0, 30), min_size=1, max_size=25)


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(batches=st.lists(times, min_size=1, max_size=4), number=st.integers(0, 10**12))
def test_order_and_repetition_change_nothing(
    coordinator: DeskCoordinator, batches: list[list[int]], number: int
) -> None:
    """However fixes are cut into batches, shuffled and sent again: the trail is each once, the newest is the newest."""
    clock, name = HandClock(), f"car-{number}"
    database = coordinator.app.state.parts.database
    principal = Principal("t", name, Scope.UNIT, None, bound_to=name)
    start = int(clock.posix_s * 1000)
    made = PatrolUnit.model_validate(unit(name))
    with database.writing() as connection:
        if not UnitRows(connection).taken(name):
            UnitRows(connection).put(UnitRecord(made, 1, UnitStatus.AVAILABLE, start, start, None, start))
        UnitPositionRows(connection).forget(name)
    desk = PositionDesk(database, clock, CommitSignal(), Metrics(), 12, ArrivalRule())
    stored = 0
    for batch in batches:
        fixes = [UnitPosition(at=from_ms(start + t), latitude=t, longitude=0) for t in batch]
        result = desk.take_own(name, fixes, principal)
        stored += result.stored
        assert result.stored + result.known == len(batch)
    unique = sorted({t for batch in batches for t in batch})
    with database.reading() as connection:
        rows = UnitPositionRows(connection)
        assert [f.at_ms - start for f in rows.trail(name, 0, 1000)] == unique
        newest = rows.latest([name])[name]
    assert stored == len(unique)
    assert (newest.at_ms - start, newest.latitude) == (unique[-1], unique[-1])
