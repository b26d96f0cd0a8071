from __future__ import annotations

import hashlib
import re
import sqlite3

import pytest

from tests.coordinator.desk_coordinator import DeskCoordinator

URL = "/api/v1/tokens"


def test_a_token_lives_from_its_making_to_its_revocation(coordinator: DeskCoordinator) -> None:
    made = coordinator.call("POST", URL, "admin", json={"name": "desk-3", "scope": "console"})
    assert made.status_code == 201
    token = made.json()
    assert re.fullmatch(r"sky_console_[A-Za-z0-9_-]{43}", token["token"])
    coordinator.tokens["desk-3"] = token["token"]
    assert coordinator.call("GET", "/api/v1/alerts", "desk-3").status_code == 200
    for _ in range(2):
        assert coordinator.call("DELETE", f"{URL}/{token['id']}", "admin").status_code == 204
    assert coordinator.call("GET", "/api/v1/alerts", "desk-3").status_code == 401
    listed = {t["id"]: t for t in coordinator.call("GET", URL, "admin").json()["items"]}
    assert listed[token["id"]]["revoked_at"] == "2026-02-02T02:40:00.000Z"
    actions = [e["action"] for e in coordinator.audit() if e["subject"] == f"token:{token['id']}"]
    assert actions == ["token.created", "token.revoked"]


@pytest.mark.sqlite_only
def test_secrets_rest_as_hashes_and_are_never_listed(coordinator: DeskCoordinator) -> None:
    listed = coordinator.call("GET", URL, "admin").text
    rows = sqlite3.connect(coordinator.site / "data" / "coordinator.db").execute("SELECT sha256 FROM tokens").fetchall()
    for secret in coordinator.tokens.values():
        assert secret not in listed
        assert (hashlib.sha256(secret.encode()).hexdigest(),) in rows
    written = b"".join(path.read_bytes() for path in (coordinator.site / "data").glob("coordinator.db*"))
    assert not any(secret.encode() in written for secret in coordinator.tokens.values())


def test_the_last_admin_token_stays(coordinator: DeskCoordinator) -> None:
    (admin,) = [t for t in coordinator.call("GET", URL, "admin").json()["items"] if t["scope"] == "admin"]
    assert coordinator.call("DELETE", f"{URL}/{admin['id']}", "admin").status_code == 409
    coordinator.call("POST", URL, "admin", json={"name": "second", "scope": "admin"})
    assert coordinator.call("DELETE", f"{URL}/{admin['id']}", "admin").status_code == 204


@pytest.mark.parametrize("body", [{}, {"name": "X", "scope": "edge"}, {"name": "x", "scope": "root"}])
def test_a_token_needs_a_name_and_a_scope(coordinator: DeskCoordinator, body: dict[str, str]) -> None:
    assert coordinator.call("POST", URL, "admin", json=body).status_code == 422


def test_pages_of_tokens(coordinator: DeskCoordinator) -> None:
    first = coordinator.call("GET", f"{URL}?limit=2", "admin").json()
    second = coordinator.call("GET", f"{URL}?limit=2&cursor={first['next_cursor']}", "admin").json()
    assert (first["has_more"], second["has_more"]) == (True, False)
    assert len({t["id"] for t in first["items"] + second["items"]}) == 3


def test_an_unknown_token_is_404(coordinator: DeskCoordinator) -> None:
    assert coordinator.call("DELETE", f"{URL}/none", "admin").status_code == 404
