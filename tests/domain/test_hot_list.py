"""What may stand on a hot list, and what may not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from skynet.domain import Alert, HotListEntry, Purpose
from skynet.domain.hot_list import same_name
from tests.domain.hot_list_entries import NOW, entry, values


def test_no_other_purpose_exists() -> None:
    assert [purpose.value for purpose in Purpose] == [
        "stolen_vehicle",
        "wanted_vehicle",
        "missing_or_endangered_person",
        "hit_and_run",
        "public_warning",
        "evidence_request",
    ]


def test_the_list_holds_vehicles_and_no_field_for_a_person() -> None:
    """Who is added here must say why a search for vehicles needs it."""
    assert set(HotListEntry.model_fields) == {
        "plate",
        "kind",
        "purpose",
        "authority",
        "issuing_unit",
        "case_number",
        "valid_from",
        "valid_to",
        "priority",
        "area",
        "created_by",
        "approved_by",
    }
    with pytest.raises(ValidationError, match="name"):
        HotListEntry.model_validate(values(name="张三"))
    with pytest.raises(ValidationError, match="plate"):
        HotListEntry.model_validate(values(plate="张三"))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"purpose": "journalist"}, "purpose"),
        ({"approved_by": ""}, "approved_by"),
        ({"approved_by": "王警官"}, "same person"),
        ({"approved_by": " 王 警官 "}, "same person"),
        ({"valid_to": NOW + timedelta(days=29, seconds=1)}, "more than 30 days"),
        ({"valid_to": NOW - timedelta(days=1)}, "not after valid_from"),
        ({"kind": "green_small"}, "is no green_small plate; its text fits blue, yellow"),
        ({"area": ()}, "area"),
        ({"area": ("everywhere", "gate-3")}, "not both"),
        ({"area": ("Gate 3",)}, "area"),
        ({"case_number": "A\n1"}, "case_number"),
        ({"authority": "x" * 81}, "authority"),
        ({"valid_from": NOW.replace(tzinfo=None)}, "valid_from"),
    ],
)
def test_an_unlawful_entry_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        HotListEntry.model_validate(values(**changes))


@pytest.mark.parametrize("missing", ["authority", "issuing_unit", "case_number", "purpose", "approved_by", "area"])
def test_what_makes_an_entry_lawful_cannot_be_left_out(missing: str) -> None:
    fields = values()
    del fields[missing]
    with pytest.raises(ValidationError, match=missing):
        HotListEntry.model_validate(fields)


def test_thirty_days_to_the_second_are_allowed() -> None:
    assert entry(valid_from=NOW, valid_to=NOW + timedelta(days=30)).valid_to == NOW + timedelta(days=30)


def test_plates_stand_in_their_one_form_and_kinds_fit_them() -> None:
    assert entry("皖a·12345").plate == "皖A12345"
    assert entry("皖AD12345", "green_small").kind == "green_small"


def test_a_name_is_the_same_in_another_width_or_case() -> None:
    assert same_name("ＬＩ Ｗｅｉ", "li wei")
    assert not same_name("李伟", "李玮")


def test_every_alert_of_a_hit_carries_what_permits_it() -> None:
    schema = Alert.model_json_schema()["$defs"]["HotListEntry"]
    assert {"authority", "case_number", "purpose", "created_by", "approved_by", "valid_to"} <= set(schema["required"])
