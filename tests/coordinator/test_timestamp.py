from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from skynet.coordinator.timestamp import from_ms, rfc3339, to_ms

INSTANTS = st.datetimes(
    min_value=datetime(2, 1, 1),  # noqa: DTZ001  # hypothesis takes bounds without a zone
    max_value=datetime(9998, 1, 1),  # noqa: DTZ001
    timezones=st.just(timezone(timedelta(hours=8))),
)


@given(INSTANTS)
def test_an_instant_is_cut_to_its_millisecond(instant: datetime) -> None:
    kept = from_ms(to_ms(instant))
    assert timedelta(0) <= instant - kept < timedelta(milliseconds=1)
    assert datetime.fromisoformat(rfc3339(instant)) == kept
    assert rfc3339(instant).endswith("Z")


def test_the_form_on_the_wire() -> None:
    assert rfc3339(datetime(2026, 1, 1, 8, tzinfo=timezone(timedelta(hours=8)))) == "2026-01-01T00:00:00.000Z"
    assert rfc3339(datetime(2026, 1, 1, microsecond=999_999, tzinfo=UTC)) == "2026-01-01T00:00:00.999Z"
    assert rfc3339(datetime(2026, 1, 1)) == "2026-01-01T00:00:00.000Z"  # noqa: DTZ001  # a naive one is what is tested
