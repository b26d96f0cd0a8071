from __future__ import annotations

import math
from datetime import UTC, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from skynet.domain.camera_share import CameraShare, leave_to_use
from skynet.domain.rule import WEEK, Schedule, Window
from skynet.domain.site import OwningUnit, UnitKind

START = datetime(2026, 3, 20, tzinfo=UTC)
SHOP = OwningUnit(kind=UnitKind.SOCIAL, name="恒通典当")
times = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30]))
windows = st.builds(
    lambda days, start, end: Window.model_validate({"days": days, "from": start, "to": end}),
    st.frozensets(st.sampled_from(WEEK), min_size=1),
    times,
    times,
)
schedules = st.builds(
    lambda zone, some: Schedule(timezone=zone, windows=tuple(some)),
    st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "UTC"]),
    st.lists(windows, min_size=1, max_size=3),
)


def share(schedule: Schedule | None = None, unit: str = SHOP.name, hours: int = 24 * 14) -> CameraShare:
    end = START + timedelta(hours=hours)
    return CameraShare(unit=unit, granted_by="王经理", purpose="防盗", starts_at=START, ends_at=end, schedule=schedule)


@given(schedules, st.integers(-48, 24 * 16), st.integers(0, 3))
@settings(max_examples=150, deadline=None)
def test_between_two_looks_nothing_changes(schedule: Schedule, hour: int, quarter: int) -> None:
    """Also over the night on which Berlin's clocks leap."""
    found = share(schedule)
    now = START.timestamp() + hour * 3600 + quarter * 900 + 60
    upto = min(found.next_look(now), now + 2 * 86400)
    steps = range(int((upto - now - 1) // 900) + 1)
    assert {found.holds(now + step * 900) for step in steps} <= {found.holds(now)}


def test_the_police_need_no_leave_and_a_unit_shares_only_its_own() -> None:
    at = START.timestamp()
    police = OwningUnit(kind=UnitKind.POLICE, name="庐阳分局")
    assert leave_to_use(police, [], at).granted
    assert not leave_to_use(SHOP, [], at).granted
    assert leave_to_use(SHOP, [share()], at).granted
    assert not leave_to_use(SHOP, [share(unit="别的单位")], at).granted


def test_a_share_begins_and_ends_to_the_second() -> None:
    found, start, end = share(hours=1), START.timestamp(), START.timestamp() + 3600
    assert [found.holds(at) for at in (start - 1, start, end - 1, end)] == [False, True, True, False]
    assert [found.next_look(at) for at in (start - 1, start, end - 1, end)] == [start, end, end, math.inf]
