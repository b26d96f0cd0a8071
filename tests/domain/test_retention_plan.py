from __future__ import annotations

import pytest
from pydantic import ValidationError

from skynet.domain.errors import BadInputError
from skynet.domain.retention_plan import DataKind, LegalHold, RetentionPlan


def test_the_law_is_the_default() -> None:
    plan = RetentionPlan()
    assert {kind: plan.days(kind) for kind in DataKind} == {"snapshots": 30, "clips": 30, "alerts": 180, "events": 30}


def test_a_plan_is_read_from_one_line() -> None:
    assert RetentionPlan.parse("") == RetentionPlan()
    assert RetentionPlan.parse("snapshots=7, alerts=365") == RetentionPlan(snapshots=7, alerts=365)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("clips", "clips"),
        ("clips=0", "clips"),
        ("clips=x", "clips"),
        ("faces=3", "faces"),
        ("clips=3,clips=4", "twice"),
        ("alerts=10", "at least as long"),
        ("audit=1", "audit"),
    ],
)
def test_a_bad_plan_is_one_clear_line(text: str, message: str) -> None:
    with pytest.raises(BadInputError, match=message) as caught:
        RetentionPlan.parse(text)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"alert_ids": ["x"]},
        {"spans": [{"camera_id": "g", "since": "2026-01-02T00:00:00Z", "until": "2026-01-01T00:00:00Z"}]},
    ],
)
def test_a_hold_says_what_it_holds(changes: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        LegalHold.model_validate({"case_number": "A1", "authority": "B2"} | changes)
