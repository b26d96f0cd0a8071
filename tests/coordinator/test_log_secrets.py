"""Nothing that opens a door is ever logged, not even at DEBUG and not when a request is bad."""

from __future__ import annotations

import logging

import pytest

from tests.coordinator.desk_coordinator import DeskCoordinator
from tests.coordinator.people import PASSWORD, SESSION, Person


def test_no_secret_is_logged(coordinator: DeskCoordinator, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    boss = Person.settled(coordinator, "boss", ["admin"])
    first = Person.made(coordinator, "wang", ["dispatcher"])
    made = coordinator.call("POST", "/api/v1/tokens", "admin", json={"name": "x", "scope": "console"}).json()["token"]
    bad = (
        {"login": "boss", "password": PASSWORD, "code": "123456"},
        {"login": PASSWORD, "password": "x" * 12},
        {"login": "boss", "password": [PASSWORD]},
    )
    answers = [coordinator.call("POST", SESSION, json=body) for body in bad]
    broken, headers = f'{{"password": "{PASSWORD}"'.encode(), {"Content-Type": "application/json"}
    answers.append(coordinator.call("POST", SESSION, content=broken, headers=headers))
    answers.append(coordinator.call("GET", "/api/v1/alerts", headers={"Authorization": f"Bearer {made}x"}))
    answers.append(boss.call("PUT", f"{SESSION}/password", json={"old": PASSWORD, "new": PASSWORD}))
    secrets = [*coordinator.tokens.values(), made, PASSWORD, first.password, boss.cookie, boss.csrf, boss.secret]
    said = caplog.text + "".join(answer.text for answer in answers) + str(coordinator.audit())
    assert caplog.records
    for secret in (*secrets, *boss.recovery):
        assert secret not in said
