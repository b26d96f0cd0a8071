"""What holds for every answer, whatever the route."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from skynet.coordinator.response_headers import HEADERS
from skynet.coordinator.storage.database import Database, WriteQueueError
from tests.coordinator.desk_coordinator import DeskCoordinator
from tests.coordinator.sample_alert import alert

SECRETIVE = ("Traceback", "sqlite", "sqlalchemy", ".py")


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json", "/api/v1/nonsense", "/api/v1/alerts/", "/%00"])
def test_what_is_not_there_is_a_problem(coordinator: DeskCoordinator, path: str) -> None:
    answer = coordinator.call("GET", path, "admin")
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:skynet:problem:not-found")
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_wrong_method_is_told_all_that_are_right(coordinator: DeskCoordinator) -> None:
    answer = coordinator.call("PATCH", "/api/v1/tokens", "admin")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")


@pytest.mark.parametrize("path", ["/healthz", "/api/v1/alerts", "/nowhere"])
def test_every_answer_carries_the_protective_headers(coordinator: DeskCoordinator, path: str) -> None:
    answer = coordinator.call("GET", path, "console")
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert answer.headers["cache-control"] == "no-store"
    assert "server" not in answer.headers


@contextmanager
def failing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> Iterator[None]:
    @contextmanager
    def writing(self: Database) -> Iterator[None]:
        raise error
        yield

    with monkeypatch.context() as patch:
        patch.setattr(Database, "writing", writing)
        yield


def sqlite_error(code: int) -> OperationalError:
    inner = sqlite3.OperationalError("database or disk is full")
    inner.sqlite_errorcode = code
    return OperationalError("INSERT INTO alerts", {}, inner)


@pytest.mark.parametrize(
    ("error", "status", "kind"),
    [
        (sqlite_error(sqlite3.SQLITE_FULL), 507, "storage-full"),
        (sqlite_error(sqlite3.SQLITE_BUSY), 503, "busy"),
        (sqlite_error(sqlite3.SQLITE_IOERR), 500, "internal"),
        (WriteQueueError("secret"), 503, "busy"),
        (RuntimeError("secret of the house"), 500, "internal"),
    ],
)
def test_a_failure_inside_tells_no_internals_and_passes(
    coordinator: DeskCoordinator, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, kind: str
) -> None:
    sent = alert()
    with failing(monkeypatch, error):
        body = {"box_id": "box-1", "alerts": [sent]}
        answer = coordinator.call("POST", "/api/v1/edge/alerts", "edge", json=body)
    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:skynet:problem:{kind}")
    assert not [word for word in (*SECRETIVE, "secret") if word in answer.text]
    assert coordinator.send(sent)["stored"] == [sent["id"]]


def test_health_tells_when_the_database_takes_no_write(
    coordinator: DeskCoordinator, monkeypatch: pytest.MonkeyPatch
) -> None:
    with failing(monkeypatch, sqlite_error(sqlite3.SQLITE_FULL)):
        answer = coordinator.call("GET", "/healthz")
        assert (answer.status_code, answer.json()["type"]) == (503, "urn:skynet:problem:unwell")


@pytest.mark.sqlite_only
def test_health_writes_to_the_database(coordinator: DeskCoordinator) -> None:
    assert coordinator.call("GET", "/healthz").json() == {"status": "ok"}
    with closing(sqlite3.connect(coordinator.site / "data" / "coordinator.db")) as connection:
        assert connection.execute("SELECT at_ms FROM heartbeat").fetchone() == (1_770_000_000_000,)


def test_requests_are_counted_by_route_and_not_by_address(coordinator: DeskCoordinator) -> None:
    coordinator.call("GET", "/api/v1/cameras/secret-place", "console")
    coordinator.call("BREW", "/secret-place", "console")
    text = coordinator.call("GET", "/metrics", "admin").text
    assert 'requests_total{method="GET",route="/api/v1/cameras/{camera_id}",status="404"} 1.0' in text
    assert 'requests_total{method="other",route="unmatched",status="404"} 1.0' in text
    assert "secret-place" not in text


def test_the_console_is_served_as_built_and_nothing_else(site: Path, tmp_path: Path) -> None:
    static = tmp_path / "static"
    (static / "assets").mkdir(parents=True)
    (static / "index.html").write_text("<!doctype html><title>天网</title>", encoding="utf-8")
    (static / "assets" / "app.js").write_text("export {}")
    (static / ".secret").write_text("no")
    (tmp_path / "outside").write_text("no")
    with DeskCoordinator(site, console_dir=static) as desk:
        page = desk.call("GET", "/")
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
        assert desk.call("GET", "/index.html").content == page.content
        assert desk.call("GET", "/", headers={"If-None-Match": page.headers["etag"]}).status_code == 304
        assert desk.call("GET", "/assets/app.js").headers["content-type"].startswith("text/javascript")
        for path in ("/.secret", "/../outside", "/%2e%2e/outside", "/assets", "/assets/"):
            assert desk.call("GET", path).status_code == 404
        assert desk.call("GET", "/api/v1/alerts").status_code == 401
