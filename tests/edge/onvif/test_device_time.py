"""A device's clock against ours."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skynet.edge.onvif.device_time import compare, parse_instant, posix_of
from skynet.edge.onvif.envelope import read_answer
from tests.edge.onvif.answers import answer, time_answer


def read(content: bytes) -> float | None:
    return posix_of(read_answer(content, "GetSystemDateAndTime")[0])


@given(st.datetimes(datetime(1970, 1, 2), datetime(2999, 1, 1)))  # noqa: DTZ001 - hypothesis wants naive bounds
def test_every_time_is_read_back(moment: datetime) -> None:
    moment = moment.replace(microsecond=0, tzinfo=UTC)
    assert read(time_answer(*moment.timetuple()[:6])) == moment.timestamp()


@given(st.lists(st.integers(-(10**12), 10**12), min_size=6, max_size=6))
def test_numbers_that_are_no_time_are_none_and_never_an_error(numbers: list[int]) -> None:
    found = read(time_answer(*numbers))
    assert found is None or isinstance(found, float)


@pytest.mark.parametrize(
    "inside", ["", "<r:SystemDateAndTime/>", "<r:SystemDateAndTime><r:UTCDateTime/></r:SystemDateAndTime>"]
)
def test_a_device_that_tells_no_time_tells_none(inside: str) -> None:
    assert read(answer("GetSystemDateAndTimeResponse", inside)) is None


@pytest.mark.parametrize(
    ("offset_s", "local"),
    [
        (0, False),
        (40, False),
        (8 * 3600, True),
        (8 * 3600 + 60, True),
        (-12600 + 5, True),
        (5.75 * 3600, True),
        (3600 + 300, False),
        (15 * 3600, False),
        (-(10**9), False),
    ],
)
def test_an_offset_of_a_time_zone_is_called_one(offset_s: float, local: bool) -> None:
    assert compare(1e9 + offset_s, 1e9).local_for_utc is local


def test_what_is_left_of_a_zone_is_the_drift() -> None:
    assert compare(1e9 + 8 * 3600 + 12, 1e9).without_zone_s == pytest.approx(12)


@given(st.text(max_size=40))
def test_instants_are_read_or_none(text: str) -> None:
    found = parse_instant(text)
    assert found is None or found.utcoffset() is not None


def test_an_instant_without_a_zone_is_utc() -> None:
    assert parse_instant("2026-11-25T10:00:00") == datetime(2026, 11, 25, 10, tzinfo=UTC)
    assert parse_instant("2026-11-25T18:00:00.250+08:00") == datetime(2026, 11, 25, 10, 0, 0, 250000, tzinfo=UTC)
