from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from skynet.coordinator.access import second_factor
from skynet.coordinator.access.passwords import Passwords, weakness
from tests.coordinator.desk_coordinator import DeskCoordinator, quick_passwords
from tests.coordinator.people import PASSWORD, SESSION, Person
from tests.coordinator.sample_alert import alert


@pytest.fixture
def wang(coordinator: DeskCoordinator) -> Person:
    return Person.settled(coordinator, "wang", ["dispatcher"])


def test_a_session_lives_from_sign_in_to_sign_out(coordinator: DeskCoordinator, wang: Person) -> None:
    told = wang.call("GET", SESSION).json()
    assert (told["login"], told["roles"], told["needs"]) == ("wang", ["dispatcher"], None)
    assert wang.call("GET", "/api/v1/alerts").status_code == 200
    assert wang.call("DELETE", SESSION).status_code == 204
    assert wang.call("GET", "/api/v1/alerts").status_code == 401
    actions = [entry["action"] for entry in coordinator.audit() if entry["actor"].startswith("user:wang:")]
    assert actions == ["session.begun", "user.password_changed", "session.ended"]


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(wang: Person) -> None:
    cookie = wang.sign_in().headers["set-cookie"]
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    wang.desk.base_url = "https://coordinator"
    answer = wang.sign_in()
    assert "Secure" in answer.headers["set-cookie"].split("; ")
    assert answer.headers["strict-transport-security"].startswith("max-age=")


@pytest.mark.parametrize(
    "headers",
    [
        {"X-CSRF-Token": ""},
        {"X-CSRF-Token": "0" * 64},
        {"Origin": "https://elsewhere.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_change_must_come_from_the_own_page(wang: Person, headers: dict[str, str]) -> None:
    answer = wang.call("DELETE", SESSION, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:skynet:problem:forbidden")
    assert wang.call("GET", SESSION).status_code == 200
    own = {"Origin": "http://coordinator", "Sec-Fetch-Site": "same-origin"}
    assert wang.call("DELETE", SESSION, headers=own).status_code == 204


def test_no_other_site_signs_anybody_in(wang: Person) -> None:
    assert wang.sign_in(Origin="https://elsewhere.example").status_code == 403


def test_a_session_ends_when_it_rests_and_in_the_end(wang: Person) -> None:
    for _ in range(24):
        wang.desk.clock.posix_s += 29 * 60
        assert wang.call("GET", SESSION).status_code == 200
    wang.desk.clock.posix_s += 29 * 60  # 12 h and 5 min after it began, though used all the time
    assert wang.call("GET", SESSION).status_code == 401
    assert wang.sign_in().status_code == 200
    wang.desk.clock.posix_s += 31 * 60
    assert wang.call("GET", SESSION).status_code == 401


def test_a_password_that_an_admin_has_set_opens_only_the_way_to_another(coordinator: DeskCoordinator) -> None:
    new = Person.made(coordinator, "li", ["dispatcher"])
    assert new.sign_in().json()["needs"] == "password"
    assert new.call("GET", "/api/v1/alerts").status_code == 403
    for bad in ("short", "li is my login, it is", "aaaaaaaaaaaaaa", new.password):
        answer = new.call("PUT", f"{SESSION}/password", json={"old": new.password, "new": bad})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "new"), bad
    wrong = new.call("PUT", f"{SESSION}/password", json={"old": "wrong", "new": PASSWORD})
    assert wrong.json()["errors"][0]["field"] == "old"
    new.set_password(PASSWORD)
    assert new.call("GET", "/api/v1/alerts").status_code == 200


def test_a_new_password_ends_the_other_sessions(coordinator: DeskCoordinator, wang: Person) -> None:
    other = Person(coordinator, "wang", PASSWORD)
    other.sign_in()
    wang.set_password("another long passphrase")
    assert other.call("GET", SESSION).status_code == 401
    assert wang.call("GET", SESSION).status_code == 200
    assert other.sign_in().status_code == 401


def test_a_disabled_user_is_out_at_once_and_back_with_a_reset(coordinator: DeskCoordinator, wang: Person) -> None:
    for _ in range(2):
        assert coordinator.call("DELETE", f"/api/v1/users/{wang.id}", "admin").status_code == 204
    assert wang.call("GET", SESSION).status_code == 401
    assert wang.sign_in().status_code == 401
    reset = coordinator.call("POST", f"/api/v1/users/{wang.id}/password", "admin", json={})
    assert wang.sign_in().status_code == 401
    wang.password = reset.json()["password"]
    assert wang.sign_in().json()["needs"] == "password"


def test_a_change_of_reach_counts_from_the_next_request(coordinator: DeskCoordinator, wang: Person) -> None:
    body = {"roles": ["auditor"], "areas": [""]}
    assert coordinator.call("PUT", f"/api/v1/users/{wang.id}/reach", "admin", json=body).status_code == 200
    assert wang.call("GET", "/api/v1/alerts").status_code == 403
    assert wang.call("GET", "/api/v1/audit").status_code == 200


def test_a_person_acknowledges_under_their_own_name(coordinator: DeskCoordinator, wang: Person) -> None:
    sent = alert()
    coordinator.send(sent)
    path, headers = f"/api/v1/alerts/{sent['id']}/acknowledge", {"If-Match": '"1"'}
    answer = wang.call("POST", path, json={"operator": "somebody else"}, headers=headers)
    assert (answer.status_code, answer.json()["acknowledged_by"]) == (200, "wang")
    assert [e["actor"] for e in coordinator.audit() if e["action"] == "alert.acknowledged"] == [f"user:wang:{wang.id}"]
    nameless = coordinator.call("POST", path, "console", json={}, headers=headers)
    assert nameless.json()["errors"][0]["field"] == "operator"


def test_an_admin_opens_nothing_without_a_second_factor(coordinator: DeskCoordinator) -> None:
    boss = Person.made(coordinator, "boss", ["admin"])
    boss.sign_in()
    boss.set_password(PASSWORD)
    assert boss.call("GET", SESSION).json()["needs"] == "second_factor"
    assert boss.call("GET", "/api/v1/users").status_code == 403
    assert boss.call("PUT", f"{SESSION}/totp", json={"code": "000000"}).status_code == 409
    boss.enrol()
    assert boss.call("GET", "/api/v1/users").status_code == 200
    assert boss.call("POST", f"{SESSION}/totp").status_code == 409


def test_a_code_is_asked_for_and_good_once(coordinator: DeskCoordinator) -> None:
    boss = Person.settled(coordinator, "boss", ["admin"])
    asked = boss.sign_in()
    assert (asked.status_code, asked.json()["needs"]) == (401, "code")
    assert boss.sign_in(boss.code()).status_code == 401  # it enrolled the device
    coordinator.clock.posix_s += 30
    assert boss.sign_in(boss.code()).status_code == 200
    assert boss.sign_in(boss.code()).status_code == 401
    assert boss.sign_in(boss.code(-30)).status_code == 401  # older than the last one
    assert boss.sign_in(boss.code(30)).status_code == 200  # a clock that is a little ahead
    assert boss.sign_in(boss.code(90)).status_code == 401


def test_a_recovery_code_is_good_once(coordinator: DeskCoordinator) -> None:
    boss = Person.settled(coordinator, "boss", ["admin"])
    assert len(set(boss.recovery)) == 10
    assert boss.sign_in(boss.recovery[0].upper()).status_code == 200
    assert boss.sign_in(boss.recovery[0]).status_code == 401
    assert boss.sign_in(boss.recovery[1]).status_code == 200


def test_whoever_guesses_waits_longer_and_longer(coordinator: DeskCoordinator, wang: Person) -> None:
    for login in ("wang", "nobody"):
        guesser = Person(coordinator, login, "wrong wrong wrong")
        waits = []
        for _ in range(8):
            answer = guesser.sign_in()
            if answer.status_code == 429:
                waits.append(int(answer.headers["retry-after"]))
                coordinator.clock.posix_s += waits[-1]
                answer = guesser.sign_in()
            assert answer.status_code == 401
            assert answer.json()["detail"] == "the login or the password is wrong"
        assert waits == [1, 2, 4], login
        assert guesser.sign_in().headers["retry-after"] == "8"
    assert wang.sign_in().status_code == 429  # the right password does not help meanwhile
    coordinator.clock.posix_s += 8
    assert wang.sign_in().status_code == 200
    assert Person(coordinator, "wang", "wrong").sign_in().status_code == 401  # and begins anew


def test_a_restart_gives_no_new_tries(coordinator: DeskCoordinator, wang: Person) -> None:
    guesser = Person(coordinator, "wang", "wrong wrong wrong")
    for _ in range(5):
        assert guesser.sign_in().status_code == 401
    with DeskCoordinator(coordinator.site) as again:
        again.clock.posix_s = coordinator.clock.posix_s
        assert Person(again, "wang", PASSWORD).sign_in().status_code == 429


def test_an_address_that_tries_many_logins_waits_too(coordinator: DeskCoordinator) -> None:
    statuses = [Person(coordinator, f"user{number}", "wrong").sign_in().status_code for number in range(31)]
    assert statuses == [401] * 30 + [429]


def test_nothing_that_opens_a_door_rests_in_the_database(coordinator: DeskCoordinator) -> None:
    boss = Person.settled(coordinator, "boss", ["admin"])
    written = b"".join(path.read_bytes() for path in (coordinator.site / "data").glob("coordinator.db*"))
    for secret in (boss.password, boss.cookie, boss.csrf, *boss.recovery):
        assert secret.encode() not in written
    stored = sqlite3.connect(coordinator.site / "data" / "coordinator.db").execute("SELECT password_hash FROM users")
    assert stored.fetchone()[0].startswith("$argon2id$")


def test_a_login_is_made_once(coordinator: DeskCoordinator, wang: Person) -> None:
    body: dict[str, Any] = {"login": "wang", "name": "王", "roles": ["planner"]}
    assert coordinator.call("POST", "/api/v1/users", "admin", json=body).status_code == 409
    assert coordinator.call("POST", "/api/v1/users", "admin", json=body | {"roles": []}).status_code == 422
    assert coordinator.call("POST", "/api/v1/users", "admin", json=body | {"login": "../x"}).status_code == 422


def test_codes_are_those_of_rfc_6238() -> None:
    """Appendix B, SHA-1: the last six of the eight digits there."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    for posix_s, code in ((59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")):
        assert second_factor.step_of(secret, code, posix_s) == posix_s // 30
        assert second_factor.step_of(secret, code, posix_s + 90) is None


def test_passwords_are_argon2id_with_the_work_of_rfc_9106() -> None:
    stored = Passwords().hash("x")
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    quick = quick_passwords()
    assert quick.verify(quick.hash("right"), "right")
    assert not quick.verify(quick.hash("right"), "wrong")
    assert not quick.verify(None, "")
    assert not quick.verify("no hash", "x")
    assert weakness("correct horse battery", "wang") is None


def test_one_holder_cannot_take_all_the_time(site: Any) -> None:
    with DeskCoordinator(site, requests_per_s=0.001) as desk:
        answers = [desk.call("GET", "/api/v1/cameras", "console") for _ in range(2)]
        assert [answer.status_code for answer in answers] == [200, 429]
        assert int(answers[-1].headers["retry-after"]) > 1
