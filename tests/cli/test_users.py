from __future__ import annotations

from tests.cli.test_coordinator import Run, data, run

__all__ = ["data", "run"]

USERS = ("coordinator", "users")


def test_users_are_made_listed_disabled_and_let_in_again(data: str, run: Run) -> None:
    where = ("--data-dir", data)
    code, out, _ = run(
        *USERS, "add", "wang", "--role", "dispatcher", "--role", "auditor", "--area", "合肥/庐阳区", *where
    )
    assert (code, len(out.splitlines()[-1])) == (0, 20)
    assert run(*USERS, "list", *where)[1].split() == ["wang", "active", "auditor,", "dispatcher", "in", "合肥/庐阳区"]
    assert run(*USERS, "disable", "wang", *where)[0] == 0
    assert "disabled" in run(*USERS, "list", *where)[1]
    assert run(*USERS, "reset-password", "wang", "--second-factor", *where)[0] == 0
    assert "active" in run(*USERS, "list", *where)[1]
    assert run("audit", "verify", "--data-dir", data)[0] == 0


def test_mistakes_are_one_line(data: str, run: Run) -> None:
    where = ("--data-dir", data)
    for arguments in (
        ("add", "Wang!", "--role", "planner"),
        ("add", "wang", "--role", "planner", "--area", "a//b"),
        ("disable", "nobody"),
        ("reset-password", "nobody"),
    ):
        code, out, errors = run(*USERS, *arguments, *where)
        assert (code, out, errors.count("\n")) == (2, "", 1), errors
