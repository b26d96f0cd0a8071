"""The application against its own OpenAPI document, with requests that schemathesis makes up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
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


@pytest.fixture
def api(filled: DeskCoordinator) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_dict(filled.app.openapi())


schema = schemathesis.pytest.from_fixture("api")


@schema.parametrize()
@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)
def test_every_answer_is_one_that_the_document_promises(case: schemathesis.Case, filled: DeskCoordinator) -> None:
    access = case.operation.definition.raw.get("x-skynet-access", ["admin"])
    token = filled.tokens["edge" if access == ["edge"] else "admin"]
    if isinstance(case.query, dict):
        case.query.pop("wait", None)
    response = case.call(app=filled.app, headers={"Authorization": f"Bearer {token}"})
    case.validate_response(response, checks=CHECKS)


def test_the_published_document_is_up_to_date() -> None:
    """`skynet coordinator openapi --out docs/openapi.json` mends it."""
    import json

    published = Path(__file__).parents[2] / "docs" / "openapi.json"
    assert json.loads(published.read_text(encoding="utf-8")) == create_app(Settings(Path("unused"))).openapi()
