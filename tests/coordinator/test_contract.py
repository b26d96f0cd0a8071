"""The application against its own OpenAPI document, with requests that schemathesis makes up."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from skynet.coordinator import Settings, create_app
from tests.coordinator.desk_coordinator import DeskCoordinator
from tests.coordinator.sample_alert import alert

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


schemathesis.serializer.alias("video/mp4", "application/octet-stream")


@pytest.fixture
def filled(site: Path) -> Iterator[DeskCoordinator]:
    """With an alert and a camera in it, so that not every list is empty."""
    with DeskCoordinator(site) as desk:
        desk.send(alert())
        camera = {"camera": {"id": "a", "name": "A", "site": "s"}, "state": "live", "since": "2026-02-01T00:00:00Z"}
        report = {"box_id": "box-1", "version": "1", "sent_at": "2026-02-01T00:00:00Z", "outbox_pending": 0}
        answer = desk.call("POST", "/api/v1/edge/health", "edge", json=report | {"cameras": [camera]})
        assert answer.status_code == 200
        yield desk


# The application touches no disk until it is asked something, so its operations are known before any test runs.
SCHEMA = schemathesis.openapi.from_dict(create_app(Settings(Path("unused"))).openapi())
OPERATIONS = {operation.label: operation for operation in (found.ok() for found in SCHEMA.get_all_operations())}


@pytest.mark.parametrize("label", sorted(OPERATIONS))
def test_every_answer_is_one_that_the_document_promises(label: str, filled: DeskCoordinator) -> None:
    operation = OPERATIONS[label]
    access = operation.definition.raw.get("x-skynet-access", [])
    headers = {"Authorization": f"Bearer {filled.tokens['edge' if access == ['edge'] else 'admin']}"}

    @settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(operation.as_strategy())
    def check(case: schemathesis.Case) -> None:
        if case.query is not None:
            case.query.pop("wait", None)
        response = case.call(app=filled.app, headers=headers)
        case.validate_response(response, checks=CHECKS)

    check()


def test_the_published_document_is_up_to_date() -> None:
    """`skynet coordinator openapi --out docs/openapi.json` mends it."""
    published = Path(__file__).parents[2] / "docs" / "openapi.json"
    assert json.loads(published.read_text(encoding="utf-8")) == create_app(Settings(Path("unused"))).openapi()
