"""The lines that the product does not cross, as a test over every value that the domain can express."""

import re
from enum import StrEnum
from typing import Any

from skynet.domain import Alert, AlertRecord, ObjectLabel
from skynet.domain.contract import AlertBatchResult, BoxReport
from skynet.domain.rule import RuleSet

FORBIDDEN = re.compile(
    r"\b(face|gallery|suspect|ethnic|race|gender|sex|age|emotion|gait|religio|petition|journalist|embedding|child|minor)",
    re.I,
)


def words(schema: Any) -> list[str]:
    """Every property name and enum value of a JSON schema."""
    if isinstance(schema, dict):
        names = [*schema.get("properties", {}), *map(str, schema.get("enum", [])), str(schema.get("const", ""))]
        return names + [w for value in schema.values() for w in words(value)]
    if isinstance(schema, list):
        return [w for value in schema for w in words(value)]
    return []


def test_no_word_for_kinds_of_people_exists_in_the_schema() -> None:
    seen = [
        w
        for model in (Alert, AlertRecord, AlertBatchResult, BoxReport, RuleSet)
        for w in words(model.model_json_schema())
    ]
    assert len(seen) > 100
    assert [w for w in seen if FORBIDDEN.search(w.replace("_", " "))] == []


def test_the_list_of_labels_is_closed() -> None:
    assert issubclass(ObjectLabel, StrEnum)
    assert {label.value for label in ObjectLabel} == {
        "person",
        "bicycle",
        "car",
        "motorcycle",
        "bus",
        "truck",
        "motion",
    }
