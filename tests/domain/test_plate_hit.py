"""Possible hits can never pass for sure ones."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from skynet.domain import Alert, PlateHit
from tests.coordinator.sample_alert import alert
from tests.domain.sample_hit import PLATE, hit


def test_a_possible_hit_is_not_dispatched_before_it_is_confirmed() -> None:
    possible = PlateHit.model_validate(hit())
    assert not possible.may_dispatch(confirmed=False)
    assert possible.may_dispatch(confirmed=True)
    exact = hit(certainty="exact", reason="same_text", confirmation_required=False)
    assert PlateHit.model_validate(exact).may_dispatch(confirmed=False)


@pytest.mark.parametrize(
    "changes",
    [
        {"confirmation_required": False},
        {"certainty": "exact", "confirmation_required": False},
        {"certainty": "exact"},
        {"reason": "same_text"},
        {"certainty": "exact", "reason": "same_text"},
    ],
)
def test_a_hit_cannot_claim_more_than_its_reason_gives(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="hit"):
        PlateHit.model_validate(hit(**changes))


def test_alerts_have_a_hit_when_they_are_of_one_and_never_else() -> None:
    good = alert(kind="plate_hit", rule_id="hot-list", plate=PLATE, hit=hit())
    assert Alert.model_validate(good).hit is not None
    for bad in (alert(kind="plate_hit", plate=PLATE), alert(hit=hit(), plate=PLATE), good | {"plate": None}):
        with pytest.raises(ValidationError, match="plate_hit"):
            Alert.model_validate(bad)


def test_an_alert_goes_over_the_wire_and_back() -> None:
    there = Alert.model_validate(alert(kind="plate_hit", rule_id="hot-list", plate=PLATE, hit=hit()))
    assert Alert.model_validate_json(there.model_dump_json()) == there
    assert '"confirmation_required":true' in there.model_dump_json()
