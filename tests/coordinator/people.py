"""People who sign in to a coordinator of the tests, as a browser does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import httpx
import pyotp

from tests.coordinator.desk_coordinator import DeskCoordinator

SESSION = "/api/v1/session"
PASSWORD = "a long enough passphrase"


class Person:
    """A login with the cookie and the CSRF token of its session; `code` is that of now."""

    def __init__(self, desk: DeskCoordinator, login: str, password: str) -> None:
        self.desk = desk
        self.login = login
        self.password = password
        self.cookie = ""
        self.csrf = ""
        self.secret = ""
        self.recovery: list[str] = []

    @classmethod
    def settled(cls, desk: DeskCoordinator, login: str, roles: Sequence[str], areas: Sequence[str] = ("",)) -> Person:
        """Made by an admin, signed in, with a password of their own and, for an admin, a second factor."""
        person = cls.made(desk, login, roles, areas)
        assert person.sign_in().status_code == 200
        person.set_password(PASSWORD)
        if "admin" in roles:
            person.enrol()
        return person

    @classmethod
    def made(cls, desk: DeskCoordinator, login: str, roles: Sequence[str], areas: Sequence[str] = ("",)) -> Person:
        wanted = {"login": login, "name": login, "roles": list(roles), "areas": list(areas)}
        answer = desk.call("POST", "/api/v1/users", "admin", json=wanted)
        assert answer.status_code == 201, answer.text
        person = cls(desk, login, answer.json()["password"])
        person.id = answer.json()["id"]
        return person

    id = ""

    def sign_in(self, code: str | None = None, **headers: str) -> httpx.Response:
        body = {"login": self.login, "password": self.password} | ({} if code is None else {"code": code})
        answer = self.desk.call("POST", SESSION, json=body, headers=headers)
        if answer.status_code == 200:
            self.cookie, self.csrf = answer.cookies["skynet_session"], answer.json()["csrf_token"]
        return answer

    def call(self, method: str, path: str, **request: Any) -> httpx.Response:
        headers = {"Cookie": f"skynet_session={self.cookie}", "X-CSRF-Token": self.csrf} | request.pop("headers", {})
        return self.desk.call(method, path, headers=headers, **request)

    def set_password(self, new: str) -> None:
        answer = self.call("PUT", f"{SESSION}/password", json={"old": self.password, "new": new})
        assert answer.status_code == 204, answer.text
        self.password = new

    def enrol(self) -> None:
        self.secret = self.call("POST", f"{SESSION}/totp").json()["secret"]
        answer = self.call("PUT", f"{SESSION}/totp", json={"code": self.code()})
        assert answer.status_code == 200, answer.text
        self.recovery = answer.json()["recovery_codes"]

    def code(self, later_s: float = 0) -> str:
        return pyotp.TOTP(self.secret).at(int(self.desk.clock.posix_s + later_s))
